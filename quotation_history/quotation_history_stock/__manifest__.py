{
    "name": "Quotation History: Returned Goods",
    "summary": "Price memory leaves out returned sales; lines show what their lots cost",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["quotation_history", "sale_stock"],
    "data": ["views/sale_order_views.xml"],
    "auto_install": True,
}
