from odoo.exceptions import UserError


class GateWays:
    """Ways on which people and programs bring a prospect into the second stage."""

    def _way_drag_and_drop(self, lead):
        lead.write({"stage_id": self.two.id})

    def _way_save(self, lead):
        lead.web_save({"stage_id": self.two.id}, {"stage_id": {}})

    def _way_importing(self, lead):
        result = lead.load([".id", "stage_id/.id"], [[str(lead.id), str(self.two.id)]])
        if not result["ids"]:
            raise UserError(result["messages"][0]["message"])

    def _way_won(self, lead):
        lead.action_set_won()

    def _way_restore_and_move(self, lead):
        self.team.stop_approval = False
        lead.action_set_lost()
        lead.action_restore()
        lead.write({"stage_id": self.two.id})

    def _way_restore_into_it(self, lead):
        self.team.stop_approval = False
        lead.action_set_lost()
        lead.write({"active": True, "stage_id": self.two.id})

    def _refused_prospect_values(self):
        """A new prospect that stands where it has not earned to stand."""
        return {
            "name": "New",
            "type": "opportunity",
            "team_id": self.team.id,
            "stage_id": self.two.id,
            "user_id": self.rep.id,
        }
