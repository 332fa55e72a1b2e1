import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("customer_dev_consignment_lend", {
    steps: () => [
        {
            content: "When the prospect gives the sample back",
            trigger:
                ".o_field_widget[name=return_date] button, .o_field_widget[name=return_date] input",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=return_date] input",
            run: "edit 2035-03-01",
        },
        {trigger: "button[name=action_deliver]", run: "click"},
        {
            content: "Handed over: the button is gone",
            trigger: ".o_form_view:not(:has(button[name=action_deliver]))",
        },
    ],
});
