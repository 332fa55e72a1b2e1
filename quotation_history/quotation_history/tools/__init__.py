from . import price_math
