from . import test_lost_trigger, test_tours
