import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/* Send the quotation by mail from its form. */
const sendByMail = (round) => [
    {trigger: "button[name=action_quotation_send]:visible", run: "click"},
    {trigger: ".modal button[name=action_send_mail]:enabled", run: "click"},
    {
        content: `${round} is with the customer`,
        trigger: `body:not(:has(.modal)) .oe_stat_button:contains('${round}')`,
    },
];

tours.add("daily_round_send", {steps: () => sendByMail("R1")});

tours.add("daily_round_counter", {
    steps: () => [
        {
            content: "one offer looks as always, with a way to bargain",
            trigger: "#offers button[data-bs-target^='#offer_counter_']",
            run: "click",
        },
        {trigger: ".modal.show input[name^='price_unit_']:first", run: "edit 80"},
        {trigger: ".modal.show textarea[name='note']", run: "edit Then it is ours"},
        {trigger: ".modal.show button[type='submit']", run: "click", expectUnloadPage: true},
        {trigger: "#offers .alert-success"},
    ],
});

tours.add("daily_round_answer", {
    steps: () => [
        {trigger: "a[name=offers]", run: "click"},
        {
            content: "the customer's words are in the negotiation",
            trigger: "[name=shown_event_ids]:contains('Then it is ours')",
        },
        {trigger: "button[name=action_counter_to_draft]", run: "click"},
        {trigger: ".modal .btn-primary", run: "click"},
        {
            content: "the next round is captured with the customer's price",
            trigger: "body:not(:has(.modal)) .alert-info:contains('R2-A')",
        },
        ...sendByMail("R2"),
    ],
});

tours.add("daily_round_accept", {
    steps: () => [
        {
            trigger: "#sale_order_sidebar_button a[data-bs-target='#modalaccept']",
            run: "click",
        },
        {
            trigger: ".modal.show .o_web_sign_name_and_signature input:first",
            run: "edit Shen Jianguo",
        },
        {trigger: ".modal.show canvas.o_web_sign_signature", run: "canvasNotEmpty"},
        {
            trigger: ".modal.show .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: "#quote_content .alert-success"},
    ],
});

tours.add("daily_round_remember", {
    steps: () => [
        {trigger: ".o_arrow_button_current[data-value=sale]"},
        {trigger: ".o_price_memory:first", run: "click"},
        {trigger: ".o_price_memory_popover .o_remember_price", run: "click"},
        {
            content: "what the customer got becomes an agreed price to approve",
            trigger: ".modal [name=price] input:value(80)",
        },
        {trigger: ".modal .o_form_button_save:enabled, .modal .btn-close", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ],
});
