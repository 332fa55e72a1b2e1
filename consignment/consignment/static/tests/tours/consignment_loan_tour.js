import {registry} from "@web/core/registry";

/* A storekeeper lends two valves and takes one back. */
registry.category("web_tour.tours").add("consignment_loan", {
    url: "/odoo/action-consignment.action_loan",
    steps: () => [
        {content: "New loan", trigger: ".o_list_button_add", run: "click"},
        {
            content: "Choose the borrower",
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Tour Borrower",
        },
        {
            content: "Take it from the list",
            trigger: ".o-autocomplete--dropdown-item:contains('Tour Borrower')",
            run: "click",
        },
        {
            content: "Paper contract",
            trigger: ".o_field_widget[name=reference] input",
            run: "edit T-1",
        },
        {content: "Activate", trigger: "button[name=action_activate]", run: "click"},
        {
            content: "Hand over",
            trigger: "button.o_consignment_hand_over",
            run: "click",
        },
        {
            content: "Add an article",
            trigger: ".modal .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Choose it",
            trigger: ".modal .o_data_row .o_field_widget[name=product_id] input",
            run: "edit Tour Valve",
        },
        {
            content: "Take it from the list",
            trigger: ".o-autocomplete--dropdown-item:contains('Tour Valve')",
            run: "click",
        },
        {
            content: "Two pieces",
            trigger: ".modal .o_data_row .o_field_widget[name=quantity] input",
            run: "edit 2",
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "Two are out",
            trigger: "body:not(:has(.modal)) .o_stat_info:contains('2.00')",
        },
        {
            content: "Take back",
            trigger: "button.o_consignment_take_back",
            run: "click",
        },
        {content: "What lies there is listed", trigger: ".modal .o_data_row"},
        {
            content: "One piece, scanned with its barcode",
            trigger: ".modal .o_data_row",
            run: () => {
                for (const key of "TOUR-VALVE") {
                    document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
                }
                document.body.dispatchEvent(
                    new KeyboardEvent("keydown", {key: "Enter", bubbles: true})
                );
            },
        },
        {
            content: "One is counted",
            trigger: ".modal .o_data_row .o_data_cell[name=quantity]:contains('1.00')",
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "One is still out",
            trigger: "body:not(:has(.modal)) .o_stat_info:contains('1.00')",
        },
    ],
});
