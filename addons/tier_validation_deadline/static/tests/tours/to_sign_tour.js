import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("tier_validation_deadline_to_sign", {
    steps: () => [
        {
            content: "approve the first offer right from the list",
            trigger: ".o_data_row:contains('Offer to approve') button[name='action_sign']",
            run: "click",
        },
        {
            content: "say why",
            trigger: ".modal div[name='opinion'] textarea",
            run: "edit Good margin",
        },
        {
            content: "sign",
            trigger: ".modal footer button.btn-primary[name='action_confirm']",
            run: "click",
        },
        {
            content: "the offer is gone from the list",
            trigger:
                "body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row:contains('Offer to approve')))",
        },
        {
            content: "open the other document by its line",
            trigger: ".o_data_row td[name='document_name']:contains('Offer to reject')",
            run: "click",
        },
        {
            content: "it opens",
            trigger: ".o_form_view button[name='action_confirm']",
        },
        {
            content: "go back",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            content: "reject it from the list",
            trigger: ".o_data_row:contains('Offer to reject') button[name='action_reject']",
            run: "click",
        },
        {
            content: "say why",
            trigger: ".modal div[name='opinion'] textarea",
            run: "edit Below the floor price",
        },
        {
            content: "sign",
            trigger: ".modal footer button.btn-danger[name='action_confirm']",
            run: "click",
        },
        {
            content: "nothing is left to sign",
            trigger: ".o_view_nocontent_smiling_face",
        },
    ],
});
