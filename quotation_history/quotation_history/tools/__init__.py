from . import columns, price_math
