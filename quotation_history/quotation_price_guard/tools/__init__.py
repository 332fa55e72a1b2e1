from . import floor_math
from . import trust
