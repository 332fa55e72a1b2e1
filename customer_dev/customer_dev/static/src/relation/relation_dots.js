import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component} from "@odoo/owl";

/** The relation ladder as five dots, filled up to the level reached. */
export class RelationDots extends Component {
    static template = "customer_dev.RelationDots";
    static props = {...standardFieldProps};

    get level() {
        return Number(this.props.record.data[this.props.name] || 0);
    }

    get title() {
        const {selection, string} = this.props.record.fields[this.props.name];
        const value = this.props.record.data[this.props.name];
        const label = selection.find(([key]) => key === value)?.[1] || _t("not known");
        return `${string}: ${label}`;
    }
}

registry.category("fields").add("relation_dots", {
    component: RelationDots,
    displayName: _t("Relation ladder"),
    supportedTypes: ["selection"],
});
