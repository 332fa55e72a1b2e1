from odoo import api, fields, models
from odoo.exceptions import AccessError

from .trust import is_trusted


class ResUsers(models.Model):
    _inherit = "res.users"

    review_superior_id = fields.Many2one(
        comodel_name="res.users",
        string="Superior for Approvals",
        domain="[('share', '=', False), ('id', '!=', id)]",
        help="Who receives this user's late reviews and answers their requests for more time. "
        "Empty: the manager of their employee record, or else the leader of their sales team, "
        "where those apps are installed.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_reviews_untouched(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_reviews_untouched(vals)
        return super().write(vals)

    @api.model
    def _check_reviews_untouched(self, vals):
        """``review_ids`` is the other side of ``tier.review.reviewer_ids``: writing it here
        would appoint reviewers behind the engine's back."""
        if vals.get("review_ids") and not is_trusted(self.env):
            raise AccessError(self.env._("Reviewers are appointed by tier definitions only."))

    def _get_review_superiors(self):
        """Return the active superiors of these users, each user's own excluded."""
        superiors = self.browse()
        # sudo: employees and sales teams are not readable for everybody who is reviewed
        for user in self.sudo():
            superiors |= user._get_review_superior() - user
        return superiors.filtered("active").sudo(self.env.su)

    def _get_review_superior(self):
        """Return the superior of one user, maybe none: chosen by hand, else the host's."""
        self.ensure_one()
        return self.review_superior_id or self._get_host_superior()

    def _get_host_superior(self):
        """Return the superior the host knows: manager of the employee, else leader of the
        sales team. Neither app is required."""
        self.ensure_one()
        superior = self.browse()
        if "employee_parent_id" in self._fields:
            superior = self.employee_parent_id.user_id
        if not superior and "sale_team_id" in self._fields:
            superior = self.sale_team_id.user_id
        return superior
