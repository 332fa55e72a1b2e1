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

    def _get_kpis(self, wave):
        """See ``satisfaction.wave.get_kpis``."""
        invited, answered, n = self._get_counts(wave)
        figures = {
            "n": n,
            "invited": invited,
            "response_rate": or_false(stats.response_rate(min(answered, invited), invited)),
            **self._get_index(wave),
            **self._get_csat(wave),
            **self._get_nps(wave),
            "alpha": or_false(self._get_alpha(wave)),
        }
        if n < stats.MIN_INTERVAL:
            for name in ("index", "csat", "nps"):
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
        """Return ``(index, weight)`` per customer or per response, as the campaign says."""
        unit = SQL("user_input_id")
        if wave.campaign_id.index_method != "response":
            unit = SQL("coalesce(commercial_partner_id, -user_input_id)")
        return self._query(
            """
            SELECT avg(score), max(weight)
              FROM satisfaction_result
             WHERE wave_id = %(wave)s AND measure = 'index' AND channel <> 'open'
             GROUP BY %(unit)s ORDER BY 1
            """,
            wave=wave.id,
            unit=unit,
        )

    def _get_index(self, wave):
        rows = self._get_index_rows(wave)
        by_account = wave.campaign_id.index_method != "response"
        population = wave.frame_accounts if by_account else wave.frame_size
        weights = [w or 0.0 for _s, w in rows] if self._is_weighted(wave) else None
        result = stats.mean_interval([float(s) for s, _w in rows], weights, population or None)
        names = ("index", "index_low", "index_high")
        return dict(zip(names, map(or_false, result), strict=True))

    def _is_weighted(self, wave):
        """Hook: whether customers weigh by their revenue."""
        return False

    def _get_csat(self, wave):
        """Share of satisfied: of the overall question, else of all satisfaction items."""
        share, n = self._count_satisfied(wave, "overall")
        if not n:
            share, n = self._count_satisfied(wave, "csat")
        result = stats.wilson(float(share or 0) / 100 * n, n, wave.frame_size or None)
        return dict(zip(("csat", "csat_low", "csat_high"), map(or_false, result), strict=True))

    def _count_satisfied(self, wave, measure):
        """Return the percentage of satisfied answers and the number of respondents."""
        [row] = self._query(
            """
            SELECT sum(satisfied) / sum(answers), count(*)
              FROM (SELECT sum(satisfied_pct) AS satisfied, count(*) AS answers
                      FROM satisfaction_result
                     WHERE wave_id = %(wave)s AND measure = %(measure)s
                       AND channel <> 'open' AND satisfied_pct IS NOT NULL
                     GROUP BY user_input_id) respondent
            """,
            wave=wave.id,
            measure=measure,
        )
        return row

    def _count_nps(self, wave):
        rows = dict(
            self._query(
                """
                SELECT nps_points, count(*) FROM satisfaction_result
                 WHERE wave_id = %(wave)s AND measure = 'nps' AND channel <> 'open'
                 GROUP BY nps_points
                """,
                wave=wave.id,
            )
        )
        return tuple(rows.get(points, 0) for points in (100.0, 0.0, -100.0))

    def _get_nps(self, wave):
        counts = self._count_nps(wave)
        low, high = stats.nps_adjusted(*counts, wave.frame_size or None)
        values = (stats.nps(*counts), low, high)
        return dict(zip(("nps", "nps_low", "nps_high"), map(or_false, values), strict=True))

    def _get_alpha(self, wave):
        """Cronbach's alpha of the complete cases, at least ten (``stats.cronbach_alpha``)."""
        rows = self._query(
            """
            WITH item AS (
                SELECT user_input_id, item_code, score
                  FROM satisfaction_result
                 WHERE wave_id = %(wave)s AND measure = 'csat' AND channel <> 'open'
                   AND score IS NOT NULL
            ), size AS (SELECT count(DISTINCT item_code) AS k FROM item),
            complete AS (
                SELECT user_input_id, sum(score) AS total
                  FROM item GROUP BY user_input_id
                HAVING count(*) = (SELECT k FROM size)
            ), parts AS (
                SELECT sum(part) AS value FROM (
                    SELECT var_samp(score) AS part
                      FROM item JOIN complete USING (user_input_id) GROUP BY item_code) v
            )
            SELECT (SELECT k FROM size), (SELECT value FROM parts),
                   count(*), var_samp(total) FROM complete
            """,
            wave=wave.id,
        )
        [(items, parts, cases, total)] = rows
        if not items or items < 2 or cases < stats.MIN_ALPHA or not total:
            return None
        return float(items / (items - 1) * (1 - float(parts) / float(total)))
