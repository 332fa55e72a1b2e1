from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import trust
from .sale_agreed_price import SCOPE


class SaleAgreedPrice(models.Model):
    """From draft to the end: approve, withdraw, renew, replace, expire."""

    _inherit = "sale.agreed.price"  # pylint: disable=consider-merging-classes-inherited

    # === ACTIONS === #

    def action_approve(self):
        """Approve drafts. With tier definitions for agreed prices their reviews decide, without
        any a price manager does. The older version of the same agreement ends the day before.

        :return: True
        :raise UserError: below a floor that blocks or exceeds the approver's authority
        """
        for record in self.filtered(lambda record: record.state == "draft"):
            if not record.review_ids and not record.need_validation:
                record._check_price_manager()
                record._check_floor()
            record._set_approved()
        return True

    def _set_approved(self):
        """Make the agreement effective; the approvals engine checks the reviews on write."""
        self.ensure_one()
        trust.as_engine(self).write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": fields.Datetime.now(),
            }
        )
        self._end_older_versions()

    def _check_floor(self):
        """Raise where the price is below a floor that the acting user may not go below."""
        self.ensure_one()
        judgement = self.env["sale.price.guard"]._judge_agreement(self)
        if judgement and (error := judgement.get_decision_error(self.env)):
            raise UserError(error)

    def _validate_tier(self, tiers=False):
        if self.env.user in self.review_ids.reviewer_ids:
            self._check_floor()
        result = super()._validate_tier(tiers)
        if self.state == "draft" and self.validation_status == "validated":
            self._set_approved()
        return result

    def _end_older_versions(self):
        older = self.search(self._get_older_versions_domain())
        for record in older:
            trust.as_engine(record).write(
                {"date_to": max(fields.Date.subtract(self.date_from, days=1), record.date_from)}
            )

    def _get_older_versions_domain(self):
        domain = Domain("state", "=", "approved") & Domain("id", "!=", self.id)
        domain &= Domain("min_qty", "=", self.min_qty) & Domain("date_from", "<", self.date_from)
        domain &= Domain("date_to", "=", False) | Domain("date_to", ">=", self.date_from)
        return Domain.AND([domain, *(Domain(key, "=", self[key].id) for key in SCOPE)])

    def action_withdraw(self, reason=""):
        """End agreements at once; for price managers.

        :param str reason: why, kept with the agreement
        :return: True
        """
        self._check_price_manager()
        open_ones = self.filtered(lambda record: record.state in ("draft", "approved"))
        trust.as_engine(open_ones).write(
            {"state": "withdrawn", "withdrawn_reason": reason or False}
        )
        open_ones.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_ask_withdraw(self):
        """Open the question why these agreements end, then withdraw them.

        :return: action
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "quotation_price_guard.action_sale_price_reason_withdraw"
        )
        return action | {"context": {"default_agreed_price_ids": self.ids}}

    def action_renew(self):
        """Keep the conditions for another review period; for price managers.

        :return: True
        """
        self._check_price_manager()
        for record in self:
            months = record.company_id.price_review_months or 12
            start = max(record.review_date or fields.Date.today(), fields.Date.today())
            record.review_date = start + relativedelta(months=months)
        self.activity_feedback(["mail.mail_activity_data_todo"])
        return True

    def action_new_version(self):
        """Copy an agreement as a draft from today on, to change it with a new approval.

        :return: action that opens the draft
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        draft = self.copy(
            {
                "date_from": max(today, fields.Date.add(self.date_from, days=1)),
                "date_to": False,
                "review_date": False,
                "replaced_id": self.id,
            }
        )
        return draft._get_form_action()

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreed Price"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === CRON === #

    @api.model
    def _cron_expire_and_review(self):
        """Close agreements whose last day is over; ask for the yearly review once."""
        today = fields.Date.today()
        ended = self.search([("state", "=", "approved"), ("date_to", "<", today)])
        trust.as_engine(ended).write({"state": "expired"})
        due = self.search(
            [
                ("state", "=", "approved"),
                ("review_date", "<=", today),
                ("activity_ids", "=", False),
            ]
        )
        for record in due:
            manager = record.approved_by_id or record.create_uid
            record = record.with_context(lang=manager.lang)
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=record.env._("Yearly review of the agreed price"),
                user_id=manager.id,
            )
