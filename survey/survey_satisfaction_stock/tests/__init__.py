from . import test_delivery_trigger
