from odoo import models


class SaleOffer(models.Model):
    _name = "sale.offer"
    _description = "Offer"
