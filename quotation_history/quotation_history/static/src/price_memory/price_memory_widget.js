import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {usePopover} from "@web/core/popover/popover_hook";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {PriceHistoryDialog} from "./price_history_dialog";
import {formatDay, formatPrice, getNetPrice, isSamePrice} from "./price_memory_utils";

/**
 * How each situation of a line shows. The shape of the icon and its title say the same as its
 * colour, for whoever does not see colours.
 */
export const SITUATIONS = {
    agreed: {icon: "fa-handshake-o", color: "text-success", label: _t("Agreed price")},
    above: {
        icon: "fa-arrow-circle-up",
        color: "text-warning",
        label: _t("Above the price last paid"),
    },
    below: {
        icon: "fa-arrow-circle-down",
        color: "text-muted",
        label: _t("Below the price last paid"),
    },
    same: {
        icon: "fa-check-circle-o",
        color: "text-muted",
        label: _t("Same as the price last paid"),
    },
    known: {icon: "fa-history", color: "text-muted", label: _t("Quoted before, never sold")},
    unknown: {
        icon: "fa-circle-o",
        color: "text-muted opacity-50",
        label: _t("New to this customer"),
    },
};

export class PriceMemoryPopover extends Component {
    static template = "quotation_history.PriceMemoryPopover";
    static props = {
        record: Object,
        situation: Object,
        usePrice: Function,
        openHistory: Function,
        close: Function,
    };

    get memory() {
        return this.props.record.data.price_memory || {};
    }

    get currencyId() {
        return this.props.record.data.currency_id?.id;
    }

    get unit() {
        return this.props.record.data.product_uom_id?.display_name || "";
    }

    get canUse() {
        const {data} = this.props.record;
        return ["draft", "sent"].includes(data.state || "draft") && !(data.qty_invoiced > 0);
    }

    /** The prices a click can put on the line, the one to follow first. */
    get prices() {
        const {memory} = this;
        const rows = [
            {key: "agreed", label: _t("Agreed price"), price: memory.agreed_price},
            {
                key: "sold",
                label: _t("Last paid"),
                price: memory.last_sold_price,
                date: memory.last_sold_date,
            },
            {
                key: "quoted",
                label: _t("Last quoted"),
                price: memory.last_quoted_price,
                date: memory.last_quoted_date,
            },
        ];
        return rows.filter((row) => row.price !== false && row.price !== undefined);
    }

    get rangeLabel() {
        const {min_price, max_price} = this.memory;
        if (isSamePrice(min_price, max_price)) {
            return this.format(min_price);
        }
        return `${this.format(min_price)} – ${this.format(max_price)}`;
    }

    format(price) {
        return formatPrice(price, this.currencyId);
    }

    formatDay(date) {
        return formatDay(date);
    }

    isCurrent(price) {
        return isSamePrice(price, getNetPrice(this.props.record.data));
    }

    async onUse(price) {
        this.props.close();
        await this.props.usePrice(price);
    }

    onHistory() {
        this.props.close();
        this.props.openHistory();
    }
}

export class PriceMemoryWidget extends Component {
    static components = {Popover: PriceMemoryPopover};
    static template = "quotation_history.PriceMemory";
    static props = {...standardWidgetProps};

    setup() {
        this.popover = usePopover(this.constructor.components.Popover, {position: "top"});
        this.dialog = useService("dialog");
    }

    get isVisible() {
        return Boolean(this.props.record.data.price_memory);
    }

    get situationKey() {
        const {data} = this.props.record;
        const memory = data.price_memory;
        const price = getNetPrice(data);
        if (memory.agreed_price !== false && isSamePrice(price, memory.agreed_price)) {
            return "agreed";
        }
        if (memory.last_sold_price === false) {
            return memory.last_quoted_price === false ? "unknown" : "known";
        }
        if (isSamePrice(price, memory.last_sold_price)) {
            return "same";
        }
        return price > memory.last_sold_price ? "above" : "below";
    }

    get situation() {
        return SITUATIONS[this.situationKey];
    }

    get title() {
        return this.situation.label;
    }

    open(ev) {
        this.popover.open(ev.currentTarget, {
            record: this.props.record,
            situation: this.situation,
            usePrice: this.usePrice.bind(this),
            openHistory: this.openHistory.bind(this),
        });
    }

    /** Put a net price on the line: a discount on top of it would be given twice. */
    async usePrice(price) {
        const {record} = this.props;
        const changes = {price_unit: price};
        if ("discount" in record.activeFields) {
            changes.discount = 0;
        }
        if ("is_offer_price" in record.activeFields) {
            // Keeps the price list from adding its discount when the quantity changes.
            changes.is_offer_price = true;
        }
        await record.update(changes);
    }

    openHistory() {
        const {record} = this.props;
        const order = record._parentRecord?.data || {};
        this.dialog.add(PriceHistoryDialog, {
            productId: record.data.product_id.id,
            partnerId: (order.partner_id || record.data.order_partner_id)?.id || false,
            companyId: (order.company_id || record.data.company_id)?.id || false,
            currencyId: record.data.currency_id?.id || false,
            uomId: record.data.product_uom_id?.id || false,
        });
    }
}

export const priceMemoryWidget = {
    component: PriceMemoryWidget,
    fieldDependencies: [
        {name: "price_memory", type: "json"},
        {name: "product_id", type: "many2one"},
        {name: "product_uom_id", type: "many2one"},
        {name: "currency_id", type: "many2one"},
        {name: "price_unit", type: "float"},
        {name: "discount", type: "float"},
        {name: "qty_invoiced", type: "float"},
        {name: "state", type: "selection"},
    ],
};
registry.category("view_widgets").add("price_memory", priceMemoryWidget);
