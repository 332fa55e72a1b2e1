{
    "name": "Consignment: Purchase",
    "summary": "Others' goods bought the moment they are used, settled with their owner",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["consignment", "purchase_stock"],
    "data": [
        "security/ir.model.access.csv",
        "security/consignment_purchase_security.xml",
        "data/ir_sequence_data.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_tests": ["consignment_purchase/static/tests/tours/*"],
    },
}
