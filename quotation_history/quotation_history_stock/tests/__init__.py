from . import test_lot_costs
from . import test_returned_goods
