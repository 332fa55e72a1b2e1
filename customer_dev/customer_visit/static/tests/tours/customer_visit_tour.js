import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("customer_visit_record", {
    steps: () => [
        {
            trigger: ".o_field_widget[name=record] .odoo-editor-editable",
            run: "editor Valves, and a sample next week",
        },
        {
            trigger: ".o_field_widget[name=watch] textarea",
            run: "edit Bring drawings",
        },
        {trigger: "button[name=action_done]", run: "click"},
        {trigger: ".o_form_view:not(:has(button[name=action_done]))"},
    ],
});
