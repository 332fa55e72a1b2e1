# offers
from . import test_bad_input
from . import test_capture
from . import test_compare_report
from . import test_frozen
from . import test_insert
from . import test_load
from . import test_loyalty
from . import test_migration
from . import test_negotiation
from . import test_payment
from . import test_portal
from . import test_plain
from . import test_performance
from . import test_concurrency
from . import test_tours

# price memory
from . import test_price_math
from . import test_price_memory
from . import test_price_memory_tour
