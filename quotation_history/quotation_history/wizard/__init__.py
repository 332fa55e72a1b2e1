from . import sale_offer_capture
from . import sale_offer_lost
