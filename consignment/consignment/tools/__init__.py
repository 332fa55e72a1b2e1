from . import ageing, lines
