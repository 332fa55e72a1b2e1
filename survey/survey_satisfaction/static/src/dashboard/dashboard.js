import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

export class SatisfactionDashboard extends Component {
    static template = "survey_satisfaction.Dashboard";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get data() {
        return this.props.record.data[this.props.name] || {};
    }

    get kpis() {
        return this.data.kpis || {};
    }

    number(value, digits = 1) {
        return value === false || value === undefined
            ? "–"
            : formatFloat(value, {digits: [16, digits]});
    }

    range(low, high) {
        return low === false || high === false
            ? _t("no interval")
            : `${this.number(low)} – ${this.number(high)}`;
    }

    /** Position on a bar from `low` to 100, in percent. */
    place(value, low = 0) {
        return Math.max(0, Math.min(100, ((value - low) / (100 - low)) * 100));
    }

    whisker(low, high, floor = 0) {
        const left = this.place(low, floor);
        return `left: ${left}%; width: ${Math.max(0.5, this.place(high, floor) - left)}%`;
    }

    tone(score) {
        return score >= this.data.target
            ? "bg-success"
            : score >= this.data.minimum
              ? "bg-info"
              : "bg-danger";
    }

    get npsTotal() {
        return this.data.nps_counts.reduce((sum, n) => sum + n, 0);
    }

    npsShare(index) {
        return this.npsTotal ? (this.data.nps_counts[index] / this.npsTotal) * 100 : 0;
    }

    get comparison() {
        const {state, delta, previous} = this.data.comparison || {};
        const values = {
            delta: (delta > 0 ? "+" : "") + this.number(delta),
            previous: this.number(previous),
        };
        return {
            none: _t("first wave of its kind"),
            refused: _t("other scores than last time: not comparable"),
            unknown: _t("%(delta)s against %(previous)s, too few answers to tell", values),
            same: _t("%(delta)s against %(previous)s: no significant change", values),
            better: _t("%(delta)s against %(previous)s: significantly better", values),
            worse: _t("%(delta)s against %(previous)s: significantly worse", values),
        }[state];
    }

    openResults(domain, name) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "satisfaction.result",
            views: [
                [false, "list"],
                [false, "graph"],
                [false, "pivot"],
            ],
            domain: [["wave_id", "=", this.props.record.resId], ...domain],
        });
    }

    openDimension(dimension) {
        return this.openResults(
            [
                ["dimension_id", "=", dimension.id],
                ["measure", "=", "csat"],
            ],
            dimension.name
        );
    }

    openItem(item) {
        return this.openResults([["item_code", "=", item.code]], item.label);
    }

    openNps() {
        return this.openResults([["measure", "=", "nps"]], _t("Recommendation"));
    }

    openIndex() {
        return this.openResults([["measure", "=", "index"]], _t("Satisfaction Index"));
    }

    openCases(domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Cases"),
            res_model: "satisfaction.case",
            views: [
                [false, "kanban"],
                [false, "list"],
                [false, "form"],
            ],
            domain: [["wave_id", "=", this.props.record.resId], ...domain],
        });
    }
}

registry.category("fields").add("satisfaction_dashboard", {
    component: SatisfactionDashboard,
    supportedTypes: ["json"],
});

/** What is missing before a case may move on. */
export class SatisfactionGate extends Component {
    static template = "survey_satisfaction.Gate";
    static props = {...standardFieldProps};

    get missing() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("satisfaction_gate", {
    component: SatisfactionGate,
    supportedTypes: ["json"],
});
