from odoo import models
from odoo.tools import SQL

from ..lib import stats, tables
from ..lib.suppression import suppressed_together
from .satisfaction_figures import SEGMENTS, or_false


class Counts(dict):
    """What was counted of one wave. It may be handed on in the context, so that one look at a
    wave counts once; a client of the API cannot send one."""


class SatisfactionFigures(models.AbstractModel):
    """Tables of a wave: items, dimensions, segments, words, comments, comparison."""

    _inherit = "satisfaction.figures"  # pylint: disable=consider-merging-classes-inherited

    def _get_tables(self, wave):
        """Return the counts behind the dashboard and the report: ``nps`` (promoters, passives,
        detractors), ``items``, ``dimensions``; as they were kept where a wave keeps them."""
        counted = self.env.context.get("satisfaction_counts")
        if isinstance(counted, Counts) and counted["wave"] == wave.id:
            return counted["tables"]
        kept = False if wave._is_live() else wave.tables
        return kept or self._count(wave)["tables"]

    def _count(self, wave):
        """Count the rows of a wave in two passes; every table and most figures are made of it.

        :return: dict ``tables`` (see ``_get_tables``), ``respondents`` (of satisfaction items),
            ``complete`` (respondents who answered all of them, variance of their sums)
        """
        parts = self._count_parts(wave)
        items = tables.items([part for part in parts if part["measure"] != "nps"])
        codes = [item["code"] for item in items if item["measure"] == "csat"]
        respondents, complete = self._count_respondents(wave, len(codes))
        whole = respondents.pop("all")
        return Counts(
            wave=wave.id,
            tables={
                "nps": tables.nps(parts),
                "items": items,
                "dimensions": tables.dimensions(items, respondents),
            },
            respondents=whole,
            complete=complete,
        )

    def _get_nps_counts(self, wave):
        counts = tuple(self._get_tables(wave)["nps"])
        return (0, 0, 0) if wave._is_small(sum(counts)) else counts

    def _count_parts(self, wave):
        """Answers by item and score: everything that is counted is made of these rows."""
        rows = self._query(
            """
            SELECT item_code, score, band, count(*), max(answer_label), max(item_label),
                   max(question_id), max(dimension_id), max(measure),
                   coalesce(sum(satisfied_pct), 0)
              FROM satisfaction_result
             WHERE wave_id = %(wave)s AND measure IN ('csat', 'overall', 'ces', 'nps')
               AND channel <> 'open' AND score IS NOT NULL
             GROUP BY item_code, score, band ORDER BY item_code, score DESC, band
            """,
            wave=wave.id,
        )
        names = "code score band n answer label question_id dimension_id measure satisfied".split()
        parts = [dict(zip(names, row, strict=True)) for row in rows]
        return [{**part, "score": float(part["score"])} for part in parts]

    def _count_respondents(self, wave, items):
        """Return ``{dimension id: respondents, "all": respondents}`` and the complete cases: how
        many answered all ``items``, and the variance of their sums."""
        rows = self._query(
            """
            WITH part AS MATERIALIZED (
                SELECT user_input_id, dimension_id, count(*) AS n, sum(score) AS total
                  FROM satisfaction_result
                 WHERE wave_id = %(wave)s AND measure = 'csat' AND channel <> 'open'
                   AND score IS NOT NULL
                 GROUP BY user_input_id, dimension_id
            ), whole AS (
                SELECT sum(n) AS n, sum(total) AS total FROM part GROUP BY user_input_id
            )
            SELECT TRUE, NULL::int4, count(*), count(*) FILTER (WHERE n = %(items)s),
                   var_samp(total) FILTER (WHERE n = %(items)s) FROM whole
             UNION ALL
            SELECT FALSE, dimension_id, count(*), NULL, NULL FROM part GROUP BY dimension_id
            """,
            wave=wave.id,
            items=items,
        )
        counts, complete = {}, (0, None)
        for is_whole, dimension, n, cases, spread in rows:
            counts["all" if is_whole else dimension] = n
            if is_whole:
                complete = (cases, spread)
        return counts, complete

    def _get_items(self, wave):
        """Return one dict per item, worst first: ``code, label, dimension_id, n, score,
        satisfied, dissatisfied, distribution`` (``[{score, label, band, n}]``, best first)."""
        labels = self._get_labels(wave)
        return [
            self._hide_item(wave, {**item, "label": labels.get(item["code"]) or item["label"]})
            for item in self._get_tables(wave)["items"]
        ]

    def _hide_item(self, wave, item):
        if wave._is_small(item["n"]):
            item.update(score=False, satisfied=False, dissatisfied=False, distribution=[])
        return item

    def _get_labels(self, wave):
        """Item labels in the reader's language while the questions exist."""
        # Sudo: words of questions, which salespeople cannot read themselves.
        survey = wave.survey_id.sudo()
        return {
            code: label
            for question in survey.question_ids
            if question.item_code
            for code, _row, label in question._get_items()
        }

    def _get_dimensions(self, wave):
        """Return one dict per dimension, in their order: ``id, name, n, score, satisfied``.

        Items that are hidden stay out of the average: what is left of a sum when the other
        items are taken off would be theirs."""
        kept = self._get_tables(wave)
        shown = [item for item in kept["items"] if not wave._is_small(item["n"])]
        respondents = {row["id"] or None: row["n"] for row in kept["dimensions"]}
        found = {row["id"]: row for row in tables.dimensions(shown, respondents)}
        known = self.env["satisfaction.dimension"].search([("id", "in", list(found))])
        named = [{**found.pop(one.id), "name": one.name} for one in known]
        named += [{**row, "name": self.env._("Other")} for row in found.values()]
        return [row for row in named if not wave._is_small(row["n"])]

    def _get_segments(self, wave, field_name):
        """Return one dict per segment: ``key, name, invited, answered, n, index`` (``False`` where
        suppressed)."""
        field = SQL.identifier(field_name)
        answers = {
            key: (n, float(score))
            for key, n, score in self._query(
                """
                SELECT %(field)s, count(*), avg(score) FROM satisfaction_result
                 WHERE wave_id = %(wave)s AND measure = 'index' AND channel <> 'open'
                 GROUP BY %(field)s
                """,
                wave=wave.id,
                field=field,
            )
        }
        asked = self._query(
            """
            SELECT %(field)s, count(responded_pct), count(*) FILTER (WHERE responded_pct = 100)
              FROM satisfaction_invitation WHERE wave_id = %(wave)s GROUP BY %(field)s
            """,
            wave=wave.id,
            field=field,
        )
        hidden = self._get_hidden_segments(wave).get(field_name, ())
        rows = [
            {
                "key": or_false(key),
                "name": self._get_segment_name(field_name, key),
                "invited": invited,
                "answered": False if key in hidden else answered,
                "n": False if key in hidden else answers.get(key, (0, 0))[0],
                "index": False if key in hidden or key not in answers else answers[key][1],
            }
            for key, invited, answered in asked
        ]
        return sorted(rows, key=lambda row: (-row["invited"], row["name"]))

    def _get_hidden_segments(self, wave):
        """Return ``{segment field: hidden keys}``, over all tables together: a small group may
        also be the difference of two large ones of different tables."""
        if wave.confidentiality == "identified":
            return {}
        columns = SQL(", ").join(SQL.identifier(name) for name in SEGMENTS)
        rows = self._query(
            """
            SELECT count(*), %(columns)s FROM satisfaction_result
             WHERE wave_id = %(wave)s AND measure = 'index' AND channel <> 'open'
             GROUP BY %(columns)s
            """,
            wave=wave.id,
            columns=columns,
        )
        groups = [(n, tuple(keys)) for n, *keys in rows]
        hidden = suppressed_together(groups, len(SEGMENTS), wave.min_cell)
        return dict(zip(SEGMENTS, hidden, strict=True))

    def _get_segment_name(self, field_name, key):
        if not key:
            return self.env._("None")
        field = self.env["satisfaction.invitation"]._fields[field_name]
        if field.type == "selection":
            return dict(field._description_selection(self.env))[key]
        # Sudo: the name of a salesperson or tag, nothing else.
        return self.env[field.comodel_name].browse(key).sudo().display_name

    def _get_drivers(self, wave):
        """Importance (rank correlation with overall satisfaction) and performance (mean) of
        every item with thirty pairs and some variance: ``{code: (importance, performance)}``."""
        rows = self._query(
            """
            WITH pair AS (
                SELECT r.item_code, r.score AS x, o.score AS y
                  FROM satisfaction_result r
                  JOIN satisfaction_result o ON o.user_input_id = r.user_input_id
                   AND o.measure = 'overall' AND o.score IS NOT NULL
                 WHERE r.wave_id = %(wave)s AND r.measure = 'csat' AND r.channel <> 'open'
                   AND r.score IS NOT NULL
            ), ranked AS (
                SELECT item_code, x,
                       rank() OVER (PARTITION BY item_code ORDER BY x)
                       + (count(*) OVER (PARTITION BY item_code, x) - 1) / 2.0 AS rx,
                       rank() OVER (PARTITION BY item_code ORDER BY y)
                       + (count(*) OVER (PARTITION BY item_code, y) - 1) / 2.0 AS ry
                  FROM pair
            )
            SELECT item_code, corr(rx, ry), avg(x) FROM ranked
             GROUP BY item_code HAVING count(*) >= %(least)s AND corr(rx, ry) IS NOT NULL
            """,
            wave=wave.id,
            least=stats.MIN_DRIVER,
        )
        return {code: (float(importance), float(score)) for code, importance, score in rows}

    def _get_acsi(self, wave):
        """Return the three-item index (overall, against expectation, against the ideal; equal
        weights) of the respondents who answered all three, or ``False`` (``stats.acsi``)."""
        rows = self._query(
            """
            SELECT avg(overall), avg(expectation), avg(ideal), count(*)
              FROM (SELECT avg(score) FILTER (WHERE measure = 'overall') AS overall,
                           avg(score) FILTER (WHERE measure = 'expectation') AS expectation,
                           avg(score) FILTER (WHERE measure = 'ideal') AS ideal
                      FROM satisfaction_result
                     WHERE wave_id = %(wave)s AND channel <> 'open' AND score IS NOT NULL
                       AND measure IN ('overall', 'expectation', 'ideal')
                     GROUP BY user_input_id) respondent
             WHERE overall IS NOT NULL AND expectation IS NOT NULL AND ideal IS NOT NULL
            """,
            wave=wave.id,
        )
        [(*scores, n)] = rows
        if not n or wave._is_small(n):
            return False
        return stats.acsi(*(1 + float(score) * 9 / 100 for score in scores))

    def _get_polarity(self, wave):
        """Good and bad words: ``{item: {"label", "respondents", "net", "words": [...]}}``."""
        rows = self._query(
            """
            SELECT item_code, max(item_label), answer_label, max(band),
                   count(DISTINCT user_input_id),
                   (SELECT count(DISTINCT user_input_id) FROM satisfaction_result s
                     WHERE s.wave_id = %(wave)s AND s.item_code = r.item_code)
              FROM satisfaction_result r
             WHERE wave_id = %(wave)s AND measure = 'polarity' AND channel <> 'open'
             GROUP BY item_code, answer_label ORDER BY item_code, 5 DESC
            """,
            wave=wave.id,
        )
        labels, words = self._get_labels(wave), {}
        for code, label, word, band, n, respondents in rows:
            if wave._is_small(respondents):
                continue
            table = words.setdefault(
                code,
                {"label": labels.get(code) or label, "respondents": respondents, "words": []},
            )
            table["words"].append({"word": word, "band": band, "n": n})
        for table in words.values():
            good = sum(w["n"] for w in table["words"] if w["band"] == "satisfied")
            bad = sum(w["n"] for w in table["words"] if w["band"] == "dissatisfied")
            table["net"] = or_false(stats.net_polarity(good, bad))
        return words

    def _get_comments(self, wave, limit=200):
        """Return free texts of the wave; in confidential waves shuffled and without names."""
        rows = self._query(
            """
            SELECT comment, item_label, commercial_partner_id FROM satisfaction_result
             WHERE wave_id = %(wave)s AND measure = 'comment'
             ORDER BY CASE WHEN %(named)s THEN id::text ELSE md5(comment) END LIMIT %(limit)s
            """,
            wave=wave.id,
            named=wave.confidentiality == "identified",
            limit=limit,
        )
        named = wave.confidentiality == "identified"
        partners = self.env["res.partner"].sudo().browse([row[2] for row in rows if row[2]])
        names = {partner.id: partner.name for partner in partners}
        return [
            {"text": text, "question": label, "partner": named and names.get(partner) or False}
            for text, label, partner in rows
        ]

    def _get_complaints(self, wave, limit=5):
        """Return what dissatisfied customers wrote (below the lowest index, or detractors), the
        unhappiest first, each text once and without a name: ``[{text, question}]``."""
        self.env["survey.user_input"].flush_model()
        rows = self._query(
            """
            SELECT r.comment, min(r.item_label), min(u.satisfaction_index)
              FROM satisfaction_result r
              JOIN survey_user_input u ON u.id = r.user_input_id
             WHERE r.wave_id = %(wave)s AND r.measure = 'comment'
               AND (u.satisfaction_index < %(least)s OR u.nps_points < 0)
             GROUP BY r.comment ORDER BY 3, 1 LIMIT %(limit)s
            """,
            wave=wave.id,
            least=wave.campaign_id.min_index,
            limit=limit,
        )
        return [{"text": text, "question": label} for text, label, _i in rows]

    # --- Comparison --------------------------------------------------------------------

    def _compare(self, wave, figures, previous):
        """Compare with the last wave; refused when the scores differ.

        :return: dict ``state`` (``none, refused, unknown, same, better, worse``), ``delta``,
            ``previous``
        """
        if not previous or previous.index is False or figures["index"] is False:
            return {"state": "none", "delta": False, "previous": False}
        if previous.scale_signature != wave.scale_signature:
            return {"state": "refused", "delta": False, "previous": False}
        delta, significant = stats.difference(
            figures["index"],
            self._get_error(figures["index_low"], figures["index_high"]),
            previous.index,
            self._get_error(previous.index_low, previous.index_high),
        )
        state = "unknown" if significant is None else "same"
        if significant:
            state = "better" if delta > 0 else "worse"
        return {"state": state, "delta": delta, "previous": previous.index}

    @staticmethod
    def _get_error(low, high):
        return None if low is False or high is False else stats.standard_error(low, high)

    def _get_fallen_items(self, wave, previous):
        """Items below their score of the last wave: ``[(item, delta)]``."""
        if not previous or previous.scale_signature != wave.scale_signature:
            return []
        before = {item["code"]: item["score"] for item in self._get_items(previous)}
        return [
            (item, item["score"] - before[item["code"]])
            for item in self._get_items(wave)
            if item["score"] is not False
            and before.get(item["code"]) not in (None, False)
            and item["score"] < before[item["code"]]
        ]
