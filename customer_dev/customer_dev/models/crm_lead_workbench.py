from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import period as periods


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_workbench(self, period="month", scope="mine"):
        """What is new in a period, and what waits.

        Counts what the user may read; each number tells where its records are.

        :param str period: ``day``, ``week``, ``month``, ``quarter`` or ``year``, the present one
        :param str scope: ``mine``, ``team`` (the teams one heads) or ``all`` (all one may see)
        :return: dict ``date_from, date_to`` (ISO, both included), ``currency`` (symbol) and
            ``tiles`` and ``todo``, lists of dicts ``key, name, icon, model, domain, count, action``
            (an action that opens it better than the domain, or an empty string), for tiles also
            ``before`` (count of the period before) and ``amount`` (in the currency of the
            company, ``False`` where there is none)
        """
        period = period if period in periods.LENGTHS else "month"
        days = periods.bounds(period, fields.Date.context_today(self))
        users = self._workbench_users(scope)
        tiles = [self._workbench_count(tile, days) for tile in self._workbench_tiles(users)]
        return {
            "date_from": fields.Date.to_string(days[1]),
            "date_to": fields.Date.to_string(fields.Date.subtract(days[2], days=1)),
            "currency": self.env.company.currency_id.symbol or "",
            "tiles": tiles,
            "todo": [self._workbench_open(tile) for tile in self._workbench_todo(users)],
        }

    @api.model
    def _workbench_users(self, scope):
        """Ids of the people whose work is counted; None for everybody."""
        if scope == "all":
            return None
        if scope != "team":
            return [self.env.uid]
        # sudo: who works in the teams one heads is no secret to their head
        teams = self.env["crm.team"].sudo().search([("user_id", "=", self.env.uid)])
        return (teams.member_ids | self.env.user).ids

    @api.model
    def _workbench_of(self, users, field_name="user_id"):
        return Domain.TRUE if users is None else Domain(field_name, "in", users)

    @api.model
    def _workbench_tiles(self, users):
        """The counts, each with its domain but for the days; ``date`` names the field of the day
        and ``amount`` the one that is summed up."""
        own = self._workbench_of(users)
        deals = own & Domain("type", "=", "opportunity")
        return [
            {
                "key": "new_deals",
                "name": self.env._("New deals"),
                "icon": "fa-lightbulb-o",
                "model": "crm.lead",
                "domain": deals & Domain("active", "in", [True, False]),
                "date": "create_date",
                "amount": "expected_revenue",
            },
            {
                "key": "follow_ups",
                "name": self.env._("Follow-ups"),
                "icon": "fa-check-square-o",
                "model": "mail.activity",
                "domain": own & Domain([("res_model", "=", "crm.lead"), ("active", "=", False)]),
                "date": "date_done",
            },
            {
                "key": "new_customers",
                "name": self.env._("New customers"),
                "icon": "fa-star-o",
                "model": "crm.lead",
                "domain": deals & Domain("won_status", "=", "won"),
                "date": "date_closed",
                "amount": "expected_revenue",
            },
            {
                "key": "new_contracts",
                "name": self.env._("New contracts"),
                "icon": "fa-file-text-o",
                "model": "crm.lead",
                "domain": deals & Domain("contract_kind", "!=", False),
                "date": "contract_start",
                "amount": "first_amount",
            },
        ]

    @api.model
    def _workbench_todo(self, users):
        """What waits, whatever the period."""
        own = self._workbench_of(users)
        pending = own & Domain([("won_status", "=", "pending"), ("type", "=", "opportunity")])
        late = Domain([("res_model", "=", "crm.lead"), ("date_deadline", "<", "today")])
        return [
            {
                "key": "late",
                "name": self.env._("Activities overdue"),
                "icon": "fa-clock-o",
                "model": "mail.activity",
                "domain": own & late,
            },
            {
                "key": "without_next",
                "name": self.env._("Prospects without a next step"),
                "icon": "fa-question-circle-o",
                "model": "crm.lead",
                "domain": pending & Domain("activity_ids", "=", False),
            },
            {
                "key": "to_sign",
                "name": self.env._("To sign by me"),
                "icon": "fa-gavel",
                "model": "tier.review",
                "domain": Domain(
                    [
                        ("reviewer_ids", "in", self.env.user.ids),
                        ("status", "=", "pending"),
                        ("can_review", "=", True),
                    ]
                ),
            },
            {
                "key": "tenders",
                "name": self.env._("Tenders open for bids"),
                "icon": "fa-bullhorn",
                "model": "crm.internal.tender",
                "domain": Domain("state", "=", "open"),
            },
        ]

    @api.model
    def _workbench_count(self, tile, days):
        before, begin, end = days
        now = self._workbench_days(tile, begin, end)
        count, amount = self._workbench_sum(tile, now)
        earlier, _amount = self._workbench_sum(tile, self._workbench_days(tile, before, begin))
        return {**self._workbench_open(tile, now, count), "before": earlier, "amount": amount}

    @api.model
    def _workbench_days(self, tile, begin, end):
        """The domain of a tile between two days, the second one not included."""
        field = self.env[tile["model"]]._fields[tile["date"]]
        if field.type == "datetime":
            begin, end = (self._workbench_moment(day) for day in (begin, end))
        limits = [(tile["date"], ">=", str(begin)), (tile["date"], "<", str(end))]
        return tile["domain"] & Domain(limits)

    @api.model
    def _workbench_moment(self, day):
        """Midnight of a day where the user is, as naive UTC."""
        zone = pytz.timezone(self.env.context.get("tz") or self.env.user.tz or "UTC")
        local = zone.localize(datetime.combine(day, time.min))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _workbench_sum(self, tile, domain):
        """Number of records and sum of the amount, as far as the user may read them."""
        model = self.env[tile["model"]].with_context(active_test=False)
        if not model.has_access("read"):
            return 0, False
        if not tile.get("amount"):
            return model.search_count(domain), False
        [[count, amount]] = model._read_group(domain, [], ["__count", f"{tile['amount']}:sum"])
        return count, amount or 0.0

    @api.model
    def _workbench_open(self, tile, domain=None, count=None):
        """A tile as the screen shows and opens it."""
        domain = tile["domain"] if domain is None else domain
        count = tile.get("count") if count is None else count
        if count is None:
            model = self.env[tile["model"]]
            count = model.search_count(domain) if model.has_access("read") else 0
        return {
            "key": tile["key"],
            "name": tile["name"],
            "icon": tile["icon"],
            "model": tile["model"],
            "domain": list(domain),
            "count": count,
            "action": tile.get("action", ""),
        }

    # === RECYCLE BIN ===

    def action_restore_prospects(self):
        """Take archived and lost prospects out of the recycle bin; they stand where they stood.

        :return: True, or a window action on the dialog that asks who decides alone for the reason
        :raises UserError: where taking up again needs the approval of the head
        """
        lost = self.filtered(lambda lead: lead.won_status == "lost")
        asked = (self - lost).filtered(lambda lead: lead._decides_with_reason())
        (self - lost - asked).action_unarchive()
        asked |= lost.filtered(lambda lead: lead._decides_with_reason())
        (lost - asked).action_restore()
        return asked._restore_dialog() if asked else True
