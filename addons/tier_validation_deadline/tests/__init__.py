from . import test_deadline_clock
from . import test_resource_calendar
from . import test_tier_review
from . import test_guard
from . import test_rpc
