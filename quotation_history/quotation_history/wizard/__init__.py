from . import base_partner_merge
from . import sale_offer_capture
from . import sale_offer_lost
