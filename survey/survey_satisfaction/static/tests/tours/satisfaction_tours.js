import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

/** A customer answers on a phone, in Chinese. */
registry.category("web_tour.tours").add("satisfaction_customer_answers", {
    steps: () => [
        {trigger: ".o_satisfaction_card:contains(满意度测试)"},
        {trigger: ".o_satisfaction_start", run: "click", expectUnloadPage: true},
        {trigger: ".js_question-wrapper:contains(阀门质量) label:contains(非常满意)", run: "click"},
        {trigger: ".js_question-wrapper:contains(我们的服务) label:contains(不满意)", run: "click"},
        {trigger: ".js_question-wrapper:contains(总体) label:contains(一般)", run: "click"},
        {trigger: ".js_question-wrapper:contains(推荐) label:contains(9)", run: "click"},
        {trigger: "textarea", run: "edit 交期太长"},
        {trigger: "button[value=finish]", run: "click"},
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {trigger: ".o_survey_finished"},
    ],
});

/** Too few choices: the page says so before anything is sent. */
registry.category("web_tour.tours").add("satisfaction_choice_limits", {
    steps: () => [
        {trigger: ".o_satisfaction_start", run: "click", expectUnloadPage: true},
        {trigger: ".js_question-wrapper label:contains(Very satisfied)", run: "click"},
        {
            trigger: ".js_question-wrapper:contains(Which words) label:contains(Honest)",
            run: "click",
        },
        {trigger: "button[value=finish]", run: "click"},
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {
            trigger:
                ".js_question-wrapper:contains(Which words) .o_survey_question_error:contains(2)",
        },
    ],
});

/** An officer opens a wave, sends it and closes it. */
registry.category("web_tour.tours").add("satisfaction_officer_runs_wave", {
    steps: () => [
        {trigger: "button[name=action_start]", run: "click"},
        {trigger: "button[name=action_open_wave_form]", run: "click"},
        {trigger: "button[name=action_send]", run: "click"},
        {trigger: ".o_satisfaction_dashboard:contains(No answers yet)"},
        {trigger: "button[name=action_view_invitations]", run: "click"},
        {trigger: ".o_data_row:contains(Customer 0) .o_data_cell:contains(Invited)"},
        {trigger: ".o_back_button, .breadcrumb-item a:last", run: "click"},
        {trigger: "button[name=action_close]", run: "click"},
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {trigger: ".o_arrow_button_current:contains(Closed)"},
    ],
});

/** A case goes from new to verification; the panel says what is missing. */
registry.category("web_tour.tours").add("satisfaction_case", {
    steps: () => [
        {trigger: "button[name=action_next]:contains(Acknowledge)", run: "click"},
        {trigger: ".o_arrow_button_current:contains(Acknowledged)"},
        {trigger: "button[name=action_next]:contains(Next Stage)", run: "click"},
        {trigger: ".o_satisfaction_gate:contains(The root cause)"},
        {trigger: "a[name=action]", run: "click"},
        {trigger: ".o_field_widget[name=cause_id] input", run: "edit Promised"},
        {trigger: ".ui-menu-item a:contains(Promised too much)", run: "click"},
        ...stepUtils.saveForm(),
        {trigger: ".o_satisfaction_gate:contains(Ready)"},
        {trigger: "button[name=action_next]:contains(Next Stage)", run: "click"},
        {trigger: ".o_arrow_button_current:contains(Action)"},
        {trigger: ".o_satisfaction_gate:contains(The corrective action)"},
        {trigger: ".o_field_widget[name=corrective_action] textarea", run: "edit Check dates"},
        ...stepUtils.saveForm(),
        {trigger: ".o_satisfaction_gate:contains(Who acts)"},
    ],
});
