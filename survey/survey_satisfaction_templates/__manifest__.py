{
    "name": "Customer Satisfaction: Templates",
    "summary": "Five ready questionnaires, in Chinese and English",
    "version": "19.0.1.0.0",
    "category": "Marketing/Surveys",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["survey_satisfaction"],
    "data": [
        "data/survey_t1_data.xml",
        "data/survey_t2_data.xml",
        "data/survey_t3_data.xml",
        "data/survey_t4_data.xml",
        "data/survey_t5_data.xml",
    ],
    "assets": {
        "web.assets_tests": ["survey_satisfaction_templates/static/tests/tours/*.js"],
    },
}
