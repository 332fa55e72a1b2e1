import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("consignment_purchase_deliver", {
    steps: () => [
        {
            content: "The delivery is ready: 10 own pieces and 2 of the consignor",
            trigger: ".o_form_view .o_field_widget[name=partner_id]",
        },
        {
            content: "Ship it; nobody has to think of whose goods they are",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            content: "Shipped",
            trigger: ".o_statusbar_status button.o_arrow_button_current[data-value=done]",
        },
    ],
});

registry.category("web_tour.tours").add("consignment_purchase_settle", {
    steps: () => [
        {
            content: "What was used waits for its settlement",
            trigger: ".oe_stat_button[name=action_view_draws]:contains(14.00)",
        },
        {
            content: "Settle the period",
            trigger: ".o_statusbar_buttons .o_consignment_settle",
            run: "click",
        },
        {
            content: "The draw is on the list",
            trigger: ".modal .o_field_widget[name=draw_ids] .o_data_row:contains(14.00)",
        },
        {
            content: "Make the bill",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The settlement shows what goes on the bill",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(14.00)",
        },
        {
            content: "Open the bill",
            trigger: ".o_statusbar_buttons button[name=action_view_bill]",
            run: "click",
        },
        {
            content: "A draft vendor bill of 2 pieces",
            trigger: ".o_field_widget[name=invoice_line_ids] .o_data_row:contains(14.00)",
        },
        {
            content: "It leads back to its settlement",
            trigger: ".oe_stat_button[name=action_view_consignment_settlement]",
        },
    ],
});

registry.category("web_tour.tours").add("consignment_purchase_borrow", {
    steps: () => [
        {
            content: "Four borrowed pieces were shipped and are owed",
            trigger: ".o_statusbar_buttons .o_consignment_settle",
            run: "click",
        },
        {
            content: "Two are given back in kind",
            trigger: ".modal .o_data_row td[name=in_kind]",
            run: "click",
        },
        {
            content: "Two",
            trigger: ".modal .o_data_row [name=in_kind] input",
            run: "edit 2",
        },
        {
            content: "Two are still owed",
            trigger: ".modal .o_field_widget[name=agreement_id]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row td[name=left]:contains(2.00)",
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The rest is still to settle",
            trigger: ".oe_stat_button[name=action_view_draws]:contains(14.00)",
        },
    ],
});
