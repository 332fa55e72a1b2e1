{
    "name": "Quotation History: Returned Goods",
    "summary": "Price memory leaves out sales whose goods came back",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["quotation_history", "sale_stock"],
    "auto_install": True,
}
