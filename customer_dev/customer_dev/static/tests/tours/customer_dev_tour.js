import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Choose a stage, also where the stages are folded into a menu on a narrow screen. */
function chooseStage(name) {
    return [
        {
            trigger: ".o_statusbar_status",
            async run({queryAll, click}) {
                const visible = `.o_statusbar_status .o_arrow_button:contains('${name}'):visible`;
                const [button] = queryAll(visible);
                await click(button || ".o_statusbar_status .dropdown-toggle:visible");
            },
        },
        {
            trigger: "body",
            async run({queryAll, click}) {
                const [item] = queryAll(`.dropdown-menu .dropdown-item:contains('${name}')`);
                if (item) {
                    await click(item);
                }
            },
        },
    ];
}

/** Wait until the prospect stands in a stage. */
function standsIn(name) {
    return {trigger: `.o_statusbar_status .o_arrow_button_current:contains('${name}')`};
}

// Triggers look at classes and at names of records only, so that the tour runs in any language.

/** Be refused, fill what is missing by the links of the panel. */
function fillWhatIsMissing(nextStage) {
    return [
        {
            content: "Something is missing",
            trigger: ".o_gate_panel.border-warning .o_gate_item:contains('Reason known')",
        },
        ...chooseStage(nextStage),
        {
            content: "It is refused and says why",
            trigger: ".modal:contains('Reason known') .modal-footer button",
            run: "click",
        },
        {
            content: "The link leads to the field",
            trigger: ".o_gate_item:contains('Reason known')",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=need_reason] textarea",
            run: "edit Their supplier is late",
        },
        {
            content: "The other link opens the check",
            trigger: ".o_gate_item:contains('First talk held')",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit Talked to Mr Wang",
        },
        {
            trigger: ".modal .o_field_widget[name=state] input[data-value=done]",
            run: "click",
        },
        {trigger: ".modal .o_form_button_save", run: "click"},
        {
            content: "Now everything is there",
            trigger: ".o_gate_panel.border-success",
        },
        ...chooseStage(nextStage),
    ];
}

tours.add("customer_dev_earn_stage", {
    steps: () => [
        ...fillWhatIsMissing("Two"),
        {
            content: "The next stage asks for nothing: its panel is gone",
            trigger: ".o_form_view:not(:has(.o_gate_panel))",
        },
    ],
});

tours.add("customer_dev_five_stages", {
    steps: () => [
        ...fillWhatIsMissing("Stage 2"),
        standsIn("Stage 2"),
        ...["Stage 3", "Stage 4", "Stage 5"].flatMap((name) => [
            ...chooseStage(name),
            standsIn(name),
        ]),
        {trigger: "button[name=action_set_won_rainbowman]", run: "click"},
        {
            content: "Won: the customer is handed over",
            trigger: "button[name=action_handover]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=success_points] textarea",
            run: "edit The sample came in three days",
        },
        {trigger: ".modal button[name=action_apply]", run: "click"},
        {
            content: "The dialog is closed when the server has answered",
            trigger: "body:not(:has(.modal)) .o_last_breadcrumb_item:contains('Tour Chemical')",
        },
    ],
});

tours.add("customer_dev_kanban_badge", {
    steps: () => [
        {trigger: ".o_kanban_record:contains('Tour prospect') .o_gate_badge:contains('1')"},
    ],
});

tours.add("customer_dev_matrix", {
    steps: () => [
        {trigger: ".o_matrix_chart canvas"},
        {trigger: ".o_matrix_lists button:contains('Matrix Ltd')", run: "click"},
        {trigger: ".o_last_breadcrumb_item:contains('Assessed')"},
    ],
});

tours.add("customer_dev_workbench", {
    steps: () => [
        {trigger: ".o_workbench_tile[data-tile=new_deals]:contains('1')"},
        {trigger: ".o_workbench button[data-period=day]", run: "click"},
        {trigger: ".o_workbench button[data-period=day].active"},
        {trigger: ".o_workbench_tile[data-tile=new_deals]", run: "click"},
        {trigger: ".o_list_view .o_data_cell:contains('Tour prospect')"},
    ],
});

tours.add("customer_dev_relation_plan", {
    steps: () => [
        {trigger: ".o_notebook .nav-link[name=development_cost]", run: "click"},
        {
            content: "From the prospect to its relationship plans",
            trigger: ".tab-pane.active button[name=action_open_relation_plans]",
            run: "click",
        },
        {trigger: ".o_list_button_add", run: "click"},
        {
            trigger: ".o_field_widget[name=reason] textarea",
            run: "edit Nobody there knows us",
        },
        {trigger: ".o_field_widget[name=line_ids] .o_field_x2many_list_row_add a", run: "click"},
        {
            trigger: ".modal .o_field_widget[name=target] input",
            run: "edit Quality department",
        },
        {
            trigger: ".modal .o_field_widget[name=goal] input",
            run: "edit They ask for a sample",
        },
        {trigger: ".modal .o_form_button_save", run: "click"},
        {trigger: ".o_field_widget[name=line_ids] .o_data_row:contains('Quality department')"},
        {trigger: "button[name=action_submit]", run: "click"},
        {trigger: ".o_arrow_button_current[data-value=submitted]"},
    ],
});

tours.add("customer_dev_bid", {
    steps: () => [
        {trigger: "button[name=action_bid]", run: "click"},
        {trigger: ".o_field_widget[name=expected_cost] input", run: "edit 1200"},
        {
            trigger: ".o_field_widget[name=approach] .odoo-editor-editable",
            run: "editor Samples first",
        },
        {trigger: "button[name=action_submit]", run: "click"},
        {trigger: ".o_arrow_button_current[data-value=submitted]"},
    ],
});
