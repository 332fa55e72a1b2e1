{
    "name": "Customer Satisfaction: Sales",
    "summary": "Ask some days after an order; weight and coverage by revenue",
    "version": "19.0.1.0.0",
    "category": "Marketing/Surveys",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["survey_satisfaction", "sale"],
    "data": [
        "security/survey_satisfaction_sale_groups.xml",
        "views/sale_order_views.xml",
        "views/satisfaction_wave_views.xml",
    ],
    "auto_install": True,
    "assets": {
        "web.assets_tests": ["survey_satisfaction_sale/static/tests/tours/*.js"],
    },
}
