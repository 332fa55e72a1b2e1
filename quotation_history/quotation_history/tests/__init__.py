# offers
from . import test_capture
from . import test_frozen
from . import test_load
from . import test_negotiation
from . import test_portal
# price memory
from . import test_price_math
from . import test_price_memory
from . import test_price_memory_tour
