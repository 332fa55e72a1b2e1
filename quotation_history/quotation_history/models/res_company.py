from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    offer_capture_on_print = fields.Boolean(
        string="Printing sends the offer",
        default=True,
        help="Printing a quotation freezes it as an offer, as sending it by email does.",
    )
    offer_confirm_policy = fields.Selection(
        [
            ("any", "Confirm any content and record it as an accepted offer"),
            ("sent", "Confirm only what the customer was sent"),
        ],
        string="Confirming a quotation with offers",
        default="any",
        required=True,
    )
    offer_reminder_days = fields.Integer(
        string="Remind before offers expire",
        default=3,
        help="Days before the validity date on which the salesperson gets an activity. "
        "0: no reminder. Three days is this addon's own choice.",
    )
