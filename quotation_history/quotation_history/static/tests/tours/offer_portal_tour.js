import {registry} from "@web/core/registry";

/* A customer counters one offer, then chooses the other and signs. */
registry.category("web_tour.tours").add("quotation_history_portal", {
    steps: () => [
        {
            content: "Two cards side by side",
            trigger: "#offers .card[data-offer='R1-A']",
        },
        {
            trigger: "#offers .card[data-offer='R1-B'] .o_offer_counter",
            run: "click",
        },
        {
            content: "Ask for a lower price",
            trigger: ".modal.show input[name^='price_unit_']:first",
            run: "edit 80",
        },
        {
            trigger: ".modal.show textarea[name='note']",
            run: "edit Then we order today",
        },
        {
            trigger: ".modal.show button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The counter-offer arrived",
            trigger: "#offers .alert-success",
        },
        {
            content: "The other offer is still there: choose it",
            trigger: "#offers .card[data-offer='R1-A'] .o_offer_choose",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Now the quotation itself is shown, to sign",
            trigger: "#portal_sale_content #sales_order_table",
        },
        {
            trigger: "#sale_order_sidebar_button a[data-bs-target='#modalaccept']",
            run: "click",
        },
        {
            trigger: ".modal.show .o_portal_sign_submit:enabled",
        },
        {
            trigger: ".modal.show .o_web_sign_name_and_signature input:first",
            run: "edit Shen Jianguo",
        },
        {
            content: "The signature is drawn from the name",
            trigger: ".modal.show canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            trigger: ".modal.show .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Signed and confirmed",
            trigger: "#quote_content .alert-success",
        },
    ],
});
