"""Statistics of satisfaction surveys, without any ORM.

Everything works on plain numbers. Percentages are 0-100, NPS is -100..100. A figure that
cannot be computed is ``None`` (the models turn it into ``False``), never zero: "nobody
answered" and "everybody is unhappy" must not look alike.

Sources: Wilson (1927) for proportions; adjusted Wald for NPS after Rocks (2016), which adds
three answers (3/4 promoter, 3/2 passive, 3/4 detractor); Student's t for means; Cronbach
(1951) for reliability; Welch for the difference of two means.
"""

import math
from statistics import NormalDist, mean, stdev

Z95 = NormalDist().inv_cdf(0.975)

# Two-sided 95 % quantiles of Student's t for 1..30 degrees of freedom; z beyond.
T95 = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
)  # fmt: skip

MIN_INTERVAL = 10
MIN_ALPHA = 10
MIN_DRIVER = 30
PROMOTER, PASSIVE, DETRACTOR = 100.0, 0.0, -100.0


def t95(freedom):
    """Return the two-sided 95 % quantile of Student's t."""
    return T95[freedom - 1] if 1 <= freedom <= len(T95) else Z95


def linear_score(value, low, high):
    """Map a number of a scale ``low``..``high`` on 0-100."""
    return (value - low) / (high - low) * 100.0


def weighted_index(items):
    """Return Σ w·s / Σ w of ``(score, weight)`` pairs; unanswered items are simply absent."""
    pairs = [(score, weight) for score, weight in items if weight > 0]
    total = sum(weight for _score, weight in pairs)
    return sum(score * weight for score, weight in pairs) / total if total else None


def response_index(items, asked, min_ratio=0.5):
    """Return ``(index, answered ratio)`` of one response.

    :param items: ``(score, weight)`` of the answered items
    :param asked: number of items the respondent could have answered
    :param min_ratio: below this share of answered items the index stays empty
    """
    ratio = len(items) / asked if asked else 0.0
    if not items or ratio < min_ratio:
        return None, ratio
    return weighted_index(items), ratio


def fpc(n, population):
    """Finite population correction √((N-n)/(N-1)); 1 without a population, 0 for a census."""
    if not population or population <= 1 or n > population:
        return 0.0 if population and n >= population else 1.0
    return math.sqrt((population - n) / (population - 1))


def clip(low, high, floor, ceiling):
    return max(low, floor), min(high, ceiling)


def wilson(successes, n, population=None):
    """Return ``(percent, low, high)`` of a proportion with Wilson's interval."""
    if not n:
        return None, None, None
    share = successes / n
    z = Z95 * fpc(n, population)
    base = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / base
    margin = z / base * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = clip((centre - margin) * 100, (centre + margin) * 100, 0.0, 100.0)
    return share * 100, min(low, share * 100), max(high, share * 100)


def nps(promoters, passives, detractors):
    """Return the net promoter score, or ``None`` without answers."""
    n = promoters + passives + detractors
    return 100.0 * (promoters - detractors) / n if n else None


def nps_variance(promoters, passives, detractors):
    """Variance of one answer (p + d - (p - d)²) times 10 000."""
    n = promoters + passives + detractors
    p, d = promoters / n, detractors / n
    return (p + d - (p - d) ** 2) * 1e4


def nps_wald(promoters, passives, detractors, population=None):
    """Plain Wald interval; zero width when all agree, kept for comparison only."""
    n = promoters + passives + detractors
    if not n:
        return None, None
    value = nps(promoters, passives, detractors)
    margin = Z95 * math.sqrt(nps_variance(promoters, passives, detractors) / n)
    margin *= fpc(n, population)
    return value - margin, value + margin


def nps_adjusted(promoters, passives, detractors, population=None, clipped=True):
    """Adjusted-Wald interval of an NPS (n+3, P+¾, D+¾), clipped to ±100."""
    n = promoters + passives + detractors
    if not n:
        return None, None
    counts = promoters + 0.75, passives + 1.5, detractors + 0.75
    margin = Z95 * math.sqrt(nps_variance(*counts) / (n + 3)) * fpc(n, population)
    value = nps(*counts)
    low, high = value - margin, value + margin
    if population and n >= population:
        low = high = nps(promoters, passives, detractors)
    return clip(low, high, -100.0, 100.0) if clipped else (low, high)


def nps_points(value):
    """Return +100 / 0 / -100 for a 0-10 answer: averages of it *are* the NPS."""
    return PROMOTER if value >= 9 else PASSIVE if value >= 7 else DETRACTOR


def mean_interval(values, weights=None, population=None):
    """Return ``(mean, low, high)`` on 0-100 with Student's t; limits ``None`` under two values."""
    n = len(values)
    if not n:
        return None, None, None
    if weights is None:
        centre = mean(values)
        error = stdev(values) / math.sqrt(n) if n > 1 else None
    else:
        total = sum(weights)
        if not total:
            return mean_interval(values, population=population)
        centre = sum(v * w for v, w in zip(values, weights, strict=True)) / total
        spread = sum((w * (v - centre)) ** 2 for v, w in zip(values, weights, strict=True))
        error = math.sqrt(spread * n / (n - 1)) / total if n > 1 else None
    if error is None:
        return centre, None, None
    margin = t95(n - 1) * error * fpc(n, population)
    low, high = clip(centre - margin, centre + margin, 0.0, 100.0)
    return centre, min(low, centre), max(high, centre)


def sample_size(population=None, error=0.05):
    """Return how many answers a proportion needs for a margin of ``error`` at 95 %."""
    base = Z95 * Z95 / (4 * error * error)
    if not population:
        return math.ceil(base)
    return min(population, math.ceil(base / (1 + (base - 1) / population)))


def cronbach_alpha(rows):
    """Return Cronbach's alpha of complete cases (one tuple of item scores per response)."""
    rows = list(rows)
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    items = len(rows[0])
    total = stdev(sum(row) for row in rows) ** 2
    if not total:
        return None
    parts = sum(stdev(column) ** 2 for column in zip(*rows, strict=True))
    return items / (items - 1) * (1 - parts / total)


def ranks(values):
    """Return ranks from 1; ties share the average rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result, start = [0.0] * len(values), 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for position in range(start, end + 1):
            result[order[position]] = (start + end) / 2 + 1
        start = end + 1
    return result


def spearman(left, right):
    """Return the rank correlation of two equally long series, ``None`` without variance."""
    if len(left) < 2:
        return None
    a, b = ranks(left), ranks(right)
    mean_a, mean_b = mean(a), mean(b)
    var_a = sum((x - mean_a) ** 2 for x in a)
    var_b = sum((y - mean_b) ** 2 for y in b)
    if not var_a or not var_b:
        return None
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    return covariance / math.sqrt(var_a * var_b)


def quadrants(points):
    """Place ``{key: (importance, performance)}`` in the importance-performance matrix.

    Both axes are cut at their means. Returns ``{key: quadrant}`` with ``keep`` (important,
    good), ``improve`` (important, weak), ``low`` (unimportant, weak), ``surplus``.
    """
    if not points:
        return {}
    cut_x = mean(x for x, _y in points.values())
    cut_y = mean(y for _x, y in points.values())
    names = {(1, 1): "keep", (1, 0): "improve", (0, 0): "low", (0, 1): "surplus"}
    return {key: names[int(x >= cut_x), int(y >= cut_y)] for key, (x, y) in points.items()}


def difference(value, error, other, other_error):
    """Return ``(Δ, significant)`` of two independent figures with their standard errors.

    ``significant`` is ``None`` when an error is unknown.
    """
    if value is None or other is None:
        return None, None
    delta = value - other
    if error is None or other_error is None:
        return delta, None
    return delta, abs(delta) > Z95 * math.hypot(error, other_error)


def variance_of_counts(table):
    """Return the sample variance of ``{value: number of times}``."""
    n = sum(table.values())
    if n < 2:
        return 0.0
    centre = sum(value * count for value, count in table.items()) / n
    return sum(count * (value - centre) ** 2 for value, count in table.items()) / (n - 1)


def alpha_of_variances(parts, total):
    """Return Cronbach's alpha from the variances of the items and of their sum."""
    return len(parts) / (len(parts) - 1) * (1 - sum(parts) / total)


def standard_error(low, high, factor=Z95):
    """Recover the standard error from a symmetric interval."""
    return (high - low) / (2 * factor) if low is not None and high is not None else None


def acsi(overall, expectation, ideal, weights=(1, 1, 1)):
    """Return the three-item index of 1-10 answers, equal weights by default."""
    pairs = zip((overall, expectation, ideal), weights, strict=True)
    return sum((value - 1) * weight for value, weight in pairs) / (9 * sum(weights)) * 100


def net_polarity(positive, negative):
    """Return (positive - negative) / (positive + negative) in percent of the ticks."""
    total = positive + negative
    return 100.0 * (positive - negative) / total if total else None


def response_rate(answered, invited, undeliverable=0):
    """Return valid completes / (invited - undeliverable) in percent."""
    base = invited - undeliverable
    return 100.0 * answered / base if base > 0 else None


def is_straight_line(values, least=8):
    """Whether somebody ticked the same point on ``least`` items or more."""
    return len(values) >= least and len(set(values)) == 1


def grade(index):
    """Return the customary Chinese grade of an index: 91 / 81 / 70."""
    if index is None:
        return None
    return next(
        (name for bound, name in ((91, "high"), (81, "good"), (70, "fair")) if index >= bound),
        "poor",
    )
