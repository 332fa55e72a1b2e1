{
    "name": "Customer Satisfaction: Approvals",
    "summary": "Need, cost and scheme of a campaign pass the approvals",
    "version": "19.0.1.0.0",
    "category": "Marketing/Surveys",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["survey_satisfaction", "tier_validation_deadline"],
    "data": ["data/tier_definition_data.xml"],
    "auto_install": True,
    "assets": {
        "web.assets_tests": ["survey_satisfaction_approval/static/tests/tours/*.js"],
    },
}
