{
    "name": "Consignment: Employees",
    "summary": "Lend goods to employees and departments, and know who has what",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["consignment", "hr"],
    "data": [
        "views/consignment_agreement_views.xml",
        "views/consignment_ageing_views.xml",
        "views/hr_employee_views.xml",
        "views/consignment_hr_menus.xml",
    ],
    "demo": ["demo/consignment_hr_demo.xml"],
    "assets": {
        "web.assets_tests": ["consignment_hr/static/tests/tours/*"],
    },
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
