from odoo import api, fields, models

from .constants import ATTITUDES, INFLUENCES, RELATIONS, ROLES


class CrmLeadStakeholder(models.Model):
    _name = "crm.lead.stakeholder"
    _inherit = "crm.lead.part"
    _description = "Person who Takes Part in the Decision"
    _rec_name = "partner_id"
    _order = "influence desc, sequence, id"

    partner_id = fields.Many2one("res.partner", string="Person", required=True, index=True)
    function = fields.Char(related="partner_id.function", readonly=False)
    phone = fields.Char(related="partner_id.phone", readonly=False)
    role = fields.Selection(ROLES, required=True, default="user", index=True)
    influence = fields.Selection(INFLUENCES, default="3", required=True)
    attitude = fields.Selection(ATTITUDES, default="0", required=True)
    relation = fields.Selection(RELATIONS, default="1", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Our Owner",
        default=lambda self: self.env.user,
        help="Who of us keeps up the relation.",
    )
    reports_to_id = fields.Many2one(
        "crm.lead.stakeholder",
        domain="[('lead_id', '=', lead_id), ('id', '!=', id)]",
        ondelete="set null",
        index="btree_not_null",
    )
    effort = fields.Text(string="What Was Done", help="Work done so far, not what it cost.")
    next_step = fields.Char()
    next_date = fields.Date(string="Next on")
    relation_ids = fields.One2many("crm.lead.relation", "stakeholder_id", string="History")
    has_profile = fields.Boolean(compute="_compute_has_profile")

    _lead_partner_uniq = models.UniqueIndex(
        "(lead_id, partner_id)", "This person is already listed on the prospect."
    )

    def _compute_has_profile(self):
        groups = self.env["crm.contact.profile"]
        if not groups.has_access("read"):
            self.has_profile = False
            return
        known = groups.search([("partner_id", "in", self.partner_id.ids)]).partner_id
        for person in self:
            person.has_profile = person.partner_id in known

    @api.model_create_multi
    def create(self, vals_list):
        people = super().create(vals_list)
        people._log_relation({})
        return people

    def write(self, vals):
        before = {person.id: person.relation for person in self} if "relation" in vals else {}
        result = super().write(vals)
        if before:
            self._log_relation(before)
        return result

    def _log_relation(self, before):
        """Keep each step on the ladder, up or down, with who noted it."""
        # sudo: the history is written by us alone, nobody may edit it
        self.env["crm.lead.relation"].sudo().create(
            [
                {
                    "stakeholder_id": person.id,
                    "relation_from": before.get(person.id, False),
                    "relation_to": person.relation,
                    "user_id": self.env.uid,
                    "note": person.effort,
                }
                for person in self
                if before.get(person.id) != person.relation
            ]
        )

    def action_open_profile(self):
        """Open, or begin, the restricted personal profile of this person.

        :return: a window action
        """
        self.ensure_one()
        profile = self.env["crm.contact.profile"].search([("partner_id", "=", self.partner_id.id)])
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.display_name,
            "res_model": "crm.contact.profile",
            "res_id": profile.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.partner_id.id},
        }
