{
    "name": "Quotation History",
    "summary": "Offers in rounds and alternatives, frozen as sent, chosen on the portal",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["sale_management"],
    "data": [
        "security/quotation_history_groups.xml",
        "security/ir.model.access.csv",
        "security/quotation_history_security.xml",
        # --- offers
        # --- price memory
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": [
            # --- offers
            # --- price memory
        ],
        "web.assets_tests": [
            # --- offers
            # --- price memory
        ],
    },
}
