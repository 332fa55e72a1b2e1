import {Component, onWillStart, useState} from "@odoo/owl";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {CheckBox} from "@web/core/checkbox/checkbox";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {formatFloat} from "@web/core/utils/numbers";
import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const SECTIONS = ["line_section", "line_subsection"];

/**
 * Offers side by side: a row per line by its identity across rounds, a column per offer.
 */
export class CompareOffers extends Component {
    static template = "quotation_history.CompareOffers";
    static components = {ControlPanel, CheckBox, Dropdown};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const context = this.props.action.context || {};
        this.orderId = context.active_model === "sale.offer" ? false : context.active_id || false;
        this.state = useState({data: null, base: "previous", onlyChanges: false});
        onWillStart(() => this.load(context.offer_ids || []));
        this.env.config.setDisplayName(_t("Compare Offers"));
    }

    async load(offerIds) {
        const data = await this.orm.call("sale.offer", "get_comparison", [], {
            order_id: this.orderId,
            offer_ids: offerIds,
        });
        this.state.data = data;
    }

    // --- What is shown -------------------------------------------------------------------

    get offers() {
        return this.state.data.offers;
    }

    get rows() {
        const rows = this.state.data.rows;
        return this.state.onlyChanges ? rows.filter((row) => this.isChangedRow(row)) : rows;
    }

    isChangedRow(row) {
        return row.cells.some((cell, index) => index && this.isChangedCell(row, cell, index));
    }

    isChangedCell(row, cell, index) {
        if (!index) {
            return false;
        }
        const base = row.cells[this.state.base === "first" ? 0 : index - 1];
        if (!cell || !base) {
            return Boolean(cell) !== Boolean(base);
        }
        return ["qty", "price_net", "name"].some((key) => cell[key] !== base[key]);
    }

    isSection(row) {
        return SECTIONS.includes(row.display_type);
    }

    rowClass(row) {
        if (this.isSection(row)) {
            return "o_compare_section";
        }
        return row.display_type === "line_note" ? "fst-italic" : "";
    }

    cellClass(row, cell, index) {
        if (row.display_type || !this.isChangedCell(row, cell, index)) {
            return "";
        }
        const percent = cell && this.percent(cell);
        if (percent < 0) {
            return "o_compare_lower";
        }
        return percent > 0 ? "o_compare_higher" : "o_compare_changed";
    }

    percent(item) {
        return item[`${this.state.base}_percent`];
    }

    arrow(item) {
        return this.percent(item) < 0 ? "fa-arrow-down" : "fa-arrow-up";
    }

    firstLine(text) {
        return (text || "").split("\n", 1)[0];
    }

    get terms() {
        const terms = [
            {key: "validity_date", label: _t("Valid until"), date: true},
            {key: "commitment_date", label: _t("Delivery"), date: true},
            {key: "payment_term", label: _t("Payment terms")},
            {key: "incoterm", label: _t("Incoterm")},
            {key: "pricelist", label: _t("Price list")},
            {key: "decision_note", label: _t("Customer's words")},
        ];
        return terms.filter((term) => this.offers.some((offer) => offer[term.key]));
    }

    termText(offer, term) {
        const value = offer[term.key];
        return term.date && value ? formatDate(deserializeDate(value)) : value;
    }

    isChangedTerm(term, index) {
        const base = this.state.base === "first" ? 0 : index - 1;
        // what the customer said is not a term that changed
        if (!index || term.key === "decision_note") {
            return false;
        }
        return this.offers[index][term.key] !== this.offers[base][term.key];
    }

    money(amount, offer) {
        return formatCurrency(amount, offer.currency_id);
    }

    number(value) {
        return formatFloat(value, {trailingZeros: false, digits: [16, 4]});
    }

    signed(value) {
        return `${value > 0 ? "+" : ""}${formatFloat(value, {digits: [16, 2]})} %`;
    }

    // --- What can be done ----------------------------------------------------------------

    isShown(choice) {
        return this.offers.some((offer) => offer.id === choice.id);
    }

    async toggle(choice) {
        const shown = this.offers.map((offer) => offer.id);
        const wanted = this.isShown(choice)
            ? shown.filter((id) => id !== choice.id)
            : [...shown, choice.id];
        if (wanted.length) {
            await this.load(wanted);
        }
    }

    setBase(base) {
        this.state.base = base;
    }

    openOffer(offer) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sale.offer",
            res_id: offer.id,
            views: [[false, "form"]],
        });
    }

    print() {
        const [offer] = this.offers;
        return this.action.doAction({
            type: "ir.actions.report",
            report_type: "qweb-pdf",
            report_name: "quotation_history.report_offer_comparison",
            context: {
                active_ids: [offer.order_id],
                offer_ids: this.offers.map((each) => each.id),
            },
        });
    }
}

registry.category("actions").add("quotation_history.compare_offers", CompareOffers);
