from . import (
    test_cases,
    test_concurrency,
    test_results,
    test_security,
    test_stats,
    test_tours,
    test_trust,
    test_waves,
)
