import {registry} from "@web/core/registry";

/* A salesperson sends, changes, captures an alternative, compares and looks at the rounds. */
registry.category("web_tour.tours").add("quotation_history_seller", {
    steps: () => [
        {
            content: "The customer has the first offer",
            trigger: ".o_form_view .oe_stat_button:contains('R1')",
        },
        {
            content: "The quotation was changed since: the banner says so",
            trigger: ".alert-warning:contains('R1-A')",
        },
        {
            content: "Capture it as an alternative",
            trigger: "button[name='action_capture_alternative']",
            run: "click",
        },
        {
            content: "Name it",
            trigger: ".modal .o_field_widget[name='label'] input",
            run: "edit Cash price",
        },
        {
            trigger: ".modal button[name='action_capture']",
            run: "click",
        },
        {
            content: "Captured, not sent yet",
            trigger: "body:not(:has(.modal)) .alert-info:contains('R1-B')",
        },
        {
            content: "Compare the two",
            trigger: "button[name='action_compare_offers']",
            run: "click",
        },
        {
            content: "The cheaper price is marked",
            trigger: ".o_compare_table td.o_compare_lower:contains('-5')",
        },
        {
            content: "Only the pump differs",
            trigger: "#o_compare_only_changes",
            run: "click",
        },
        {
            trigger: ".o_compare_table:not(:contains('Valve')) tbody:contains('Pump')",
        },
        {
            content: "No margin without the right",
            trigger: ".o_compare_table:not(:contains('Margin'))",
        },
        {
            content: "Back to the quotation",
            trigger: ".o_back_button, .breadcrumb-item a:last",
            run: "click",
        },
        {
            trigger: "a[name='offers']",
            run: "click",
        },
        {
            content: "Load the first offer again",
            trigger:
                ".o_field_widget[name='shown_offer_ids'] tr:contains('R1-A') button[name='action_load']",
            run: "click",
        },
        {
            trigger: ".modal .btn-primary",
            run: "click",
        },
        {
            content: "The quotation again is what the customer has",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name='shown_event_ids'] tr:contains('R1-A')",
        },
    ],
});

/* A salesperson confirms other prices than the customer has: the question says so first. */
registry.category("web_tour.tours").add("quotation_history_confirm", {
    steps: () => [
        {
            trigger: ".alert-warning:contains('R1-A')",
        },
        {
            content: "Nothing is being saved or read any more",
            trigger: "body:not(:has(.o_blockUI)) .o_form_view .o_form_editable",
        },
        {
            content: "There is one button to confirm",
            trigger:
                ".o_statusbar_buttons:not(:has(#action_confirm)) #action_confirm_differing:enabled",
            run: "click",
        },
        {
            content: "Not what the customer has",
            trigger: ".modal-body:contains('differs from every offer')",
            timeout: 60000,
        },
        {
            trigger: ".modal .btn-primary:contains('Confirm as It Stands')",
            run: "click",
        },
        {
            content: "It is recorded as an offer of its own",
            trigger: ".o_form_view .oe_stat_button:contains('R2')",
        },
    ],
});
