from markupsafe import Markup

from odoo import models
from odoo.tools import format_date


class ConsignmentAgreement(models.Model):
    """Whoever borrowed goods is told when they are due back."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    def _get_due_user(self):
        """Give the reminder to the borrower, where that is a user who may open the loan."""
        user = self._get_borrower_user()
        return user if user and self._is_readable_by(user) else super()._get_due_user()

    def _get_borrower_user(self):
        # Of the employee's file no more than the user is needed.
        return self._get_borrower().sudo().user_id.sudo(False)

    def _is_readable_by(self, user):
        return self.with_user(user).sudo(False).has_access("read")

    def _remind_due(self):
        before = self.activity_ids
        res = super()._remind_due()
        if self.activity_ids - before:
            self._tell_borrower()
        return res

    def _tell_borrower(self):
        """Send a message to a borrower who cannot open the loan."""
        user, contact = self._get_borrower_user(), self._get_borrower_contact()
        if not self._get_borrower() or (user and self._is_readable_by(user)):
            return
        agreement = self.with_context(lang=contact.lang or self.env.lang)
        due = format_date(agreement.env, agreement.due_date)
        agreement.message_notify(
            partner_ids=contact.ids,
            subject=agreement.env._("Goods due back on %s", due),
            body=agreement._get_due_message(due),
        )

    def _get_due_message(self, due):
        goods = Markup().join(
            Markup("<li>%s</li>") % self._describe_balance(row) for row in self.get_balance()
        )
        intro = self.env._(
            "You borrowed these goods (%(loan)s); please bring them back by %(due)s:",
            loan=self.name,
            due=due,
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (intro, goods)
