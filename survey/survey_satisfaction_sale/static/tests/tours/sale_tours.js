import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

/** Smart buttons that find no room wait behind "More". */
function showAllButtons(name) {
    return {
        trigger: ".o-form-buttonbox",
        run() {
            const box = document.querySelector(".o-form-buttonbox");
            if (!box.querySelector(`button[name=${name}]`)) {
                box.querySelector(".o_button_more").click();
            }
        },
    };
}

/** A salesperson enters what the customer complains about, from the order. */
registry.category("web_tour.tours").add("satisfaction_sale_complaint", {
    steps: () => [
        showAllButtons("action_enter_complaint"),
        {trigger: "button[name=action_enter_complaint]", run: "click"},
        {trigger: ".o_field_widget[name=partner_id] input:value(Customer 0)"},
        {trigger: ".o_field_widget[name=subject] input", run: "edit The valve leaks"},
        ...stepUtils.saveForm(),
        {trigger: ".o_back_button a, a.o_back_button, .o_back_button", run: "click"},
        showAllButtons("action_view_satisfaction"),
        {trigger: "button[name=action_view_satisfaction]", run: "click"},
        {trigger: ".o_graph_view"},
    ],
});
