import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/** What a dealer types is added up at once, and handed in once however often it is tapped. */
export class ConsignmentReport extends Interaction {
    static selector = ".o_consignment_report";
    dynamicContent = {
        ".o_consignment_sold": {"t-on-input": this.updateTotal},
        _root: {"t-on-submit": this.onSubmit},
    };

    start() {
        this.updateTotal();
    }

    updateTotal() {
        const total = this.el.querySelector(".o_consignment_total");
        if (!total) {
            return;
        }
        let [quantity, amount] = [0, 0];
        for (const input of this.el.querySelectorAll(".o_consignment_sold")) {
            const sold = Number.parseFloat(input.value) || 0;
            quantity += sold;
            amount += sold * Number.parseFloat(input.dataset.price);
        }
        total.textContent = this.format(amount, total.dataset);
        this.el.querySelector(".o_consignment_pieces").textContent = Number(quantity.toFixed(6));
    }

    format(amount, {symbol, position, digits}) {
        const number = amount.toLocaleString(document.documentElement.lang || undefined, {
            minimumFractionDigits: Number(digits),
            maximumFractionDigits: Number(digits),
        });
        return position === "before" ? `${symbol} ${number}` : `${number} ${symbol}`;
    }

    onSubmit() {
        // After the browser has read which button was pressed.
        this.waitForTimeout(() => {
            for (const button of this.el.querySelectorAll("button[type=submit]")) {
                button.disabled = true;
            }
        }, 0);
    }
}

registry.category("public.interactions").add("consignment_sale.report", ConsignmentReport);
