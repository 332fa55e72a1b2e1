import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** Remaining days while the document is open; a plain date once it is decided. */
export class OpenDeadlineField extends RemainingDaysField {
    static props = {...RemainingDaysField.props, open: {type: Array}};

    get isOpen() {
        return this.props.open.includes(this.props.record.data.state);
    }

    get diffString() {
        return this.isOpen ? super.diffString : this.formattedValue;
    }

    get classNames() {
        return this.isOpen ? super.classNames : null;
    }
}

registry.category("fields").add("open_deadline", {
    ...remainingDaysField,
    component: OpenDeadlineField,
    displayName: _t("Deadline of an open document"),
    extractProps: (info) => ({
        ...remainingDaysField.extractProps(info),
        open: info.options.open,
    }),
});
