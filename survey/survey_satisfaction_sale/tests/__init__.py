from . import test_sale_trigger, test_tours
