# offers
from . import sale_offer_lost_reason
from . import sale_offer_frozen
from . import sale_offer
from . import sale_offer_line
from . import sale_offer_event
from . import sale_offer_flow
from . import sale_offer_counter
from . import sale_offer_expiry
from . import sale_offer_compare
from . import sale_order
from . import product_attribute_custom_value
from . import sale_order_line
from . import sale_order_capture
from . import sale_order_load
from . import sale_order_flow
from . import res_company
from . import res_config_settings
from . import uom_uom

# price memory
from . import sale_price_memory
from . import sale_price_memory_history
from . import sale_order_price_memory
from . import sale_order_line_price_memory
