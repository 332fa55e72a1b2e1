from . import (
    test_adversary,
    test_bounce,
    test_cases,
    test_pages,
    test_satisfaction_committed,
    test_results,
    test_security,
    test_stats,
    test_tours,
    test_trust,
    test_waves,
)
