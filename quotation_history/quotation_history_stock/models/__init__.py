from . import sale_price_memory
