{
    "name": "Customer Satisfaction: CRM",
    "summary": "Sales team as a dimension, and why a deal was lost",
    "version": "19.0.1.0.0",
    "category": "Marketing/Surveys",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["survey_satisfaction", "crm", "survey_crm"],
    "data": ["security/survey_satisfaction_crm_groups.xml", "views/satisfaction_result_views.xml"],
    "auto_install": True,
    "assets": {
        "web.assets_tests": ["survey_satisfaction_crm/static/tests/tours/*.js"],
    },
}
