from odoo import fields, models


class SaleOfferEvent(models.Model):
    """One step of the negotiation: who did what, when, at which price, and what was said.

    Steps are only ever added. Like offers they are written by the offers' own methods alone.
    """

    _name = "sale.offer.event"
    _inherit = ["sale.offer.frozen"]
    _description = "Negotiation Step"
    _order = "date desc, id desc"
    _rec_name = "kind"

    order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    offer_id = fields.Many2one("sale.offer", readonly=True, index=True, ondelete="restrict")
    short_name = fields.Char(related="offer_id.short_name", string="Round and Letter")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("captured", "Captured"),
            ("to_approve", "In approval"),
            ("approved", "Approved"),
            ("draft", "Back to draft"),
            ("sent", "Sent"),
            ("viewed", "First viewed"),
            ("chosen", "Chosen"),
            ("countered", "Counter-offer"),
            ("declined", "Declined"),
            ("accepted", "Accepted"),
            ("superseded", "Superseded"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
            ("loaded", "Loaded"),
            ("reminded", "Reminder"),
        ],
        string="Step",
        required=True,
        readonly=True,
    )
    date = fields.Datetime(string="When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    actor = fields.Char(string="Who", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_untaxed = fields.Monetary(string="Untaxed Amount", readonly=True)
    note = fields.Text(string="Words", readonly=True)
    data = fields.Json(readonly=True, groups=fields.NO_ACCESS)

    _order_date_idx = models.Index("(order_id, date desc, id desc)")
    _date_idx = models.Index("(date desc, id desc)")
