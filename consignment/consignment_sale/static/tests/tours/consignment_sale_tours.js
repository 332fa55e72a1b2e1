import {registry} from "@web/core/registry";

/* A salesperson counts in the dealer's shop and settles what is missing. */
registry.category("web_tour.tours").add("consignment_settle_by_count", {
    steps: () => [
        {
            content: "Settle by count",
            trigger: "button.o_consignment_count",
            run: "click",
        },
        {
            content: "Open the line",
            trigger: ".modal .o_data_row .o_data_cell[name=counted]",
            run: "click",
        },
        {
            content: "Eleven are left",
            trigger: ".modal .o_data_row .o_field_widget[name=counted] input",
            run: "edit 11",
        },
        {
            content: "Leave the cell",
            trigger: ".modal-title",
            run: "click",
        },
        {
            content: "Four were sold, 200 are to be invoiced",
            trigger: ".modal .o_field_widget[name=amount]:contains('200.00')",
        },
        {
            content: "Settle",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The order is there, confirmed",
            trigger: ".o_field_widget[name=order_line] .o_data_row:contains('Tour Valve')",
        },
        {
            content: "It says where it was issued from",
            trigger: "button[name=action_open_consignment_return]",
        },
    ],
});

/* A loan becomes a sale at the price it was lent for. */
registry.category("web_tour.tours").add("consignment_loan_to_sale", {
    steps: () => [
        {
            content: "Convert",
            trigger: "button.o_consignment_convert",
            run: "click",
        },
        {
            content: "Open the line",
            trigger: ".modal .o_data_row .o_data_cell[name=quantity]",
            run: "click",
        },
        {
            content: "One piece",
            trigger: ".modal .o_data_row .o_field_widget[name=quantity] input",
            run: "edit 1",
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "Sold at the price of the loan",
            trigger: ".o_field_widget[name=order_line] .o_data_row:contains('44.00')",
        },
    ],
});

/* A dealer hands in what was sold on the portal. */
registry.category("web_tour.tours").add("consignment_portal_report", {
    steps: () => [
        {
            content: "Two were sold",
            trigger: ".o_consignment_report input[type=number]",
            run: "edit 2",
        },
        {
            content: "Added up at once",
            trigger: ".o_consignment_total:contains('100.00')",
        },
        {
            content: "Not sure yet: keep it",
            trigger: ".o_consignment_report button[type=submit]:not([name])",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the draft again",
            trigger: "a[href*='/report/']:contains('CR')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It was three",
            trigger: ".o_consignment_report input[type=number]:value(2)",
            run: "edit 3",
        },
        {
            content: "Hand it in",
            trigger: ".o_consignment_report button[name=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Thank you",
            trigger: ".alert-success",
        },
    ],
});
