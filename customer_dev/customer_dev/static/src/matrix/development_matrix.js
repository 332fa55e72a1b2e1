import {loadBundle} from "@web/core/assets";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {Component, onWillStart, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";

const COLORS = {a: "#1a7f37", b: "#0b62c4", c: "#9a6700", d: "#8c959f"};
const SHAPES = {a: "circle", b: "triangle", c: "rect", d: "crossRot"};

/** All assessed prospects by value and difficulty; a point opens the prospect. */
export class DevelopmentMatrix extends Component {
    static template = "customer_dev.DevelopmentMatrix";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.chart = null;
        this.state = useState({mine: false, points: [], unassessed: 0, currency: ""});
        this.quadrants = [
            {key: "a", label: _t("A Develop first"), hint: _t("high value, low difficulty")},
            {key: "b", label: _t("B Strategic effort"), hint: _t("high value, high difficulty")},
            {key: "c", label: _t("C Take along"), hint: _t("low value, low difficulty")},
            {key: "d", label: _t("D Observe"), hint: _t("low value, high difficulty")},
        ];
        onWillStart(async () => {
            await Promise.all([loadBundle("web.chartjs_lib"), this.load()]);
        });
        useEffect(
            () => this.draw(),
            () => [this.state.points]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get display() {
        return {controlPanel: {}};
    }

    async load() {
        const domain = this.state.mine ? [["user_id", "=", user.userId]] : [];
        Object.assign(
            this.state,
            await this.orm.call("crm.lead", "get_development_matrix", [], {domain})
        );
    }

    async toggleMine() {
        this.state.mine = !this.state.mine;
        await this.load();
    }

    inQuadrant(key) {
        return this.state.points.filter((point) => point.quadrant === key);
    }

    draw() {
        this.chart?.destroy();
        if (!this.canvas.el) {
            return;
        }
        this.chart = new Chart(this.canvas.el, {
            type: "scatter",
            data: {datasets: this.quadrants.map((quadrant) => this.dataset(quadrant))},
            options: this.options(),
            plugins: [this.quadrantPlugin()],
        });
    }

    dataset({key, label}) {
        const points = this.inQuadrant(key);
        return {
            label,
            data: points.map((point) => ({x: point.difficulty, y: point.value, point})),
            backgroundColor: COLORS[key],
            borderColor: COLORS[key],
            borderWidth: 2,
            pointStyle: SHAPES[key],
            radius: 8,
            hoverRadius: 11,
        };
    }

    options() {
        const axis = (text) => ({
            min: -4,
            max: 104,
            title: {display: true, text},
            ticks: {stepSize: 20, callback: (value) => (value % 20 ? "" : value)},
        });
        return {
            maintainAspectRatio: false,
            animation: false,
            onClick: (_event, [hit]) => hit && this.open(this.pointAt(hit).id),
            onHover: (event, hits) => {
                event.native.target.style.cursor = hits.length ? "pointer" : "default";
            },
            plugins: {
                legend: {position: "bottom", labels: {usePointStyle: true}},
                tooltip: {callbacks: {label: (item) => this.describe(item.raw.point)}},
            },
            scales: {x: axis(_t("Difficulty (%)")), y: axis(_t("Value (%)"))},
        };
    }

    describe(point) {
        return [
            point.customer || point.name,
            point.stage,
            `${this.state.currency} ${Math.round(point.revenue).toLocaleString()}`,
            point.user,
        ].filter(Boolean);
    }

    pointAt(hit) {
        return this.chart.data.datasets[hit.datasetIndex].data[hit.index].point;
    }

    /** The two lines in the middle and the letters in the corners. */
    quadrantPlugin() {
        return {
            id: "quadrants",
            beforeDraw: ({ctx, chartArea, scales}) => {
                const middleX = scales.x.getPixelForValue(50);
                const middleY = scales.y.getPixelForValue(50);
                ctx.save();
                ctx.strokeStyle = "#8c959f";
                ctx.setLineDash([6, 4]);
                ctx.beginPath();
                ctx.moveTo(middleX, chartArea.top);
                ctx.lineTo(middleX, chartArea.bottom);
                ctx.moveTo(chartArea.left, middleY);
                ctx.lineTo(chartArea.right, middleY);
                ctx.stroke();
                ctx.font = "bold 40px sans-serif";
                ctx.fillStyle = "rgba(140, 149, 159, 0.25)";
                ctx.textAlign = "center";
                const left = (chartArea.left + middleX) / 2;
                const right = (chartArea.right + middleX) / 2;
                ctx.fillText("A", left, (chartArea.top + middleY) / 2);
                ctx.fillText("B", right, (chartArea.top + middleY) / 2);
                ctx.fillText("C", left, (chartArea.bottom + middleY) / 2);
                ctx.fillText("D", right, (chartArea.bottom + middleY) / 2);
                ctx.restore();
            },
        };
    }

    open(resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.lead",
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    openUnassessed() {
        return this.action.doAction("customer_dev.crm_lead_action_directory", {
            additionalContext: {search_default_not_assessed: 1, search_default_assigned_to_me: 0},
        });
    }
}

registry.category("actions").add("customer_dev.development_matrix", DevelopmentMatrix);
