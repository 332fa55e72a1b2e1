import {
    ReviewsTable,
    reviewsTableComponent,
} from "@base_tier_validation/components/tier_review_widget/tier_review_widget.esm";
import {formatDateTime} from "@web/core/l10n/dates";
import {patch} from "@web/core/utils/patch";

reviewsTableComponent.relatedFields.push(
    {name: "date_deadline", type: "datetime"},
    {name: "is_late", type: "boolean"}
);

patch(ReviewsTable.prototype, {
    /**
     * The deadline of a review as its reader writes dates.
     *
     * @param {Object} review
     * @returns {String}
     */
    formatDeadline(review) {
        return review.date_deadline
            ? formatDateTime(review.date_deadline, {showSeconds: false})
            : "";
    },
});
