from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..fields import NullableFloat
from .satisfaction_invitation import LIVE_STATES

USER_GROUP = "survey_satisfaction.group_satisfaction_user"
TREND_STEP = 5.0
OPERATORS = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}


class ResPartner(models.Model):
    _inherit = "res.partner"

    survey_opt_out = fields.Boolean("No Surveys", help="Never invite to a survey.")
    survey_quarantine_until = fields.Date(
        "Not Asked Until",
        compute="_compute_survey_quarantine_until",
        search="_search_survey_quarantine_until",
        groups=USER_GROUP,
    )
    satisfaction_index = NullableFloat(
        compute="_compute_satisfaction",
        search="_search_satisfaction_index",
        groups=USER_GROUP,
        help="Average of the customer's last wave.",
    )
    satisfaction_trend = fields.Selection(
        [("up", "Up"), ("flat", "Unchanged"), ("down", "Down")],
        compute="_compute_satisfaction",
        groups=USER_GROUP,
        help="Against the wave before, with the same scores; from five points on (our default).",
    )
    satisfaction_date = fields.Date(
        "Last Answer", compute="_compute_satisfaction", groups=USER_GROUP
    )
    nps_band = fields.Selection(
        [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")],
        "NPS Group",
        compute="_compute_satisfaction",
        groups=USER_GROUP,
    )
    satisfaction_last_asked = fields.Datetime(
        "Last Asked",
        compute="_compute_satisfaction_last_asked",
        search="_search_satisfaction_last_asked",
        groups=USER_GROUP,
    )
    open_case_count = fields.Integer(
        "Open Cases", compute="_compute_open_case_count", groups=USER_GROUP
    )

    # --- Figures -----------------------------------------------------------------------

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_satisfaction(self):
        """With the reader's own rights: salespeople see their customers, nobody else's."""
        history = self._get_satisfaction_history()
        for partner in self:
            waves = history.get(partner.commercial_partner_id.id, [])
            last = waves[0] if waves else {}
            points = last.get("nps")
            partner.satisfaction_index = last.get("index")
            partner.satisfaction_date = last.get("date", False)
            partner.satisfaction_trend = partner._get_trend(waves)
            partner.nps_band = partner._get_nps_band(points)

    def _get_satisfaction_history(self):
        """Return ``{customer id: [{index, nps, date, signature}, …]}``, newest first."""
        groups = self.env["satisfaction.result"]._read_group(
            [
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("measure", "in", ("index", "nps")),
                ("channel", "!=", "open"),
            ],
            ["commercial_partner_id", "wave_id", "measure"],
            ["score:avg", "nps_points:avg", "date:max"],
        )
        history = {}
        for partner, wave, measure, score, points, date in groups:
            entry = history.setdefault(partner.id, {}).setdefault(
                wave.id,
                {"index": None, "nps": None, "date": date, "signature": wave.scale_signature},
            )
            entry["date"] = max(entry["date"], date)
            entry["index" if measure == "index" else "nps"] = (
                score if measure == "index" else points
            )
        return {
            partner_id: sorted(waves.values(), key=lambda w: w["date"], reverse=True)
            for partner_id, waves in history.items()
        }

    @staticmethod
    def _get_trend(waves):
        scored = [wave for wave in waves if wave["index"] is not None]
        if len(scored) < 2 or scored[0]["signature"] != scored[1]["signature"]:
            return False
        delta = scored[0]["index"] - scored[1]["index"]
        return "flat" if abs(delta) < TREND_STEP else "up" if delta > 0 else "down"

    @staticmethod
    def _get_nps_band(points):
        if points is None:
            return False
        return "promoter" if points > 33 else "detractor" if points < -33 else "passive"

    def _compute_open_case_count(self):
        counts = dict(
            self.env["satisfaction.case"]._read_group(
                [
                    ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                    ("is_open", "=", True),
                ],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.open_case_count = counts.get(partner.commercial_partner_id, 0)

    def _compute_satisfaction_last_asked(self):
        # Sudo: only a date; who asks customers next should know it across teams.
        dates = dict(
            self.env["satisfaction.invitation"]
            .sudo()
            ._read_group(
                [
                    ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                    ("sent_at", "!=", False),
                ],
                ["commercial_partner_id"],
                ["sent_at:max"],
            )
        )
        for partner in self:
            account = partner.commercial_partner_id
            partner.satisfaction_last_asked = dates.get(account, False)

    def _get_rest_rows(self, partners=None):
        only = SQL("AND i.partner_id IN %s", tuple(partners)) if partners else SQL("")
        return self.env.execute_query(
            SQL(
                """
                SELECT i.partner_id, max(coalesce(i.sent_at, i.planned_at, i.create_date)
                       + c.quarantine_contact_days * interval '1 day')::date
                  FROM satisfaction_invitation i
                  JOIN satisfaction_campaign c ON c.id = i.campaign_id
                 WHERE i.state IN %s AND i.partner_id IS NOT NULL %s
                 GROUP BY i.partner_id
                """,
                LIVE_STATES,
                only,
            )
        )

    def _compute_survey_quarantine_until(self):
        self.env["satisfaction.invitation"].flush_model()
        today = fields.Date.context_today(self)
        until = dict(self._get_rest_rows(self._origin.ids)) if self._origin.ids else {}
        for partner in self:
            day = until.get(partner._origin.id)
            partner.survey_quarantine_until = day if day and day >= today else False

    # --- Searching ---------------------------------------------------------------------

    def _search_survey_quarantine_until(self, operator, value):
        if operator not in ("in", "not in") or set(value) != {False}:
            return NotImplemented
        today = fields.Date.context_today(self)
        resting = [partner for partner, day in self._get_rest_rows() if day >= today]
        return [("id", "not in" if operator == "in" else "in", resting)]

    def _search_satisfaction_index(self, operator, value):
        """Compare the last index of customers the reader may see."""
        Result = self.env["satisfaction.result"]
        visible = Result._search(
            [("measure", "=", "index"), ("commercial_partner_id", "!=", False)]
        )
        last = SQL(
            "SELECT DISTINCT ON (commercial_partner_id) commercial_partner_id, avg(score) AS score "
            "FROM satisfaction_result WHERE id IN (%s) "
            "GROUP BY commercial_partner_id, wave_id "
            "ORDER BY commercial_partner_id, max(date) DESC",
            visible.subselect(),
        )
        if operator in OPERATORS:
            condition = SQL("score %s %s", OPERATORS[operator], float(value))
        elif operator == "in" and set(value) == {False}:
            found = self.env.execute_query(SQL("SELECT commercial_partner_id FROM (%s) l", last))
            return [("commercial_partner_id", "not in", [row[0] for row in found])]
        elif operator == "not in" and set(value) == {False}:
            condition = SQL("TRUE")
        else:
            return NotImplemented
        rows = self.env.execute_query(
            SQL("SELECT commercial_partner_id FROM (%s) l WHERE %s", last, condition)
        )
        return [("commercial_partner_id", "in", [row[0] for row in rows])]

    def _search_satisfaction_last_asked(self, operator, value):
        """``= False`` never asked; ``<`` and ``>`` compare the last time."""
        if operator in ("in", "not in") and set(value) == {False}:
            asked = self._get_asked_accounts(SQL("TRUE"))
            return [("commercial_partner_id", "not in" if operator == "in" else "in", asked)]
        if operator in OPERATORS:
            condition = SQL("max(sent_at) %s %s", OPERATORS[operator], value)
            return Domain("commercial_partner_id", "in", self._get_asked_accounts(condition))
        return NotImplemented

    def _get_asked_accounts(self, condition):
        self.env["satisfaction.invitation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT commercial_partner_id FROM satisfaction_invitation "
                "WHERE sent_at IS NOT NULL AND commercial_partner_id IS NOT NULL "
                "GROUP BY commercial_partner_id HAVING %s",
                condition,
            )
        )
        return [row[0] for row in rows]

    # --- Questionnaires ----------------------------------------------------------------

    def _get_survey_header(self):
        """Return the header of a questionnaire: ``{name, phone, email, company, address}``."""
        self.ensure_one()
        account = self.commercial_partner_id
        person = (self.name, self.function) if not self.is_company else ()
        name = ", ".join(filter(None, person))
        address = self if self.street or self.city else account
        parts = (address.zip, address.state_id.name, address.city, address.street, address.street2)
        return {
            "name": name,
            "phone": self.phone or account.phone or "",
            "email": self.email or "",
            "company": account.name or "",
            "address": " ".join(filter(None, parts)),
        }

    def action_view_satisfaction(self):
        """Open the customer's history as a graph."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "survey_satisfaction.satisfaction_result_history_action"
        )
        action["domain"] = [("commercial_partner_id", "=", self.commercial_partner_id.id)]
        # A month without an answer is no zero.
        action["context"] = {"search_default_index": 1, "fill_temporal": False}
        return action

    def action_view_satisfaction_cases(self):
        """Open the customer's cases."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "survey_satisfaction.satisfaction_case_action"
        )
        action["domain"] = [("commercial_partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {"search_default_open": 1, "default_partner_id": self.id}
        return action
