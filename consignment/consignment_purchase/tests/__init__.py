from . import test_commission
from . import test_draw
from . import test_property
from . import test_sale
from . import test_security
from . import test_settlement
from . import test_tours
