"""How the bids of an internal tender are compared, without any ORM."""

LOWEST, HIGHEST = 1, 5


def bid_percent(scores, weights):
    """Weighted result of one bid in percent of the best possible.

    :param scores: rows ``(criterion, score)`` of all reviewers, scores of 1 to 5
    :param weights: dict of criterion to its weight
    :return: 0.0 while nothing is scored; each criterion counts by the mean of its reviewers
    """
    by_criterion = {}
    for criterion, score in scores:
        if LOWEST <= (score or 0) <= HIGHEST:
            by_criterion.setdefault(criterion, []).append(score)
    total = sum(weights.get(criterion, 0) for criterion in by_criterion)
    if total <= 0:
        return 0.0
    weighted = sum(
        weights.get(criterion, 0) * (sum(given) / len(given) - LOWEST) / (HIGHEST - LOWEST)
        for criterion, given in by_criterion.items()
    )
    return round(100 * weighted / total, 1)


def best(results):
    """Bids with the highest result, several when they tie, none without results.

    :param results: dict of bid to percent
    """
    top = max(results.values(), default=None)
    return [bid for bid, percent in results.items() if percent == top]
