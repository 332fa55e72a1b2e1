import {registry} from "@web/core/registry";

/* A storekeeper lends two calibrators to a colleague by name and takes one back. */
registry.category("web_tour.tours").add("consignment_hr_loan", {
    steps: () => [
        {content: "New loan", trigger: ".o_list_button_add", run: "click"},
        {
            content: "Who borrows",
            trigger: ".o_field_widget[name=employee_id] input",
            run: "edit Tour Fitter",
        },
        {
            content: "Take the colleague from the list",
            trigger: ".o-autocomplete--dropdown-item:contains('Tour Fitter')",
            run: "click",
        },
        {
            content: "The department follows by itself",
            trigger: ".o_field_widget[name=department_id]:contains('Tour Service')",
        },
        {
            content: "Paper contract",
            trigger: ".o_field_widget[name=reference] input",
            run: "edit T-2",
        },
        {content: "Activate", trigger: "button[name=action_activate]", run: "click"},
        {content: "Hand over", trigger: "button.o_consignment_hand_over", run: "click"},
        {
            content: "Add an article",
            trigger: ".modal .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Choose it",
            trigger: ".modal .o_data_row .o_field_widget[name=product_id] input",
            run: "edit Tour Calibrator",
        },
        {
            content: "Take it from the list",
            trigger: ".o-autocomplete--dropdown-item:contains('Tour Calibrator')",
            run: "click",
        },
        {
            content: "Two pieces",
            trigger: ".modal .o_data_row .o_field_widget[name=quantity] input",
            run: "edit 2",
        },
        {content: "Confirm", trigger: ".modal button[name=action_confirm]", run: "click"},
        {
            content: "Two are out",
            trigger: "body:not(:has(.modal)) .o_stat_info:contains('2.00')",
        },
        {content: "Take back", trigger: "button.o_consignment_take_back", run: "click"},
        {
            content: "Open the line",
            trigger: ".modal .o_data_row .o_data_cell[name=quantity]",
            run: "click",
        },
        {
            content: "One comes back",
            trigger: ".modal .o_data_row .o_field_widget[name=quantity] input",
            run: "edit 1",
        },
        {content: "Confirm", trigger: ".modal button[name=action_confirm]", run: "click"},
        {
            content: "One is still out",
            trigger: "body:not(:has(.modal)) .o_stat_info:contains('1.00')",
        },
    ],
});
