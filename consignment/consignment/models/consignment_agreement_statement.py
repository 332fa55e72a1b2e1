from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.ageing import bucket_index, bucket_labels


class ConsignmentAgreement(models.Model):
    """The statement of one agreement: opening, movements, closing, age."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_statement(self, date_from=None, date_to=None):
        """Return the statement of a period, this month to date when left out.

        :param date_from: ISO date, first day
        :param date_to: ISO date, last day
        :return: dict ``date_from, date_to, bucket_labels, lines, movements``; a line is
            a dict ``product_id, product, lot, uom, opening, fill_up, issue, pick_up,
            other, closing, buckets`` (quantities in the product's unit; ``issue`` and
            ``pick_up`` positive when goods left), a movement a dict ``date, verb,
            verb_label, product, lot, quantity, uom, reference``
        :raises UserError: when the period ends before it begins
        """
        self.ensure_one()
        self.check_access("read")
        start, end = self._get_statement_period(date_from, date_to)
        events = self._get_statement_events(start, end)
        return {
            "date_from": start.isoformat(),
            "date_to": end.isoformat(),
            "bucket_labels": bucket_labels(self.company_id._get_consignment_bounds()),
            "lines": self._get_statement_lines(start, end, events),
            "movements": [self._format_movement(event) for event in events],
        }

    def _get_statement_period(self, date_from, date_to):
        end = self._to_day(self._to_moment(date_to))
        start = end + relativedelta(day=1)
        if date_from:
            start = self._to_day(self._to_moment(date_from))
        if end < start:
            raise UserError(self.env._("The period ends before it begins."))
        return start, end

    def _get_statement_events(self, start, end):
        day_before = self._to_moment(start - relativedelta(days=1), end_of_day=True)
        return self.env["consignment.event"].search(
            [
                ("agreement_id", "=", self.id),
                ("date", ">", day_before),
                ("date", "<=", self._to_moment(end, end_of_day=True)),
            ],
            order="date, id",
        )

    def _get_statement_lines(self, start, end, events):
        lines = {}
        opening_day = start - relativedelta(days=1)
        for row in self._get_balance_rows(self._to_moment(opening_day, end_of_day=True)):
            self._statement_line(lines, row)["opening"] = row["quantity"]
        for event in events:
            row = {"product_id": event.product_id.id, "lot_id": event.lot_id.id or False}
            self._add_statement_event(self._statement_line(lines, row), event)
        for layer in self.get_ageing(end):
            line = self._statement_line(lines, layer)
            index = bucket_index(layer["days"], self.company_id._get_consignment_bounds())
            line["buckets"][index] += layer["quantity"]
        for line in lines.values():
            line["closing"] = (
                line["opening"] + line["fill_up"] - line["issue"] - line["pick_up"] + line["other"]
            )
        return sorted(lines.values(), key=lambda line: (line["product"], line["lot"]))

    def _statement_line(self, lines, row):
        key = (row["product_id"], row["lot_id"])
        if key not in lines:
            product = self.env["product.product"].browse(key[0])
            lines[key] = {
                "product_id": product.id,
                "product": product.display_name,
                "lot": self.env["stock.lot"].browse(key[1] or []).name or "",
                "uom": product.uom_id.name,
                "opening": 0.0,
                "fill_up": 0.0,
                "issue": 0.0,
                "pick_up": 0.0,
                "other": 0.0,
                "closing": 0.0,
                "buckets": [0.0] * (len(self.company_id._get_consignment_bounds()) + 1),
            }
        return lines[key]

    def _add_statement_event(self, line, event):
        column = {
            "fill_up": "fill_up",
            "issue": "issue",
            "issue_return": "issue",
            "draw": "issue",
            "draw_return": "issue",
            "pick_up": "pick_up",
        }.get(event.verb, "other")
        sign = -1 if column in ("issue", "pick_up") else 1
        line[column] += sign * event.quantity

    def _format_movement(self, event):
        verbs = dict(event._fields["verb"]._description_selection(self.env))
        if self.direction == "in":
            # The owner reads what happened to the goods, not what our dealers are told.
            verbs |= {"fill_up": self.env._("Received"), "pick_up": self.env._("Given back")}
        return {
            "date": self._to_day(event.date).isoformat(),
            "verb": event.verb,
            "verb_label": verbs[event.verb],
            "product": event.product_id.display_name,
            "lot": event.lot_id.name or "",
            "quantity": event.quantity,
            "uom": event.product_id.uom_id.name,
            "reference": event.picking_id.name or event.move_id.reference or "",
        }
