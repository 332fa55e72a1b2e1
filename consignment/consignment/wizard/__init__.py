from . import consignment_exchange
from . import consignment_price_change
from . import consignment_statement
from . import consignment_transfer
