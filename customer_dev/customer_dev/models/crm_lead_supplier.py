from odoo import fields, models


class CrmLeadSupplier(models.Model):
    _name = "crm.lead.supplier"
    _inherit = "crm.lead.part"
    _description = "Present Supplier of a Prospect"

    name = fields.Char(string="Supplier", required=True)
    partner_id = fields.Many2one("res.partner", string="Known as", help="When we know the firm.")
    share = fields.Float(string="Share (%)")
    since = fields.Integer(string="Since Year")
    how_won = fields.Char(string="How They Won")
    problems = fields.Text()
    will_to_change = fields.Selection(
        [("no", "Wants to stay"), ("open", "Is open"), ("yes", "Wants to change")], default="open"
    )

    _check_share = models.Constraint(
        "CHECK(share >= 0 AND share <= 100)", "A share lies between 0 and 100 percent."
    )
