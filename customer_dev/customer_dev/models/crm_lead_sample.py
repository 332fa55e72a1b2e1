from odoo import api, fields, models


class CrmLeadSample(models.Model):
    _name = "crm.lead.sample"
    _inherit = "crm.lead.part"
    _description = "Sample Given to a Prospect"
    _order = "promised_date desc, id desc"

    name = fields.Char(string="Sample", compute="_compute_name", store=True, readonly=False)
    product_id = fields.Many2one("product.product", index="btree_not_null")
    quantity = fields.Float(default=1.0, digits="Product Unit")
    uom_id = fields.Many2one("uom.uom", compute="_compute_uom_id", store=True, readonly=False)
    standard = fields.Text(string="Agreed Standard", help="What the sample has to show, and how.")
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda s: s.env.user)
    promised_date = fields.Date(string="Promised for")
    delivered_date = fields.Date(string="Delivered on")
    is_late = fields.Boolean(compute="_compute_is_late")
    result = fields.Selection(
        [("open", "Being tested"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        default="open",
        required=True,
    )
    result_note = fields.Text(string="Test Result")

    _check_quantity = models.Constraint("CHECK(quantity > 0)", "A sample needs a quantity.")
    _check_result = models.Constraint(
        "CHECK(result = 'open' OR delivered_date IS NOT NULL)",
        "A sample is judged after it was delivered: enter the date of delivery.",
    )

    @api.depends("product_id")
    def _compute_name(self):
        for sample in self:
            sample.name = sample.product_id.display_name or sample.name

    @api.depends("product_id")
    def _compute_uom_id(self):
        for sample in self:
            sample.uom_id = sample.product_id.uom_id or sample.uom_id

    @api.depends("promised_date", "delivered_date")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for sample in self:
            sample.is_late = bool(
                sample.promised_date and sample.promised_date < (sample.delivered_date or today)
            )

    def action_deliver(self):
        """Note that the sample was handed over today.

        :return: True
        """
        self.filtered(lambda s: not s.delivered_date).write(
            {"delivered_date": fields.Date.context_today(self)}
        )
        return True
