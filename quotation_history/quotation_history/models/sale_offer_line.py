from odoo import models


class SaleOfferLine(models.Model):
    _name = "sale.offer.line"
    _description = "Offer Line"
