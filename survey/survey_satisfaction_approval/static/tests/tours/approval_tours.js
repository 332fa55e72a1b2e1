import {registry} from "@web/core/registry";

/** The officer submits need, cost and scheme. */
registry.category("web_tour.tours").add("satisfaction_approval_submit", {
    steps: () => [
        {trigger: "button[name=action_submit]", run: "click"},
        {trigger: ".o_arrow_button_current[data-value=submitted]"},
    ],
});

/** The manager signs, approves, and the first wave opens. */
registry.category("web_tour.tours").add("satisfaction_approval_sign", {
    steps: () => [
        {trigger: "button[name=validate_tier]", run: "click"},
        {trigger: ".o_form_view:not(:has(button[name=validate_tier]))"},
        {trigger: "button[name=action_approve]", run: "click"},
        {trigger: ".o_arrow_button_current[data-value=approved]"},
        {trigger: "button[name=action_open_wave_form]", run: "click"},
        {trigger: ".o_satisfaction_dashboard"},
    ],
});
