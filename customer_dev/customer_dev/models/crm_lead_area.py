from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    area_user_id = fields.Many2one(
        "res.users",
        string="Area of",
        compute="_compute_area_user_id",
        help="Whose area the inquiry comes from, when that is somebody else's.",
    )

    @api.depends("state_id", "user_id", "team_id")
    def _compute_area_user_id(self):
        for lead in self:
            lead.area_user_id = lead._find_area_user()

    def _find_area_user(self):
        """The colleague in whose area the prospect lies; nobody when it is the owner's own."""
        self.ensure_one()
        nobody = self.env["res.users"]
        if not self.state_id or self.won_status != "pending":
            return nobody
        # sudo: whose area a province is, is no secret among salespeople
        members = (
            self.env["crm.team.member"]
            .sudo()
            .search([("area_state_ids", "in", self.state_id.ids)])
            .filtered(lambda member: member.user_id.active)
        )
        members = members.filtered(lambda member: member.crm_team_id == self.team_id) or members
        if self.user_id in members.user_id:
            return nobody
        return nobody.browse(members[:1].user_id.id)

    def action_hand_to_area(self):
        """Hand an inquiry from another area to the salesperson of that area.

        :return: True
        :raises AccessError: for anybody but the owner and the head; prospects of nobody may be
            handed on by everybody who sees them
        """
        for lead in self:
            if not lead.area_user_id:
                raise UserError(self.env._("%s lies in nobody else's area.", lead.name))
            if lead.user_id not in (self.env.user, lead.user_id.browse()):
                if not lead._gate_may_override():
                    raise AccessError(self.env._("Only the owner or the head hands a prospect on."))
            lead._hand_on(lead.area_user_id, self.env._("It lies in this area."))
        return True

    def _hand_on(self, user, note):
        """Give the prospect to another salesperson, with the reason in its history."""
        self.ensure_one()
        self.message_post(
            body=self.env._("Handed on to %(user)s: %(note)s", user=user.name, note=note)
        )
        # sudo: afterwards the former owner may no longer have access
        self.sudo().write({"user_id": user.id, "team_id": self.team_id.id})
