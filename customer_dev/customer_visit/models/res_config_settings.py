from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    visit_interval_days = fields.Integer(related="company_id.visit_interval_days", readonly=False)
    work_log_reminder = fields.Boolean(related="company_id.work_log_reminder", readonly=False)
