"""From counted answers to the tables of a wave, without any ORM."""

from collections import defaultdict


def items(parts):
    """Condense counts into one row per item, worst first.

    :param parts: dicts ``code, score, band, n, answer, label, question_id, dimension_id,
        measure, satisfied`` (sum of 0/100), one per item, score and band, best score first
    :return: dicts ``code, label, question_id, dimension_id, measure, n, score, satisfied,
        dissatisfied`` (percent), ``distribution`` (dicts ``score, label, band, n``)
    """
    together = defaultdict(list)
    for part in parts:
        together[part["code"]].append(part)
    return sorted(map(_item, together.values()), key=lambda row: (row["score"], row["code"]))


def _item(parts):
    n = sum(part["n"] for part in parts)
    unhappy = sum(part["n"] for part in parts if part["band"] == "dissatisfied")
    shared = ("code", "label", "question_id", "dimension_id", "measure")
    return {
        **{name: parts[0][name] for name in shared},
        "n": n,
        "score": sum(part["score"] * part["n"] for part in parts) / n,
        "satisfied": sum(part["satisfied"] for part in parts) / n,
        "dissatisfied": 100.0 * unhappy / n,
        "distribution": [
            {"score": part["score"], "label": part["answer"], "band": part["band"], "n": part["n"]}
            for part in parts
        ],
    }


def nps(parts):
    """Return ``[promoters, passives, detractors]`` of the counts of recommendation answers."""
    bands = ("satisfied", "neutral", "dissatisfied")
    asked = [part for part in parts if part["measure"] == "nps"]
    return [sum(part["n"] for part in asked if part["band"] == band) for band in bands]


def dimensions(rows, respondents):
    """Average the satisfaction items of every dimension over all their answers.

    :param rows: what ``items`` returned
    :param respondents: ``{dimension id: number of respondents}``
    :return: dicts ``id`` (``False`` without a dimension), ``n`` (respondents), ``score``,
        ``satisfied`` (percent)
    """
    tables = []
    for key, n in respondents.items():
        mine = [r for r in rows if r["measure"] == "csat" and r["dimension_id"] == key]
        answers = sum(row["n"] for row in mine)
        if answers:
            sums = {
                name: sum(row[name] * row["n"] for row in mine) / answers
                for name in ("score", "satisfied")
            }
            tables.append({"id": key or False, "n": n, **sums})
    return tables
