import {registry} from "@web/core/registry";

/** A salesperson loses a deal; the customer is asked why. */
registry.category("web_tour.tours").add("satisfaction_crm_lost", {
    steps: () => [
        {trigger: ".o_statusbar_buttons button[data-hotkey=l]", run: "click"},
        {trigger: ".modal button[name=action_lost_reason_apply]", run: "click"},
        {trigger: "body:not(:has(.modal)) button[name=action_restore]"},
    ],
});
