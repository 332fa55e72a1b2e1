from odoo.addons.survey_satisfaction.tests.common import SatisfactionCommon


class ApprovalCommon(SatisfactionCommon):
    """Whoever spends money needs the signature of one person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tiers = cls.env["tier.definition"].with_context(active_test=False)
        tiers.search([("model", "=", "satisfaction.campaign")]).active = False
        cls.tier = tiers.create(
            {
                "name": "Marketing head",
                "model_id": cls.env["ir.model"]._get_id("satisfaction.campaign"),
                "review_type": "individual",
                "reviewer_id": cls.manager.id,
                "definition_type": "domain",
                "definition_domain": "[('budget', '>', 0)]",
                "company_id": False,
            }
        )
