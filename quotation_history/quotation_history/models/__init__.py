# offers
from . import sale_offer
from . import sale_offer_line
from . import sale_order
# price memory
