{
    "name": "Demo Trading Company",
    "summary": "A Chinese maker and trader of valves and sensors to try the suite with",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tools",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["crm", "l10n_cn", "sale_management", "stock"],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/res_users_demo.xml",
        "demo/crm_team_demo.xml",
    ],
    # its demo data is loaded before that of the others: the company comes first
    "sequence": 1,
}
