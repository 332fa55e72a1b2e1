# Only code in this process can put this very object into a context: no client can.
DRAW = object()
