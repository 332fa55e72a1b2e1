from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import KINDS_OUT


class ConsignmentAgreement(models.Model):
    """Goods that are out become something else than a return."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === PUBLIC METHODS === #

    def convert(self, lines, to, partner_id=False, date=None):
        """Turn goods that are out into something else than a return.

        :param lines: as in ``fill_up``; never more than what is still out
        :param to: ``sale``, ``gift``, ``own_use`` or ``relend``
        :param partner_id: the buyer, or the next borrower
        :param date: as in ``fill_up``
        :return: id of what it made: sale order, picking, picking, agreement
        :raises UserError: when the conversion is unknown or more is converted than is out
        """
        self.ensure_one()
        if to not in self._get_conversions():
            raise UserError(self.env._("Goods cannot be converted to “%s”.", to))
        if self.kind not in KINDS_OUT:
            raise UserError(self.env._("Only goods of ours in other hands can be converted."))
        self._start_operation(("active", "closing"))
        parsed = self._parse_lines(lines)
        moment = self._check_moment(date)
        self._check_cover(parsed, moment)
        partner = self._parse_partner(partner_id)
        return getattr(self, f"_convert_to_{to}")(parsed, partner, moment)

    def exchange(self, lines, received, date=None):
        """Take another article instead of the lent one (异种归还).

        What was lent is written off to the exchange location, what came is taken into
        stock at ``price_unit`` (company currency, per unit of the line) or at its cost;
        the difference of the two values stays on the exchange location.

        :param lines: the lent articles given up, as in ``pick_up``
        :param received: the articles received, as in ``fill_up``
        :return: id of the transfer that takes the other articles into stock
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        given, taken = self._parse_lines(lines), self._parse_goods(received)
        moment = self._check_moment(date)
        self._check_cover(given, moment)
        place = self.company_id._get_consignment_use_location("exchange")
        self._transfer(given, "issue", self.location_id, place, moment)
        operation = self._get_loan_operation("pick_up", "loan_return")
        stock = self.warehouse_id.lot_stock_id
        picking = self._transfer(taken, operation, place, stock, moment)
        self._set_received_values(picking, taken)
        return picking.id

    def action_next_sample(self):
        """Open the next round of a certification sample (an action dictionary)."""
        self.ensure_one()
        self.check_access("write")
        following = self.copy(
            {
                "previous_id": self.id,
                "sample_round": self.sample_round + 1,
                "date_start": fields.Date.context_today(self),
                "due_date": False,
            }
        )
        return following.get_formview_action()

    # === CONVERSIONS === #

    @api.model
    def _get_conversions(self):
        """Return the ways goods that are out can be converted; an extension point."""
        return ["gift", "own_use", "relend"]

    def _convert_to_gift(self, lines, partner, moment):
        place = self.company_id._get_consignment_use_location("gift")
        return self._transfer(lines, "issue", self.location_id, place, moment).id

    def _convert_to_own_use(self, lines, partner, moment):
        place = self.company_id._get_consignment_use_location("own_use")
        return self._transfer(lines, "issue", self.location_id, place, moment).id

    def _convert_to_relend(self, lines, partner, moment):
        following = self.create(self._prepare_relend_values(partner))
        following.action_activate()
        following._transfer(lines, "loan", self.location_id, following.location_id, moment)
        return following.id

    def _prepare_relend_values(self, partner):
        values = self.copy_data({"partner_id": partner.id, "previous_id": self.id})[0]
        days = self.due_date and self.date_start and (self.due_date - self.date_start).days
        today = fields.Date.context_today(self)
        return {
            **values,
            "kind": self.kind if self.kind != "consign_out" else "loan_out",
            "date_start": min(today, self.date_start or today),
            "due_date": fields.Date.add(today, days=days or 30),
        }

    def _set_received_values(self, picking, lines):
        for move, line in zip(picking.move_ids.sorted("id"), lines, strict=True):
            if line.price is not None:
                # The lender states what the other article is worth to the company.
                move.sudo().value_manual = line.price * line.quantity
