import {_t} from "@web/core/l10n/translation";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {Component, onWillStart, useState} from "@odoo/owl";

/** What is new in a period and what waits; each number opens its records. */
export class Workbench extends Component {
    static template = "customer_dev.Workbench";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.periods = [
            ["day", _t("Today")],
            ["week", _t("Week")],
            ["month", _t("Month")],
            ["quarter", _t("Quarter")],
            ["year", _t("Year")],
        ];
        this.scopes = [
            ["mine", _t("Mine")],
            ["team", _t("My teams")],
            ["all", _t("All I may see")],
        ];
        this.state = useState({period: "month", scope: "mine", tiles: [], todo: []});
        onWillStart(() => this.load());
    }

    get display() {
        return {controlPanel: {}};
    }

    get days() {
        const [from, to] = [this.state.date_from, this.state.date_to].map(
            (day) => day && formatDate(deserializeDate(day))
        );
        return from === to ? from : `${from} – ${to}`;
    }

    async load() {
        const {period, scope} = this.state;
        Object.assign(
            this.state,
            await this.orm.call("crm.lead", "get_workbench", [], {period, scope})
        );
    }

    choose(key, value) {
        this.state[key] = value;
        return this.load();
    }

    amount(tile) {
        return `${this.state.currency} ${Math.round(tile.amount).toLocaleString()}`;
    }

    /** Difference to the period before, with a sign that is read without colour too. */
    change(tile) {
        const more = tile.count - tile.before;
        if (!tile.count && !tile.before) {
            return "";
        }
        return more > 0 ? `▲ ${more}` : more < 0 ? `▼ ${-more}` : "=";
    }

    open(tile) {
        if (tile.action) {
            return this.action.doAction(tile.action);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: tile.name,
            res_model: tile.model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: tile.domain,
            context: {create: false, active_test: false},
        });
    }
}

registry.category("actions").add("customer_dev.workbench", Workbench);
