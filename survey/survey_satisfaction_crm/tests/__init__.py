from . import test_lost_trigger
