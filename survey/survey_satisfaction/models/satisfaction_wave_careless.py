from odoo import models
from odoo.tools import SQL

from ..lib import stats


class SatisfactionWave(models.Model):
    """Answers that stand out among the others: only seen when all have come in."""

    _inherit = "satisfaction.wave"  # pylint: disable=consider-merging-classes-inherited

    def _flag_careless(self):
        """Flag who took less than a third of the usual time (the median, of ten answers or
        more), and addresses that answered more than once. In SQL: one statement for all."""
        self.ensure_one()
        if self.confidentiality == "anonymous":
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH answer AS (
                    SELECT id, quality_flags AS flags, lower(email) AS email,
                           CASE WHEN channel IN ('email', 'link')
                                THEN extract(epoch FROM end_datetime - start_datetime) END AS took
                      FROM survey_user_input
                     WHERE wave_id = %(wave)s AND state = 'done' AND test_entry IS NOT TRUE
                ), usual AS (
                    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS took
                      FROM answer WHERE took IS NOT NULL HAVING count(took) >= %(least)s
                ), double AS (
                    SELECT email FROM answer WHERE email <> '' GROUP BY email HAVING count(*) > 1
                ), flagged AS (
                    SELECT id, flags, double.email IS NOT NULL AS twice,
                           coalesce(answer.took < usual.took / 3, FALSE)
                           OR coalesce(flags LIKE '%%speeder%%', FALSE) AS quick
                      FROM answer LEFT JOIN double USING (email) LEFT JOIN usual ON TRUE
                )
                UPDATE survey_user_input u
                   SET quality_flags = nullif(concat_ws(',',
                           CASE WHEN flags LIKE '%%straight_line%%' THEN 'straight_line' END,
                           CASE WHEN quick THEN 'speeder' END,
                           CASE WHEN twice THEN 'duplicate' END), '')
                  FROM flagged WHERE u.id = flagged.id AND (quick OR twice)
                """,
                wave=self.id,
                least=stats.MIN_INTERVAL,
            )
        )
        self.env["survey.user_input"].invalidate_model(["quality_flags"])
