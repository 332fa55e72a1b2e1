from . import sale_price_memory
from . import sale_order_line
