import {registry} from "@web/core/registry";

/** Somebody in the warehouse delivers; the customer is asked some days later. */
registry.category("web_tour.tours").add("satisfaction_stock_delivery", {
    steps: () => [
        {trigger: "button[name=button_validate]", run: "click"},
        {trigger: ".o_arrow_button_current[data-value=done]"},
    ],
});
