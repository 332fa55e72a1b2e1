from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ConsignmentAgreement(models.Model):
    """What moves goods: fill-up and pick-up, and how a done transfer is made."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === PUBLIC METHODS === #

    def fill_up(self, lines, date=None):
        """Hand goods over: to the other party (kinds out), or from them to us (kinds in).

        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``,
            ``lot_id``, ``price_unit`` (in the agreement's currency, per unit of the line;
            kept as the agreed price) and ``location_id`` (a shop below the place)
        :param date: ISO date or datetime of the transfer; now when left out
        :return: id of the transfer, done
        :raises UserError: with the number of the line that cannot be done; nothing is done
        """
        self.ensure_one()
        self._start_operation(("active",))
        parsed = self._parse_lines(lines)
        moment = self._check_moment(date)
        self._check_fill_up(parsed)
        self._record_prices(parsed, moment)
        picking = self._transfer(
            parsed,
            "receive" if self.direction == "in" else self._get_loan_operation("fill_up", "loan"),
            self._get_counter_location(),
            self.location_id,
            moment,
        )
        return picking.id

    def pick_up(self, lines, date=None):
        """Take goods back: from the other party (kinds out), or back to their owner (kinds in).

        :param lines: as in ``fill_up``, without a price
        :param date: as in ``fill_up``
        :return: id of the transfer, done
        :raises UserError: when more would leave than is there
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        parsed = self._parse_lines(lines)
        moment = self._check_moment(date)
        self._check_cover(parsed, moment)
        operation = self._get_loan_operation("pick_up", "loan_return")
        if self.direction == "in":
            operation = "give_back"
        picking = self._transfer(
            parsed, operation, self.location_id, self._get_counter_location(), moment
        )
        return picking.id

    # === START: access, lock, state === #

    def _start_operation(self, states):
        """Check right and state, and make sure that nobody else does the same just now."""
        self.check_access("write")
        self._lock()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(agreement)s is “%(state)s”: this cannot be done now.",
                    agreement=self.display_name,
                    state=labels[self.state],
                )
            )

    def _lock(self):
        """Take the agreements for this transaction.

        The counter is written: whoever comes second waits here for the first one's commit,
        gets a serialization error, and is started again by the framework with what is left.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE consignment_agreement SET operation_count = operation_count + 1"
                " WHERE id IN %s",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["operation_count", "state"])

    def _get_loan_operation(self, consigned, lent):
        return consigned if self.kind == "consign_out" else lent

    def _get_counter_location(self):
        """Return where goods come from before, and go to after: our stock or their owner."""
        if self.direction == "in":
            return self.partner_id.with_company(self.company_id).property_stock_supplier
        return self.warehouse_id.lot_stock_id

    # === LIMIT === #

    def _check_fill_up(self, lines):
        """Refuse a fill-up above the value limit; the sale side adds receivables."""
        if self.direction == "in" or not self.value_limit:
            return
        today = fields.Date.context_today(self)
        if not self._has_rate(today):
            raise UserError(self._describe_missing_rate(today))
        value = self._get_exposure() + sum(self._get_line_value(line) for line in lines)
        if self.currency_id.compare_amounts(value, self.value_limit) > 0:
            raise UserError(
                self.env._(
                    "%(agreement)s would reach %(value)s, the limit is %(limit)s.",
                    agreement=self.display_name,
                    value=self.currency_id.format(value),
                    limit=self.currency_id.format(self.value_limit),
                )
            )

    def _get_exposure(self):
        """Return the value at risk in the agreement's currency; an extension point."""
        value = sum(row["value"] for row in self.get_balance())
        return self._convert_from_company(value)

    def _get_line_value(self, line):
        # The limit holds whoever hands the goods over, cost reader or not.
        cost = line.product.sudo().with_company(self.company_id).standard_price
        return self._convert_from_company(cost * line.quantity)

    def _convert_from_company(self, amount):
        today = fields.Date.context_today(self)
        return self.company_currency_id._convert(amount, self.currency_id, self.company_id, today)

    # === TRANSFERS === #

    def _transfer(self, lines, operation, source, target, moment):
        """Move the lines and return the done transfer.

        The move lines are made from the quants found, never by reservation: that might
        take them from a place below ``source`` which belongs to somebody else.
        """
        lines = self._expand_kits(lines)
        takes = self._allocate(lines, source)
        picking_type = self.warehouse_id._get_consignment_type(operation)
        # Operation types and places are the agreement's own; its reader may not read all.
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "origin": self.name,
                "scheduled_date": moment,
                "consignment_agreement_id": self.id,
                "move_ids": [
                    Command.create(self._prepare_move_values(line, source, target))
                    for line in lines
                ],
            }
        )
        self._fill_moves(picking, lines, takes)
        self._finish(picking, moment)
        return picking

    def _prepare_move_values(self, line, source, target):
        # A line may name a shop: below the target here, below the source when goods leave.
        shop = line.shop if self._is_shop_named(line, target) else target
        return {
            "product_id": line.product.id,
            "product_uom": line.product.uom_id.id,
            "product_uom_qty": line.quantity,
            "location_id": source.id,
            "location_dest_id": shop.id,
            "company_id": self.company_id.id,
        }

    def _fill_moves(self, picking, lines, takes):
        # Unmerged: each line keeps its own move, also two lots of one product.
        picking.move_ids._action_confirm(merge=False)
        for move, line in zip(picking.move_ids.sorted("id"), lines, strict=True):
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(self._prepare_move_line_values(move, take))
                for take in takes
                if take.line is line
            ]
        picking.move_ids.picked = True

    def _prepare_move_line_values(self, move, take):
        return {
            "picking_id": move.picking_id.id,
            "product_id": move.product_id.id,
            "product_uom_id": move.product_id.uom_id.id,
            "quantity": take.quantity,
            "location_id": take.location.id,
            "location_dest_id": move.location_dest_id.id,
            "lot_id": take.lot.id,
            "package_id": take.package.id,
            "owner_id": take.owner.id,
        }

    def _finish(self, picking, moment):
        # An expense booked by the move belongs to the day of the move.
        day = self._to_day(moment)
        picking.with_context(skip_backorder=True, force_period_date=day)._action_done()
        if picking.state != "done":
            raise UserError(self.env._("The transfer %s could not be done.", picking.name))
        if moment < fields.Datetime.now().replace(second=0, microsecond=0):
            picking.date_done = moment
        self._forget_goods()
        self._finish_reminders()

    def _forget_goods(self):
        """What lies where is read from the moves: what was read before is out of date."""
        names = ("event_ids", "layer_ids", "goods_quantity", "goods_value", "oldest_days")
        self.invalidate_recordset([*names, "age_shares", "goods_state", "is_overdue"])
