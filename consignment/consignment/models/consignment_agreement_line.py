from dataclasses import replace
from math import isfinite
from numbers import Real

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_is_zero, float_round

from ..tools.lines import Line


class ConsignmentAgreement(models.Model):
    """Reading what a client hands over; the first bad line stops everything."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    def _refuse(self, number, reason):
        raise UserError(self.env._("Line %(number)s: %(reason)s.", number=number, reason=reason))

    def _parse_lines(self, lines):
        """Return the lines as records; the first bad one stops everything."""
        if not isinstance(lines, list | tuple) or not lines:
            raise UserError(self.env._("There is no line to work on."))
        return [
            self._parse_line(values, self._get_line_number(values, number))
            for number, values in enumerate(lines, 1)
        ]

    @api.model
    def _get_line_number(self, values, number):
        """Return the number the user sees: a dialog leaves out what was not filled in."""
        shown = isinstance(values, dict) and values.get("number")
        return shown if isinstance(shown, int) and shown > 0 else number

    def _parse_line(self, values, number):
        product = self._parse_product(values, number)
        return Line(
            number=number,
            product=product,
            quantity=self._parse_quantity(values, product, number),
            lot=self._parse_lot(values, product, number),
            price=self._parse_price(values, product, number),
            shop=self._parse_shop(values, number),
        )

    def _parse_product(self, values, number):
        product_id = isinstance(values, dict) and values.get("product_id")
        product = self.env["product.product"].browse(product_id or []).exists()
        if len(product) != 1:
            self._refuse(number, self.env._("there is no product %s", product_id or ""))
        if product.company_id and product.company_id != self.company_id:
            self._refuse(number, self.env._("%s is another company's", product.display_name))
        if not product.is_storable and not self._is_kit(product):
            self._refuse(number, self.env._("%s is not kept in stock", product.display_name))
        return product

    def _is_kit(self, product):
        """Return whether Manufacturing, where installed, moves the components instead.

        That is all these goods have to know of Manufacturing; no addon depends on it.
        """
        return "is_kits" in product._fields and product.with_company(self.company_id).is_kits

    def _parse_goods(self, lines):
        """Return the lines by what really moves: a kit stands for its components."""
        return self._expand_kits(self._parse_lines(lines))

    def _expand_kits(self, lines):
        """Return the lines with each kit replaced by its components, as the host moves them."""
        return [part for line in lines for part in self._expand_kit(line)]

    def _expand_kit(self, line):
        if not self._is_kit(line.product):
            return [line]
        # Whoever moves stock need not be able to read bills of materials.
        boms = self.env["mrp.bom"].sudo()
        found = boms._bom_find(line.product, company_id=self.company_id.id, bom_type="phantom")
        bom = found[line.product]
        factor = line.product.uom_id._compute_quantity(line.quantity, bom.product_uom_id)
        _boms, components = bom.explode(line.product, factor / bom.product_qty)
        return [
            self._prepare_component(line, component, values["qty"])
            for component, values in components
            if component.product_id.is_storable
        ]

    def _prepare_component(self, line, component, quantity):
        product = component.product_id.with_env(self.env)
        quantity = component.product_uom_id._compute_quantity(quantity, product.uom_id)
        self._check_whole(product, quantity, line.number)
        return replace(line, product=product, quantity=quantity, lot=line.lot.browse(), price=None)

    def _parse_uom(self, values, product, number):
        uom = self.env["uom.uom"].browse(values.get("uom_id") or product.uom_id.id).exists()
        if not uom or not uom._has_common_reference(product.uom_id):
            self._refuse(number, self.env._("the unit does not fit %s", product.display_name))
        return uom

    def _parse_quantity(self, values, product, number):
        entered = values.get("quantity")
        if not self._is_number(entered):
            self._refuse(number, self.env._("the quantity is not a number"))
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        if float_compare(entered, 0.0, precision_digits=digits) <= 0:
            self._refuse(number, self.env._("the quantity must be more than zero"))
        if abs(float_round(entered, precision_digits=digits) - entered) > 1e-9:
            self._refuse(number, self.env._("the quantity has more than %s digits", digits))
        uom = self._parse_uom(values, product, number)
        quantity = uom._compute_quantity(entered, product.uom_id, rounding_method="HALF-UP")
        self._check_whole(product, quantity, number)
        return quantity

    @staticmethod
    def _is_number(value):
        return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)

    def _check_whole(self, product, quantity, number):
        is_whole = float_is_zero(quantity - round(quantity), precision_digits=6)
        if (product.whole_units or product.tracking == "serial") and not is_whole:
            self._refuse(number, self.env._("%s comes in whole units only", product.display_name))

    def _parse_lot(self, values, product, number):
        lot = self.env["stock.lot"].browse(values.get("lot_id") or []).exists()
        if values.get("lot_id") and lot.product_id != product:
            self._refuse(
                number,
                self.env._("the lot does not belong to %s", product.display_name),
            )
        if lot and product.tracking == "serial" and values.get("quantity", 0) != 1:
            self._refuse(number, self.env._("a serial number stands for one piece"))
        return lot

    def _parse_price(self, values, product, number):
        price = values.get("price_unit")
        if price is None or price is False:
            return None
        if not self._is_number(price) or price < 0:
            self._refuse(number, self.env._("the price is not a positive number"))
        uom = self._parse_uom(values, product, number)
        return uom._compute_price(price, product.uom_id)

    def _parse_shop(self, values, number):
        shop = self.env["stock.location"].browse(values.get("location_id") or []).exists()
        if shop and shop.consignment_agreement_id != self:
            self._refuse(number, self.env._("%s is not a shop of this place", shop.display_name))
        return shop

    def _parse_partner(self, partner_id):
        partner = self.env["res.partner"].browse(partner_id or []).exists()
        if partner_id and not partner:
            raise UserError(self.env._("There is no partner %s.", partner_id))
        return partner or self.partner_id
