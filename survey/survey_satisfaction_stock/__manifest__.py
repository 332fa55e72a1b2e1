{
    "name": "Customer Satisfaction: Deliveries",
    "summary": "Ask some days after a delivery",
    "version": "19.0.1.0.0",
    "category": "Marketing/Surveys",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["survey_satisfaction_sale", "sale_stock"],
    "auto_install": True,
    "assets": {
        "web.assets_tests": ["survey_satisfaction_stock/static/tests/tours/*.js"],
    },
}
