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

// Triggers look at classes and at names of records only, so that the tour runs in any language.
tours.add("customer_dev_earn_stage", {
    steps: () => [
        {
            content: "Two things are missing",
            trigger: ".o_gate_panel.border-warning .o_gate_item:contains('Reason known')",
        },
        ...chooseStage("Two"),
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
        ...chooseStage("Two"),
        {
            content: "The next stage asks for nothing: its panel is gone",
            trigger: ".o_form_view:not(:has(.o_gate_panel))",
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
