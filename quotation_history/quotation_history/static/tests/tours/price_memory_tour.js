import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("price_memory_take_last_price", {
    steps: () => [
        {trigger: ".o_list_button_add", run: "click"},
        {trigger: ".o_field_res_partner_many2one input", run: "edit Harbour Pumps"},
        {
            trigger: ".ui-menu-item > a:contains('Harbour Pumps'):not(:contains('quay'))",
            run: "click",
        },
        {trigger: ".o_field_x2many_list_row_add a:first", run: "click"},
        {trigger: ".o_selected_row [name=product_template_id] input", run: "edit Gate valve"},
        {trigger: ".ui-menu-item a:contains('Gate valve')", run: "click"},
        {
            content: "the list price is above what was paid",
            trigger: ".o_price_memory[data-situation=above]",
            run: "click",
        },
        {
            content: "the popover shows the last price and the range",
            trigger: ".o_price_memory_popover:contains('87.50'):contains('92.00')",
        },
        {
            trigger: ".o_price_memory_popover tr[data-price=sold] .o_use_price",
            run: "click",
        },
        {
            content: "the price is on the line and the icon follows",
            trigger: ".o_price_memory[data-situation=same]",
            run: "click",
        },
        {trigger: ".o_open_price_history", run: "click"},
        {
            trigger: ".o_price_history tr[data-kind=sold]:contains('92.00')",
        },
        {trigger: "[data-filter=scope-customer]", run: "click"},
        {
            content: "the branch is left out when only this contact is asked for",
            trigger: ".o_price_history:not(:contains('92.00')):contains('87.50')",
        },
        {trigger: "[data-filter=kind-lost]", run: "click"},
        {trigger: ".o_price_history_empty"},
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {trigger: ".o_form_button_save:enabled", run: "click"},
        {trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible"},
    ],
});
