from . import test_quotations
from . import test_receipts
