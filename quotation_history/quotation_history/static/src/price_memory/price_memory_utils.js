import {deserializeDateTime, formatDate} from "@web/core/l10n/dates";
import {getCurrency} from "@web/core/currency";
import {formatMonetary} from "@web/views/fields/formatters";

/** Relative difference under which two unit prices count as the same. */
const SAME_PRICE = 1e-6;

export function formatPrice(value, currencyId) {
    if (value === false || value === undefined || value === null) {
        return "";
    }
    const decimals = getCurrency(currencyId)?.digits?.[1] ?? 2;
    // A screw at 0.0125 must not read 0.01.
    const needed = Math.abs(value) < 1 && value !== 0 ? Math.max(decimals, 4) : decimals;
    return formatMonetary(value, {currencyId, digits: [16, needed]});
}

export function formatDay(value) {
    return value ? formatDate(deserializeDateTime(value)) : "";
}

export function isSamePrice(price, other) {
    return Math.abs(price - other) <= SAME_PRICE * Math.max(Math.abs(price), Math.abs(other));
}

/** Net unit price of a line's data, after the line's own discount. */
export function getNetPrice(data) {
    return (data.price_unit || 0) * (1 - (data.discount || 0) / 100);
}
