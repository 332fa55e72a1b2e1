from dataclasses import dataclass, replace

from odoo import Command, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import float_compare

from ..const import DRAW


@dataclass(frozen=True)
class Terms:
    """What a draw costs: per product unit, in the agreement's currency, before tax."""

    price: float
    taxes: object
    record: object


class ConsignmentAgreementDraw(models.AbstractModel):
    """Goods of others become ours when they are used, and theirs again when given back."""

    _name = "consignment.agreement.draw"
    _description = "Consignment Agreement: Draws"

    # === PUBLIC METHODS === #

    def draw(self, lines, date=None):
        """Take goods of the owner over into own stock, as a purchase at the agreed price.

        Goods that leave the warehouse are drawn without this, at the moment they leave.

        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``,
            ``lot_id``, ``location_id``
        :param date: ISO date or datetime; now when left out
        :return: id of the transfer, done
        :raises UserError: when more is drawn than is there
        :raises RedirectWarning: when the agreed price or the tax is missing
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        self._check_draws_possible()
        parsed = self._parse_lines(lines)
        moment = self._check_moment(date)
        self._check_cover(parsed, moment)
        # Drawing makes a purchase line; who keeps the stock has no right on purchases.
        agreement = self.sudo()
        for line in parsed:
            terms = agreement._get_draw_terms(line.product, moment)[line.product]
            line.extra["purchase_line"] = agreement._get_draw_line(line.product, terms, moment)
        own = self._get_own_location(self.location_id)
        return agreement._transfer_draws(parsed, self.location_id, own, moment).id

    def return_draw(self, lines, date=None):
        """Put drawn goods that are in own stock again back into their owner's place.

        The received quantity of the purchase falls; what was already billed is credited
        with the next settlement. ``pick_up`` hands them over afterwards.

        :param lines: as in ``draw``; tracked goods with the lot that was drawn
        :param date: as in ``draw``
        :return: id of the transfer, done
        :raises UserError: when more comes back than was drawn
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        parsed = self._parse_lines(lines)
        moment = self._check_moment(date)
        # As for the draw: the purchase behind it is not the stock keeper's.
        agreement = self.sudo()
        returned = agreement._split_by_draw(parsed, moment, same_lot=True)
        source = self.warehouse_id.lot_stock_id
        return agreement._transfer_draws(returned, source, self.location_id, moment).id

    # === TERMS === #

    def _check_draws_possible(self):
        if self.direction != "in" or self.method == "commission":
            raise UserError(self.env._("Nothing is drawn from %s.", self.display_name))

    def _get_draw_terms(self, products, moment):
        """Return the ``Terms`` of each product; a missing one stops everything before it began."""
        date = fields.Datetime.context_timestamp(self, moment).date()
        self._check_draw_currency(date)
        return {product: self._get_product_terms(product, date) for product in products}

    def _get_product_terms(self, product, date):
        record = self._get_price_record(product, date)
        price = record.price_unit if record else self._get_draw_price(product, date)
        return Terms(price, self._get_draw_taxes(product), record)

    def _check_draw_currency(self, date):
        if self.currency_id == self.company_currency_id:
            return
        rates = self.env["res.currency.rate"]
        domain = [
            ("currency_id", "=", self.currency_id.id),
            ("name", "<=", date),
            ("company_id", "in", [False, self.company_id.root_id.id]),
        ]
        if not rates.search_count(domain, limit=1):
            self._refuse_draw(
                self.env._(
                    "There is no rate of %(currency)s for %(date)s.",
                    currency=self.currency_id.name,
                    date=date,
                )
            )

    def _get_draw_price(self, product, date):
        price = self._get_price(product, date)
        if price is False:
            self._refuse_draw(
                self.env._(
                    "No price of %(product)s is agreed for %(date)s.",
                    product=product.display_name,
                    date=date,
                )
            )
        return price

    def _get_draw_taxes(self, product):
        """Return the taxes of a draw: of the agreement, or of the product for this vendor."""
        if self.purchase_tax_source == "agreement":
            return self.purchase_tax_ids
        taxes = product.supplier_taxes_id._filter_taxes_by_company(self.company_id)
        if not taxes and self.company_id.account_purchase_tax_id:
            self._refuse_draw(
                self.env._(
                    "%s has no vendor tax. Set it on the product, or state the tax (or none) "
                    "on the agreement.",
                    product.display_name,
                )
            )
        return self._get_fiscal_position().map_tax(taxes)

    def _get_fiscal_position(self):
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        return positions._get_fiscal_position(self.partner_id)

    def _refuse_draw(self, reason):
        raise RedirectWarning(
            self.env._(
                "Goods of %(owner)s cannot be used (%(agreement)s): %(reason)s",
                owner=self.partner_id.display_name,
                agreement=self.name,
                reason=reason,
            ),
            self.get_formview_action(),
            self.env._("Open the agreement"),
        )

    # === DRAW FOR A MOVE === #

    def _draw(self, lines, terms, moment):
        """Make the goods of these move lines ours and let the lines take them from there."""
        self._share_lock()
        whole = self._get_whole_packages(lines)
        lines._shift_reservation(-1, lambda line: line.package_id)
        purchase_lines = self._get_draw_lines(terms, moment)
        for picking, group in lines.grouped("picking_id").items():
            self._draw_for_picking(picking, group, purchase_lines, whole)
        for own, group in lines.grouped(self._get_line_own_location).items():
            group._move_to_own(own, whole)
            moves = group.move_id.filtered("location_id.consignment_agreement_id")
            moves.write({"location_id": own.id})
        self._forget_goods()

    def _share_lock(self):
        """Several deliveries may draw at once; closing and settling wait for them."""
        self.env.execute_query(self._get_share_lock_query())

    def _draw_for_picking(self, picking, lines, purchase_lines, whole):
        draws = self.with_context(consignment_draw=DRAW)
        transfer = draws.env["stock.picking"].create(self._prepare_draw_picking(picking, lines))
        parts = [
            (move, own, part)
            for move, group in lines.grouped("move_id").items()
            for own, part in group.grouped(self._get_line_own_location).items()
        ]
        moves = draws.env["stock.move"].create(
            [
                self._prepare_draw_move(transfer, move, part, own, purchase_lines[move.product_id])
                for move, own, part in parts
            ]
        )
        moves._action_confirm(merge=False)
        draws.env["stock.move.line"].create(
            [
                self._prepare_draw_move_line(draw, line, own, whole)
                for draw, (_move, own, part) in zip(moves, parts, strict=True)
                for line in part
            ]
        )
        moves.picked = True
        transfer._action_done()

    def _get_line_own_location(self, line):
        return self._get_own_location(line.location_id)

    def _get_own_location(self, location):
        """Return the nearest place above that is ours."""
        while location.consignment_agreement_id:
            location = location.location_id
        return location if location.usage == "internal" else self.warehouse_id.lot_stock_id

    def _get_whole_packages(self, lines):
        """Return the packages that are drawn with all they contain and stay packed."""
        whole = lines.package_id.browse()
        for package, packed in lines.filtered("package_id").grouped("package_id").items():
            content = sum(package.contained_quant_ids.mapped("quantity"))
            taken = sum(packed.mapped("quantity_product_uom"))
            if not float_compare(content, taken, precision_digits=6):
                whole |= package
        return whole

    def _prepare_draw_picking(self, picking, lines):
        return {
            "picking_type_id": self.warehouse_id._get_consignment_type("draw").id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "location_id": self.location_id.id,
            "location_dest_id": self._get_own_location(self.location_id).id,
            "origin": picking.name or lines.move_id[:1].reference,
            "consignment_agreement_id": self.id,
        }

    def _prepare_draw_move(self, transfer, move, lines, own, purchase_line):
        return {
            "picking_id": transfer.id,
            "product_id": move.product_id.id,
            "product_uom": move.product_id.uom_id.id,
            "product_uom_qty": sum(lines.mapped("quantity_product_uom")),
            "location_id": self.location_id.id,
            "location_dest_id": own.id,
            "company_id": self.company_id.id,
            "purchase_line_id": purchase_line.id,
            "consignment_draw_for_id": move.id,
            "origin": transfer.origin,
        }

    def _prepare_draw_move_line(self, draw, line, own, whole):
        package = line.package_id
        return {
            "move_id": draw.id,
            "picking_id": draw.picking_id.id,
            "product_id": line.product_id.id,
            "product_uom_id": line.product_id.uom_id.id,
            "quantity": line.quantity_product_uom,
            "location_id": line.location_id.id,
            "location_dest_id": own.id,
            "lot_id": line.lot_id.id,
            "package_id": package.id,
            "result_package_id": (package & whole).id,
            "owner_id": line.owner_id.id,
        }

    # === PURCHASE === #

    def _get_draw_line(self, product, terms, moment):
        return self._get_draw_lines({product: terms}, moment)[product]

    def _get_draw_lines(self, terms, moment):
        """Return the purchase line of each product: same month, price and taxes, not billed.

        A line that saw a return takes no further draw: its bills would be shared out wrongly.
        """
        order = self._get_draw_order(moment)
        lines = {
            line.product_id: line
            for line in order.order_line
            if line.product_id in terms and line._takes_draw(terms[line.product_id])
        }
        missing = [product for product in terms if product not in lines]
        created = self.env["purchase.order.line"].create(
            [self._prepare_draw_line(order, product, terms[product], moment) for product in missing]
        )
        records = self.env["consignment.price"].union(*(term.record for term in terms.values()))
        records.filtered(lambda record: not record.is_used).is_used = True
        return {**lines, **dict(zip(missing, created, strict=True))}

    def _prepare_draw_line(self, order, product, terms, moment):
        name = product.with_context(lang=self.partner_id.lang, partner_id=self.partner_id.id)
        return {
            "order_id": order.id,
            "product_id": product.id,
            "name": name.display_name,
            "product_qty": 0.0,
            "product_uom_id": product.uom_id.id,
            "price_unit": terms.price,
            "technical_price_unit": terms.price,
            "discount": 0.0,
            "tax_ids": [Command.set(terms.taxes.ids)],
            "date_planned": moment,
        }

    def _get_draw_order(self, moment):
        """Return the purchase order of the month; there is one per agreement and month."""
        period = fields.Datetime.context_timestamp(self, moment).strftime("%Y-%m")
        orders = self.env["purchase.order"]
        found = orders.search(
            [
                ("consignment_agreement_id", "=", self.id),
                ("consignment_period", "=", period),
                ("state", "=", "purchase"),
                ("currency_id", "=", self.currency_id.id),
            ],
            limit=1,
        )
        return found or orders.with_company(self.company_id).create(
            self._prepare_draw_order(period, moment)
        )

    def _prepare_draw_order(self, period, moment):
        partner = self.partner_id.with_company(self.company_id)
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "picking_type_id": self.warehouse_id.in_type_id.id,
            "fiscal_position_id": self._get_fiscal_position().id,
            "payment_term_id": partner.property_supplier_payment_term_id.id,
            "user_id": self.user_id.id,
            "origin": self.name,
            "partner_ref": self.reference,
            "date_order": moment,
            "date_approve": moment,
            "consignment_agreement_id": self.id,
            "consignment_period": period,
            "state": "purchase",
        }

    # === RETURN OF DRAWS === #

    def _transfer_draws(self, lines, source, target, moment):
        agreement = self.with_context(consignment_draw=DRAW)
        picking = agreement._transfer(lines, "draw", source, target, moment)
        self._forget_goods()
        return picking.with_env(self.env)

    def _split_by_draw(self, lines, moment, same_lot):
        """Return the lines cut up by the draw they reverse: not billed ones first, newest first."""
        used = {}
        return [
            part
            for line in lines
            for part in self._split_line_by_draw(line, moment, same_lot, used)
        ]

    def _split_line_by_draw(self, line, moment, same_lot, used):
        if same_lot and line.product.tracking != "none" and not line.lot:
            self._refuse(
                line.number, self.env._("%s needs a lot or serial", line.product.display_name)
            )
        missing = line.quantity
        for draw in self._get_returnable_draws(line.product, moment):
            free = draw._get_returnable(line.lot if same_lot else False)
            taken = min(free - used.get((draw, line.lot), 0.0), missing)
            if line.product.uom_id.compare(taken, 0.0) <= 0:
                continue
            used[draw, line.lot] = used.get((draw, line.lot), 0.0) + taken
            missing -= taken
            yield replace(line, quantity=taken, extra={**line.extra, "draw": draw.move_id})
        if line.product.uom_id.compare(missing, 0.0) > 0:
            self._refuse(
                line.number,
                self.env._(
                    "%(missing)g × %(product)s were never drawn, or were given back",
                    missing=missing,
                    product=line.product.display_name,
                ),
            )

    def _get_returnable_draws(self, product, moment):
        draws = self.env["consignment.draw"].search(
            [
                ("agreement_id", "=", self.id),
                ("product_id", "=", product.id),
                ("returnable", ">", 0),
                ("date", "<=", moment),
            ]
        )
        return draws.sorted(
            lambda draw: (draw.open_quantity <= 0, -draw.date.timestamp(), -draw.id)
        )

    def _give_back_return(self, move, draws):
        """Give back what a customer returned of the goods drawn for that delivery."""
        quantity = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
        mine = draws.filtered(lambda draw: draw._get_draw_agreement() == self)
        rows = self.env["consignment.draw"].browse(mine.ids)
        lines = []
        for line in move.move_line_ids:
            wanted = min(line.quantity_product_uom, quantity)
            for row in rows:
                taken = min(wanted, row._get_returnable(line.lot_id))
                if move.product_id.uom_id.compare(taken, 0.0) > 0:
                    wanted -= taken
                    lines.append(self._prepare_give_back_line(line, taken, row.move_id))
        if lines:
            target = move.location_dest_id
            self._transfer_draws(lines, target, self.location_id, fields.Datetime.now())

    # === DATES === #

    def _redate_draws(self, moves, date):
        """Let draws happen at another date, at the price of that date while not billed."""
        moment = fields.Datetime.to_datetime(date)
        moves.picking_id.with_context(consignment_draw=DRAW).write({"date_done": moment})
        rows = self.env["consignment.draw"].browse(moves.ids)
        for move in rows.filtered(lambda row: not row.settled).move_id:
            terms = self._get_draw_terms(move.product_id, moment)[move.product_id]
            if not move.purchase_line_id._takes_draw(terms, moment):
                line = self._get_draw_line(move.product_id, terms, moment)
                self._move_draw(move, line)

    def _move_draw(self, move, line):
        """Move a draw and its returns to another purchase line, and value it anew."""
        returns = move.returned_move_ids.filtered("purchase_line_id")
        (move | returns).with_context(consignment_draw=DRAW).write({"purchase_line_id": line.id})
        move._set_value()
