import {registry} from "@web/core/registry";

/** An officer makes a questionnaire from a template. */
registry.category("web_tour.tours").add("satisfaction_use_template", {
    steps: () => [
        {trigger: ".o_data_row:contains(T5) button[name=action_use_template]", run: "click"},
        {trigger: ".o_form_view .o_field_widget[name=question_and_page_ids] .o_data_row"},
        {trigger: ".o_form_view:not(:has(button[name=action_use_template]))"},
    ],
});
