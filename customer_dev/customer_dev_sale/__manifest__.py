{
    "name": "Customer Development: Quotations",
    "summary": "Quotations on the tracking sheet, orders and receipts on the workbench",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "AGPL-3",
    "author": "Customer and Trade Suite",
    "depends": ["customer_dev", "sale_crm"],
    "data": [
        "security/ir.model.access.csv",
        "security/customer_dev_sale_security.xml",
        "report/crm_receipt_views.xml",
    ],
    "auto_install": True,
}
