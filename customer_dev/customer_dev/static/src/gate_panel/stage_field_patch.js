import {patch} from "@web/core/utils/patch";
import {StatusBarField} from "@web/views/fields/statusbar/statusbar_field";

patch(StatusBarField.prototype, {
    /** A stage that was refused is taken back, so that one can go on filling what is missing. */
    async selectItem(item) {
        const {name, record} = this.props;
        if (record.resModel !== "crm.lead" || name !== "stage_id") {
            return super.selectItem(item);
        }
        const before = record.data.stage_id;
        try {
            await super.selectItem(item);
        } catch (error) {
            await record.update({stage_id: before});
            throw error;
        }
    },
});
