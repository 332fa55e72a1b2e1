from . import sale_price_deviation
