from odoo import api, fields, models


class SaleOffer(models.Model):
    """What happens by the calendar: expiry and reminder."""

    _inherit = "sale.offer"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _cron_expire_offers(self, batch=500):
        """Expire what is past its date, remind salespeople of what soon will be."""
        today = fields.Date.today()
        domain = [
            ("state", "in", ("sent", "countered", "approved", "to_approve")),
            ("validity_date", "<", today),
        ]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while offers := self.search(domain, limit=batch, order="validity_date, id"):
            offers._expire()
            if not cron._commit_progress(processed=len(offers)):
                return
        self._remind(today)

    def _expire(self):
        self._engine_write({"state": "expired", "decided_on": fields.Datetime.now()})
        self._record("expired")

    @api.model
    def _remind(self, today):
        for company in self.env["res.company"].search([("offer_reminder_days", ">", 0)]):
            limit = fields.Date.add(today, days=company.offer_reminder_days)
            offers = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "sent"),
                    ("validity_date", ">=", today),
                    ("validity_date", "<=", limit),
                    ("reminded_on", "=", False),
                ]
            )
            for order, order_offers in offers.grouped("order_id").items():
                order_offers._schedule_expiry_activity(order)
            offers._engine_write({"reminded_on": today})
            offers._record("reminded")

    def _schedule_expiry_activity(self, order):
        seller = order.user_id or self.env.ref("base.user_admin")
        order = order.with_context(lang=seller.lang)
        order.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=min(self.mapped("validity_date")),
            user_id=seller.id,
            summary=order.env._(
                "%s expires soon: ask the customer", ", ".join(self.mapped("short_name"))
            ),
        )
