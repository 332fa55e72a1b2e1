"""From the answers of one response to scored items, without any ORM."""

from . import stats

INDEX_MEASURES = ("csat",)
FALLBACK_MEASURES = ("overall",)
BANDS = ("satisfied", "neutral", "dissatisfied")


def band_of(score):
    """Return the band of a 0-100 score without a scale point of its own."""
    return "satisfied" if score >= 75 else "neutral" if score >= 50 else "dissatisfied"


def nps_band(points):
    return {100.0: "satisfied", 0.0: "neutral", -100.0: "dissatisfied"}[points]


def score_number(measure, value, low, high):
    """Score an answer on a numeric scale.

    :return: dict ``score`` (0-100), ``points`` (NPS only), ``band``; empty when the value is
        outside its scale, because a number nobody could have ticked is not an answer
    """
    if high <= low or not low <= value <= high:
        return {}
    score = stats.linear_score(value, low, high)
    if measure == "nps":
        points = stats.nps_points(value)
        return {"score": score, "points": points, "band": nps_band(points)}
    return {"score": score, "band": band_of(score)}


def summarize(items, asked, min_ratio):
    """Condense the scored items of a response.

    :param items: dicts ``measure, score, weight, points``
    :param asked: ``{measure: number of items asked}``
    :return: dict ``index``, ``ratio``, ``nps`` (``None`` where not computable)
    """
    measures = INDEX_MEASURES if asked.get("csat") else FALLBACK_MEASURES
    pairs = [(i["score"], i["weight"]) for i in items if i["measure"] in measures]
    count = sum(asked.get(measure, 0) for measure in measures)
    index, ratio = stats.response_index(pairs, count, min_ratio)
    points = [i["points"] for i in items if i["measure"] == "nps"]
    return {"index": index, "ratio": ratio, "nps": points[0] if points else None}


def signature(scored_items):
    """Return the mapping of a wave as text: two waves compare only when it is equal.

    :param scored_items: iterable of tuples of scores, one per measured item
    """
    shapes = {"/".join(f"{score:g}" for score in scores) for scores in scored_items if scores}
    return " | ".join(sorted(shapes))
