from . import test_results, test_stats, test_trust
