from . import test_delivery_trigger, test_tours
