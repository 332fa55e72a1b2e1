# offers
from . import test_capture
# price memory
from . import test_price_math
from . import test_price_memory
from . import test_price_memory_tour
