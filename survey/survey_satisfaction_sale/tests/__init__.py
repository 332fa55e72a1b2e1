from . import test_sale_trigger
