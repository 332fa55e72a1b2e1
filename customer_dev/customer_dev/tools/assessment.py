"""Value and difficulty of a prospect from the seven scores A to G, without any ORM.

Each score runs from 1 to 5, 0 means not scored yet. Some questions raise the value of the prospect,
the others its difficulty; our own ability to sell (F) lowers the difficulty.
"""

LOWEST, HIGHEST = 1, 5
#: share we may win, value to our business
VALUE = ("share", "value")
#: time and cost, risk of the deal, risk of the customer, technical difficulty
DIFFICULTY = ("effort", "deal_risk", "customer_risk", "technical")
#: our ability: counts against the difficulty
ABILITY = ("ability",)
ALL = VALUE + DIFFICULTY + ABILITY

QUADRANTS = {(True, False): "a", (True, True): "b", (False, False): "c", (False, True): "d"}


def percent(scores):
    """Mean of scores of 1 to 5 as a percentage: all lowest is 0, all highest is 100."""
    span = (HIGHEST - LOWEST) * len(scores)
    return round(100 * sum(score - LOWEST for score in scores) / span, 1) if scores else 0.0


def is_complete(scores):
    """Whether all seven questions are answered."""
    return all(LOWEST <= (scores.get(key) or 0) <= HIGHEST for key in ALL)


def value_score(scores):
    """Value in percent from the answered value questions, 0 when none is answered."""
    return percent([scores[key] for key in VALUE if scores.get(key)])


def difficulty_score(scores):
    """Difficulty in percent; ability is mirrored, so that more ability means less difficulty."""
    direct = [scores[key] for key in DIFFICULTY if scores.get(key)]
    mirrored = [LOWEST + HIGHEST - scores[key] for key in ABILITY if scores.get(key)]
    return percent(direct + mirrored)


def quadrant(scores, threshold=50.0):
    """Class a to d once all seven are answered, else an empty string.

    a: high value, low difficulty; b: high, high; c: low, low; d: low value, high difficulty.
    """
    if not is_complete(scores):
        return ""
    return QUADRANTS[value_score(scores) >= threshold, difficulty_score(scores) >= threshold]


def weighted_percent(rows):
    """Weighted mean of ``(score, weight)`` rows in percent; rows without score are left out."""
    rated = [(score, weight) for score, weight in rows if score and weight > 0]
    total = sum(weight for _score, weight in rated)
    if not total:
        return 0.0
    span = HIGHEST - LOWEST
    return round(100 * sum((s - LOWEST) * w for s, w in rated) / (span * total), 1)
