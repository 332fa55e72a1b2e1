from . import test_sample_loan
