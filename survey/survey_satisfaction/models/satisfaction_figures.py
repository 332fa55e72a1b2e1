from collections import Counter

from odoo import models
from odoo.tools import SQL

from ..lib import stats

SEGMENTS = (
    "user_id",
    "country_id",
    "region_id",
    "industry_id",
    "category_id",
    "customer_type",
    "customer_age",
)

LARGE = 5000  # responses


def or_false(value):
    return False if value is None else value


class SatisfactionFigures(models.AbstractModel):
    """The figures of a wave, computed from its result rows.

    Counting is PostgreSQL's work (a wave may have a million rows); the formulas are in
    ``lib/stats.py``.
    """

    _name = "satisfaction.figures"
    _description = "Satisfaction Figures"

    def _query(self, code, **values):
        self.env["satisfaction.result"].flush_model()
        return self.env.execute_query(SQL(code, **values))

    def _make_room(self, wave):
        """Let PostgreSQL count very large waves in memory, until the transaction ends."""
        if wave.response_count > LARGE or self._get_counts(wave)[2] > LARGE:
            self.env.cr.execute("SET LOCAL work_mem = '64MB'")

    # --- Key figures -------------------------------------------------------------------

    def _measure(self, wave):
        """Count once, then compute key figures and tables of the same counts.

        :return: tuple of the dict of ``satisfaction.wave.get_kpis`` and that of ``_get_tables``
        """
        counts = self._count(wave)
        kpis = self._compute_kpis(wave, counts)
        return kpis, counts["tables"]

    def _get_kpis(self, wave):
        """See ``satisfaction.wave.get_kpis``."""
        return self._measure(wave)[0]

    def _compute_kpis(self, wave, counts):
        invited, answered, n = self._get_counts(wave)
        parts = {
            "index": self._get_index(wave),
            "csat": self._get_csat(wave, counts),
            "nps": self._get_nps(wave, counts["tables"]["nps"]),
        }
        alpha, cases = self._get_alpha(wave, counts)
        figures = {
            "n": n,
            "invited": invited,
            "response_rate": or_false(stats.response_rate(min(answered, invited), invited)),
            "alpha": False if wave._is_small(cases) else or_false(alpha),
        }
        for name, (values, base) in parts.items():
            names = (name, f"{name}_low", f"{name}_high")
            values = (None,) * 3 if wave._is_small(base) else values
            figures.update(zip(names, map(or_false, values), strict=True))
            if n < stats.MIN_INTERVAL:
                figures[f"{name}_low"] = figures[f"{name}_high"] = False
        return wave._hide_small(figures)

    def _get_counts(self, wave):
        """Return invited, answered invitations, valid responses."""
        self.env["survey.user_input"].flush_model()
        self.env["satisfaction.invitation"].flush_model()
        anonymous = wave.confidentiality == "anonymous"
        [(invited,)] = self._query(
            "SELECT count(responded_pct) FROM satisfaction_invitation WHERE wave_id = %(wave)s",
            wave=wave.id,
        )
        [(answered, valid)] = self._query(
            """
            SELECT count(*) FILTER (WHERE invitation_id IS NOT NULL OR %(anonymous)s),
                   count(*)
              FROM survey_user_input
             WHERE wave_id = %(wave)s AND state = 'done' AND test_entry IS NOT TRUE
               AND is_excluded IS NOT TRUE AND channel <> 'open'
            """,
            wave=wave.id,
            anonymous=anonymous,
        )
        return invited, answered, valid

    def _get_index_rows(self, wave):
        """Return ``(index, weight, responses)`` per customer or response, as the campaign says."""
        unit = SQL("user_input_id")
        if wave.campaign_id.index_method != "response":
            unit = SQL("coalesce(commercial_partner_id, -user_input_id)")
        return self._query(
            """
            SELECT avg(score), max(weight), count(*)
              FROM satisfaction_result
             WHERE wave_id = %(wave)s AND measure = 'index' AND channel <> 'open'
             GROUP BY %(unit)s ORDER BY 1
            """,
            wave=wave.id,
            unit=unit,
        )

    def _get_index(self, wave):
        """Return ``(index, low, high)`` and the number of responses behind it."""
        rows = self._get_index_rows(wave)
        by_account = wave.campaign_id.index_method != "response"
        population = wave.frame_accounts if by_account else wave.frame_size
        weights = [w or 0.0 for _s, w, _n in rows] if self._is_weighted(wave) else None
        values = stats.mean_interval([float(s) for s, _w, _n in rows], weights, population or None)
        return values, sum(n for _s, _w, n in rows)

    def _is_weighted(self, wave):
        """Hook: whether customers weigh by their revenue."""
        return False

    def _get_csat(self, wave, counts):
        """Share of satisfied: of the overall question, else of all satisfaction items."""
        share, n = self._count_satisfied(wave, counts)
        return stats.wilson(share / 100 * n, n, wave.frame_size or None), n

    def _count_satisfied(self, wave, counts):
        """Return the percentage of satisfied answers and the number of respondents."""
        shown = [i for i in counts["tables"]["items"] if not wave._is_small(i["n"])]
        overall = [item for item in shown if item["measure"] == "overall"]
        items = overall or [item for item in shown if item["measure"] == "csat"]
        answers = sum(item["n"] for item in items)
        if not answers:
            return 0.0, 0
        share = sum(item["satisfied"] * item["n"] for item in items) / answers
        if not overall:
            return share, counts["respondents"]
        return share, answers if len(items) == 1 else self._count_overall(wave)

    def _count_overall(self, wave):
        """Respondents of several overall questions, each counted once."""
        [(n,)] = self._query(
            "SELECT count(DISTINCT user_input_id) FROM satisfaction_result WHERE wave_id = %(wave)s"
            " AND measure = 'overall' AND channel <> 'open' AND score IS NOT NULL",
            wave=wave.id,
        )
        return n

    def _get_nps(self, wave, counts):
        """Return ``(NPS, low, high)`` and the number of answers."""
        low, high = stats.nps_adjusted(*counts, wave.frame_size or None)
        return (stats.nps(*counts), low, high), sum(counts)

    def _get_alpha(self, wave, counts):
        """Return Cronbach's alpha of the complete cases and their number, at least ten
        (``stats.cronbach_alpha``)."""
        cases, total = counts["complete"]
        items = [item for item in counts["tables"]["items"] if item["measure"] == "csat"]
        if len(items) < 2 or cases < stats.MIN_ALPHA or not total:
            return None, cases
        given = {item["code"]: Counter() for item in items}
        for item in items:
            for part in item["distribution"]:
                given[item["code"]][part["score"]] += part["n"]
        if cases < counts["respondents"]:
            for code, score, n in self._count_incomplete(wave, len(items)):
                given[code][score] -= n
        parts = [stats.variance_of_counts(table) for table in given.values()]
        return stats.alpha_of_variances(parts, total), cases

    def _count_incomplete(self, wave, items):
        """Answers of respondents who left an item out: ``(item, score, n)``."""
        return self._query(
            """
            WITH part AS (
                SELECT user_input_id FROM satisfaction_result
                 WHERE wave_id = %(wave)s AND measure = 'csat' AND channel <> 'open'
                   AND score IS NOT NULL
                 GROUP BY user_input_id HAVING count(*) < %(items)s
            )
            SELECT item_code, score, count(*)
              FROM satisfaction_result JOIN part USING (user_input_id)
             WHERE wave_id = %(wave)s AND measure = 'csat' AND channel <> 'open'
               AND score IS NOT NULL
             GROUP BY item_code, score
            """,
            wave=wave.id,
            items=items,
        )
