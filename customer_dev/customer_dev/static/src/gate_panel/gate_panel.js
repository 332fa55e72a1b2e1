import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component, useState} from "@odoo/owl";

const ICONS = {
    field: "fa-pencil",
    domain: "fa-pencil",
    manual: "fa-check-square-o",
    document: "fa-paperclip",
    stakeholder: "fa-user",
    visit: "fa-calendar",
    approval: "fa-gavel",
};

/** What is still missing to leave the stage, each line leading to the place to fill. */
export class GatePanel extends Component {
    static template = "customer_dev.GatePanel";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
        this.state = useState({open: !this.env.isSmall});
    }

    get data() {
        return this.props.record.data;
    }

    get items() {
        return this.data[this.props.name] || [];
    }

    get binding() {
        return this.items.filter((item) => item.required && !item.problem);
    }

    get missing() {
        return this.binding.filter((item) => !item.met);
    }

    get title() {
        const missing = this.missing.length;
        return missing
            ? _t("To leave this stage: %(missing)s of %(all)s still missing", {
                  missing,
                  all: this.binding.length,
              })
            : _t("Everything is there for the next stage");
    }

    icon(item) {
        return ICONS[item.kind] || "fa-circle-o";
    }

    /** Save what was typed, then go where the criterion is fulfilled. */
    async onClick(item) {
        const {record} = this.props;
        if (item.kind === "manual" || item.kind === "document") {
            return this.openServerAction("action_open_check", [item.criterion_id]);
        }
        if (item.kind === "approval") {
            return this.openServerAction("action_apply_development", []);
        }
        if (item.kind === "visit") {
            return this.openServerAction("action_schedule_meeting", []);
        }
        return this.showField(record, item);
    }

    async openServerAction(method, args) {
        const {record} = this.props;
        if (!(await record.save())) {
            return;
        }
        const action = await this.env.services.orm.call("crm.lead", method, [
            [record.resId],
            ...args,
        ]);
        await this.action.doAction(action, {onClose: () => record.load()});
    }

    async showField(record, item) {
        const form = document.querySelector(".o_action:not(.d-none) .o_form_view") || document;
        const tab = item.page && form.querySelector(`.o_notebook .nav-link[name="${item.page}"]`);
        if (tab) {
            tab.click();
            await new Promise((resolve) => setTimeout(resolve, 60));
        }
        const target =
            (item.field && form.querySelector(`.o_field_widget[name="${item.field}"]`)) || tab;
        target?.scrollIntoView({behavior: "smooth", block: "center"});
        target?.querySelector("input, textarea, select")?.focus();
    }
}

export const gatePanel = {
    component: GatePanel,
    displayName: _t("Exit criteria"),
    supportedTypes: ["json"],
};

registry.category("fields").add("gate_panel", gatePanel);
