from . import sale_price_reason
