from . import test_sample_loan
from . import test_tours
