{
    "name": "Quotation History",
    "summary": "Offers in rounds and alternatives, frozen as sent, chosen on the portal",
    "version": "19.0.1.0.1",
    "category": "Sales/Sales",
    "author": "Customer and Trade Suite",
    "license": "AGPL-3",
    "depends": ["sale_management"],
    "data": [
        "security/quotation_history_groups.xml",
        "security/ir.model.access.csv",
        "security/quotation_history_security.xml",
        # --- offers
        "data/ir_cron.xml",
        "data/mail_template.xml",
        "data/sale_offer_lost_reason.xml",
        "wizard/sale_offer_capture_views.xml",
        "wizard/sale_offer_lost_views.xml",
        "report/sale_offer_templates.xml",
        "report/sale_offer_report_views.xml",
        "views/sale_offer_compare_views.xml",
        "views/sale_offer_views.xml",
        "views/sale_offer_menus.xml",
        "views/sale_order_views.xml",
        "views/sale_portal_templates.xml",
        "views/res_config_settings_views.xml",
        # --- price memory
        "security/price_memory_groups.xml",
        "views/sale_order_price_memory_views.xml",
    ],
    "demo": ["demo/quotation_history_demo.xml", "demo/price_memory_demo.xml"],
    "assets": {
        "web.assets_backend": [
            # --- offers
            "quotation_history/static/src/compare_offers/*",
            # --- price memory
            "quotation_history/static/src/price_memory/**/*",
        ],
        "web.assets_tests": [
            # --- offers
            "quotation_history/static/tests/tours/offer_seller_tour.js",
            "quotation_history/static/tests/tours/offer_portal_tour.js",
            # --- price memory
            "quotation_history/static/tests/tours/price_memory_tour.js",
        ],
    },
}
