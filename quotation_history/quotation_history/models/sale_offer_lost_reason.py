from odoo import fields, models


class SaleOfferLostReason(models.Model):
    """Why an offer was not taken."""

    _name = "sale.offer.lost.reason"
    _description = "Lost Reason of an Offer"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
