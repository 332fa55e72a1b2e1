from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    consignment_agreement_id = fields.Many2one(
        "consignment.agreement",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="The agreement whose commission or price correction this is.",
    )
