from odoo.tests import HttpCase, tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestTours(DevelopmentCommon, HttpCase):
    def test_salesperson_earns_a_stage(self):
        """A salesperson is refused, fills what is missing by the links of the panel, moves on."""
        self._criterion(self.one, kind="manual", name="First talk held")
        self.team.member_ids = [(4, self.rep.id)]
        lead = self._lead(name="Tour prospect", partner_name="Tour Ltd")
        self.start_tour(f"/odoo/crm.lead/{lead.id}", "customer_dev_earn_stage", login="dev_rep")
        self.assertEqual(lead.stage_id, self.two)
        self.assertEqual(lead.check_ids.user_id, self.rep)

    def test_kanban_shows_what_is_missing(self):
        self._lead(name="Tour prospect")
        action = (
            f"/odoo/action-crm.crm_case_form_view_salesteams_opportunity?active_id={self.team.id}"
        )
        self.start_tour(action, "customer_dev_kanban_badge", login="dev_rep")

    def test_matrix_opens_a_prospect(self):
        scores = ("share", "effort", "deal_risk", "value", "customer_risk", "ability", "technical")
        self._lead(name="Assessed", partner_name="Matrix Ltd", **{f"va_{s}": "3" for s in scores})
        self.start_tour("/odoo/development-matrix", "customer_dev_matrix", login="dev_rep")
