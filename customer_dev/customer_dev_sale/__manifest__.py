{
    "name": "Customer Development: Quotations",
    "summary": "Numbers of the quotations on the tracking sheet of prospects",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "AGPL-3",
    "author": "Customer and Trade Suite",
    "depends": ["customer_dev", "sale_crm"],
    "auto_install": True,
}
