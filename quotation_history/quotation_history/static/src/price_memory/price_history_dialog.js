import {Component, onWillStart, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {formatFloat} from "@web/views/fields/formatters";
import {formatDay, formatPrice} from "./price_memory_utils";

// Blue and orange stay apart for most who see colours differently, and in dark mode.
const SOLD_COLOR = "#3182bd";
const QUOTED_COLOR = "#e6761b";

export class PriceHistoryDialog extends Component {
    static template = "quotation_history.PriceHistoryDialog";
    static components = {Dialog};
    static props = {
        productId: Number,
        partnerId: {type: [Number, Boolean], optional: true},
        companyId: {type: [Number, Boolean], optional: true},
        currencyId: {type: [Number, Boolean], optional: true},
        uomId: {type: [Number, Boolean], optional: true},
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.chart = null;
        this.state = useState({
            scope: this.props.partnerId ? "family" : "all",
            months: 12,
            kind: "both",
            history: {rows: []},
        });
        onWillStart(async () => {
            await Promise.all([loadBundle("web.chartjs_lib"), this.load()]);
        });
        useEffect(
            () => this.drawChart(),
            () => [this.state.history, this.state.kind]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get scopes() {
        const scopes = [
            {key: "customer", label: _t("This customer")},
            {key: "family", label: _t("Company family")},
        ];
        if (!this.props.partnerId) {
            scopes.length = 0;
        }
        if (this.state.history.can_see_others) {
            scopes.push({key: "all", label: _t("All customers")});
        }
        return scopes;
    }

    get periods() {
        return [
            {key: 12, label: _t("12 months")},
            {key: 36, label: _t("3 years")},
            {key: 0, label: _t("Everything")},
        ];
    }

    get kinds() {
        return [
            {key: "both", label: _t("Sold and quoted")},
            {key: "sold", label: _t("Sold")},
            {key: "lost", label: _t("Quoted, not sold")},
        ];
    }

    get rows() {
        const {kind, history} = this.state;
        return history.rows.filter(
            (row) => kind === "both" || (kind === "sold" ? row.kind === "sold" : row.won === false)
        );
    }

    /* On a phone the customer stands above the table, unless there are several. */
    get customerClass() {
        return this.state.scope === "all" ? "" : "d-none d-md-table-cell";
    }

    get currencyId() {
        return this.state.history.currency_id;
    }

    async load() {
        this.state.history = await this.orm.call("sale.price.memory", "get_history", [
            this.props.productId,
            this.props.partnerId || false,
            this.state.scope,
            this.state.months,
            this.props.companyId || false,
            this.props.currencyId || false,
            this.props.uomId || false,
        ]);
    }

    async setFilter(name, value) {
        this.state[name] = value;
        if (name !== "kind") {
            await this.load();
        }
    }

    formatDay(value) {
        return formatDay(value);
    }

    formatPrice(value) {
        return formatPrice(value, this.currencyId);
    }

    formatQuantity(value) {
        return formatFloat(value, {trailingZeros: false});
    }

    kindLabel(row) {
        if (row.kind === "sold") {
            return _t("Sold");
        }
        return row.won ? _t("Quoted, accepted") : _t("Quoted, not sold");
    }

    kindClass(row) {
        return row.kind === "sold" ? "text-bg-success" : "text-bg-info";
    }

    openOrder(row) {
        this.props.close();
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sale.order",
            res_id: row.order_id,
            views: [[false, "form"]],
        });
    }

    prepareDataset(kind, label, color, pointStyle) {
        const rows = this.rows.filter((row) => row.kind === kind).reverse();
        return {
            label,
            data: rows.map((row) => ({
                x: deserializeDateTime(row.date).toMillis(),
                y: row.price,
                row,
            })),
            borderColor: color,
            backgroundColor: color,
            pointStyle,
            pointRadius: 5,
            showLine: kind === "sold",
            borderDash: kind === "sold" ? [] : [4, 4],
            borderWidth: 1.5,
        };
    }

    getPeriod() {
        const today = luxon.DateTime.now();
        const days = this.rows.map((row) => deserializeDateTime(row.date).toMillis());
        const first = Math.min(...days, today.minus({months: 3}).toMillis());
        const last = today.toMillis();
        // points at the end are drawn whole
        return {min: first, max: last + (last - first) / 30};
    }

    drawChart() {
        this.chart?.destroy();
        this.chart = null;
        if (!this.canvas.el || !this.rows.length) {
            return;
        }
        const format = (value) => this.formatPrice(value);
        this.chart = new Chart(this.canvas.el, {
            type: "scatter",
            data: {
                datasets: [
                    // The two kinds differ in colour and in the shape of their points.
                    this.prepareDataset("sold", _t("Sold"), SOLD_COLOR, "circle"),
                    this.prepareDataset("quoted", _t("Quoted"), QUOTED_COLOR, "triangle"),
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                scales: {
                    x: {
                        type: "linear",
                        // prices of one day alone would else spread over years
                        ...this.getPeriod(),
                        ticks: {
                            maxTicksLimit: 6,
                            callback: (value) =>
                                luxon.DateTime.fromMillis(value).toFormat("yyyy-MM"),
                        },
                    },
                    y: {grace: "5%", ticks: {callback: format, maxTicksLimit: 6}},
                },
                plugins: {
                    legend: {position: "bottom", labels: {usePointStyle: true}},
                    tooltip: {
                        callbacks: {
                            label: ({raw}) =>
                                `${formatDay(raw.row.date)}  ${format(raw.y)}  ${raw.row.partner}`,
                        },
                    },
                },
            },
        });
    }
}
