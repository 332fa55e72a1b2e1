import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {Component} from "@odoo/owl";

const LANES = [
    {key: "decide", title: _t("Decide"), roles: ["decision_maker", "economic_buyer"]},
    {key: "shape", title: _t("Shape the decision"), roles: ["technical", "purchaser", "blocker"]},
    {key: "support", title: _t("Use and support"), roles: ["champion", "user"]},
];
const ATTITUDE_ICONS = {
    "-2": "fa-thumbs-down",
    "-1": "fa-frown-o",
    0: "fa-meh-o",
    1: "fa-smile-o",
    2: "fa-thumbs-up",
};

/** Who decides and who is with us: lanes by role, size by influence, colour by attitude. */
export class StakeholderMap extends Component {
    static template = "customer_dev.StakeholderMap";
    static props = {...standardWidgetProps};

    get list() {
        return this.props.record.data.stakeholder_ids;
    }

    get lanes() {
        const people = this.list.records.map((record) => this.person(record));
        return LANES.map((lane) => ({
            ...lane,
            people: people
                .filter((person) => lane.roles.includes(person.role))
                .sort((a, b) => b.influence - a.influence),
        }));
    }

    person(record) {
        const data = record.data;
        return {
            id: record.id,
            name: this.shortName(data.partner_id),
            title: data.function || "",
            role: data.role,
            roleLabel: this.label(record, "role"),
            influence: Number(data.influence || 0),
            attitude: Number(data.attitude || 0),
            attitudeLabel: this.label(record, "attitude"),
            attitudeIcon: ATTITUDE_ICONS[data.attitude] || "fa-meh-o",
            relation: Number(data.relation || 0),
            relationLabel: this.label(record, "relation"),
            reportsTo: this.shortName(data.reports_to_id),
        };
    }

    /** Without the firm before the comma: it is the same for everybody here. */
    shortName(value) {
        return (value?.display_name || "").split(", ").pop();
    }

    label(record, name) {
        const value = record.data[name];
        return record.fields[name].selection.find(([key]) => key === value)?.[1] || "";
    }
}

registry.category("view_widgets").add("stakeholder_map", {component: StakeholderMap});
