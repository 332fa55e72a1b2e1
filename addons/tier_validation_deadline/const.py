# States of a review that still waits for a signature.
OPEN = ("waiting", "pending")
