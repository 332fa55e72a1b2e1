from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmContactProfile(models.Model):
    """Private-life facts of a customer's person.

    They live apart from the contact, so that one access right and one deletion cover all of them.
    There is no place for anything given to the person, and there must be none.
    """

    _name = "crm.contact.profile"
    _description = "Personal Profile of a Contact"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, ondelete="cascade", index=True
    )
    birthday = fields.Date()
    native_place = fields.Char()
    years_in_company = fields.Integer(string="Years in the Company")
    authority = fields.Char(help="What the person may decide.")
    character = fields.Char()
    work_style = fields.Char()
    interests = fields.Char(string="Interests and Hobbies")
    family = fields.Char()
    purpose = fields.Char(required=True, help="Why we need to keep this.")
    keep_until = fields.Date(required=True, help="Deleted after this day.")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)

    _partner_uniq = models.UniqueIndex("(partner_id)", "There is already a profile of this person.")

    @api.constrains("keep_until")
    def _check_keep_until(self):
        latest = fields.Date.add(fields.Date.context_today(self), years=3)
        for profile in self:
            if profile.keep_until > latest:
                raise ValidationError(
                    self.env._("Personal facts are kept for three years at most; renew if needed.")
                )

    @api.autovacuum
    def _gc_expired(self):
        """Delete what may not be kept any longer."""
        self.sudo().search([("keep_until", "<", fields.Date.today())]).unlink()
