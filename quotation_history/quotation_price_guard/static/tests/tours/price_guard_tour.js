import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("price_guard_request", {
    steps: () => [
        {
            content: "the line warns with more than a colour",
            trigger: ".o_price_memory[data-situation=floor] .fa-exclamation-triangle",
        },
        {trigger: ".alert-warning:contains('Gate valve')"},
        {trigger: "button[name=action_ask_price_approval]", run: "click"},
        {trigger: ".modal [name=prices]:contains('Gate valve')"},
        {trigger: ".modal [name=reason] textarea", run: "edit A competitor offers less"},
        {trigger: ".modal button[name=action_request]", run: "click"},
        {
            content: "the request opens without the floor price",
            trigger: ".o_form_view:contains('Gate valve') [name=line_ids]:not(:contains('80.00'))",
        },
        {trigger: ".o_arrow_button_current[data-value=pending]"},
    ],
});

tours.add("price_guard_approve", {
    steps: () => [
        {
            content: "the price manager sees price and floor",
            trigger: "[name=line_ids]:contains('70.00'):contains('80.00')",
        },
        {trigger: "button[name=validate_tier]", run: "click"},
        {trigger: ".o_arrow_button_current[data-value=approved]"},
    ],
});

tours.add("price_guard_confirm", {
    steps: () => [
        {trigger: ".alert-info:contains('Gate valve')"},
        {
            trigger: "button[name=action_confirm].btn-secondary, button[name=action_confirm]",
            run: "click",
        },
        {trigger: ".o_arrow_button_current[data-value=sale]"},
    ],
});
