from odoo import fields, models

STARS = [("0", "Not rated"), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")]


class UtmSource(models.Model):
    _inherit = "utm.source"

    is_channel = fields.Boolean(string="Acquisition Channel")
    channel_speed = fields.Selection(STARS, string="Speed", default="0")
    channel_success = fields.Selection(STARS, string="Chance of Success", default="0")
