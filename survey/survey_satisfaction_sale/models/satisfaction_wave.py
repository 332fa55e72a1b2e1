from odoo import fields, models

from odoo.addons.survey_satisfaction.fields import NullableFloat


class SatisfactionWave(models.Model):
    _inherit = "satisfaction.wave"

    revenue_coverage = NullableFloat(
        "Revenue Covered (%)",
        compute="_compute_revenue_coverage",
        help="Share of the last year's confirmed orders of the contacts' customers that stands "
        "behind the answers (untaxed, in the company's currency).",
        groups="survey_satisfaction.group_satisfaction_officer",
    )

    def _get_revenue(self, partners):
        """Return ``{customer id: untaxed orders of the year before the wave}`` in the
        company's currency."""
        self.ensure_one()
        end = fields.Datetime.to_datetime(self.date_open)
        # Sudo: a weight for statistics, whoever opens the wave; amounts are not shown.
        groups = (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                [
                    ("partner_id.commercial_partner_id", "in", partners.commercial_partner_id.ids),
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "sale"),
                    ("date_order", ">=", fields.Datetime.subtract(end, years=1)),
                    ("date_order", "<", fields.Datetime.add(end, days=1)),
                ],
                ["partner_id", "currency_id"],
                ["amount_untaxed:sum"],
            )
        )
        revenue = {}
        for partner, currency, amount in groups:
            account = partner.commercial_partner_id.id
            value = currency._convert(
                amount, self.company_id.currency_id, self.company_id, self.date_open
            )
            revenue[account] = revenue.get(account, 0.0) + value
        return revenue

    def _count_frame(self):
        result = super()._count_frame()
        # sudo: weights are the server's, nobody may write them
        for wave in self.sudo().filtered(lambda w: w.campaign_id.index_method == "revenue"):
            wave._weigh_by_revenue()
        return result

    def _weigh_by_revenue(self):
        """The weight of a customer is its revenue when it was asked."""
        revenue = self._get_revenue(self.invitation_ids.commercial_partner_id)
        for account, invitations in self.invitation_ids.grouped("commercial_partner_id").items():
            invitations.weight = revenue.get(account.id, 0.0)

    def _compute_revenue_coverage(self):
        for wave in self:
            # sudo: revenue is summed over customers the user may not read
            invitations = wave.sudo().invitation_ids
            revenue = wave._get_revenue(invitations.commercial_partner_id)
            total = sum(revenue.values())
            answered = invitations.filtered(lambda i: i.state == "answered").commercial_partner_id
            covered = sum(revenue.get(account.id, 0.0) for account in answered)
            wave.revenue_coverage = 100 * covered / total if total else None
