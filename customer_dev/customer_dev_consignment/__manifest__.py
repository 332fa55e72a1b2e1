{
    "name": "Customer Development: Samples as Loans",
    "summary": "A sample given to a prospect is a loan in the goods' books",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "AGPL-3",
    "author": "Customer and Trade Suite",
    "depends": ["customer_dev", "consignment"],
    "data": ["views/crm_lead_sample_views.xml"],
    "assets": {"web.assets_tests": ["customer_dev_consignment/static/tests/tours/**/*"]},
    "auto_install": True,
}
