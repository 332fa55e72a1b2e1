import {
    PriceMemoryPopover,
    PriceMemoryWidget,
    priceMemoryWidget,
    SITUATIONS,
} from "@quotation_history/price_memory/price_memory_widget";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {patch} from "@web/core/utils/patch";

const STOPPED = ["approval", "pending", "refused", "block"];

Object.assign(SITUATIONS, {
    floor: {
        icon: "fa-exclamation-triangle",
        color: "text-danger",
        label: _t("Below the floor"),
    },
    floor_known: {
        icon: "fa-exclamation-circle",
        color: "text-warning",
        label: _t("Below the floor, allowed"),
    },
});

priceMemoryWidget.fieldDependencies.push(
    {name: "floor_state", type: "selection", selection: []},
    {name: "price_origin_label", type: "char"}
);

patch(PriceMemoryWidget.prototype, {
    /** A price that may not be sent goes before everything the memory knows. */
    get situationKey() {
        const state = this.props.record.data.floor_state;
        if (STOPPED.includes(state)) {
            return "floor";
        }
        return ["warn", "approved"].includes(state) ? "floor_known" : super.situationKey;
    },

    /** The tooltip of the icon also says where the price came from. */
    get title() {
        const {price_origin_label: origin} = this.props.record.data;
        return origin ? `${super.title} (${origin})` : super.title;
    },
});

patch(PriceMemoryPopover.prototype, {
    setup() {
        super.setup(...arguments);
        this.action = useService("action");
    },

    get floorLabel() {
        const {floor_state: state} = this.props.record.data;
        return {
            approval: _t("Approval needed before sending."),
            pending: _t("Waiting for approval."),
            refused: _t("Refused at this price or a worse one."),
            block: _t("Nobody may sell at this price."),
            approved: _t("This price was approved."),
            warn: _t("Sending is possible."),
            no_basis: _t("The floor has no basis, the price is not checked."),
        }[state];
    },

    get canRemember() {
        return Boolean(this.props.record.resId);
    },

    async onRemember() {
        const {record} = this.props;
        this.props.close();
        // What is remembered is the price on the screen, so it is saved first.
        if (await record.model.root.save()) {
            const action = await record.model.orm.call("sale.order.line", "action_remember_price", [
                [record.resId],
            ]);
            await this.action.doAction(action);
        }
    },
});
