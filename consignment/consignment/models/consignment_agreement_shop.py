from odoo import fields, models
from odoo.tools import SQL

from ..const import MOVED_FIELDS
from ..tools.ageing import open_layers


class ConsignmentAgreement(models.Model):
    """Several shops (门店) of one dealer: the places below the agreement's own."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    shop_count = fields.Integer("Shops", compute="_compute_shop_count")

    def _compute_shop_count(self):
        shops = self._get_shops().grouped("location_id")
        for agreement in self:
            agreement.shop_count = len(shops.get(agreement.location_id._origin, ()))

    def _get_shops(self):
        """Return the places directly below; each is one shop with all that is below it."""
        # Whoever sees the agreement may know its shops.
        places = self.env["stock.location"].sudo().with_context(active_test=False)
        return places.search([("location_id", "in", self.location_id.ids)]).sudo(False)

    def _get_places_of(self, shop):
        """Return the places of a shop (with all rights); the agreement's own is that alone."""
        places = shop.sudo().with_context(active_test=False)  # as above
        if shop == self.location_id:
            return places
        return places.search([("id", "child_of", shop.ids)])

    def _get_shop_rows(self, at):
        """Return the balance shop by shop.

        :return: rows as of ``_get_balance_rows`` with ``location_id``: the shop, or the place
            itself for what lies in none of them; False where there are no shops
        """
        shops = self._get_shops()
        if not shops:
            return [{**row, "location_id": False} for row in self._get_balance_rows(at)]
        totals = {
            key: sum(quantity for _date, quantity in changes)
            for key, changes in self._get_shop_changes(shops, at).items()
        }
        return [
            {"product_id": product, "lot_id": lot, "location_id": shop, "quantity": quantity}
            for (product, lot, shop), quantity in sorted(totals.items())
            if abs(quantity) > 0.000001
        ]

    def _get_shop_ages(self, at):
        """Return the age in days of the oldest goods by ``(product_id, lot_id, location_id)``."""
        shops = self._get_shops()
        if not shops:
            # Newest receipts last: the oldest of each article is kept.
            layers = reversed(self.get_ageing(fields.Datetime.to_string(at)))
            return {(row["product_id"], row["lot_id"], False): row["days"] for row in layers}
        today, ages = self._to_day(at), {}
        for key, changes in self._get_shop_changes(shops, at).items():
            moves = [(date, number, change) for number, (date, change) in enumerate(changes)]
            dates = [date for date, left in open_layers(moves) if left > 0.000001]
            if dates:
                ages[key] = (today - self._to_day(min(dates))).days
        return ages

    def _get_shop_changes(self, shops, at):
        """Return ``(date, quantity)`` of what came and left, by article, lot and shop."""
        found = {}
        for shop in self.location_id | shops:
            places = self._get_places_of(shop)
            for product, lot, date, quantity in self._get_changes(places, at=at):
                found.setdefault((product, lot or False, shop.id), []).append(
                    (date, float(quantity))
                )
        return found

    def _count_there(self, rows, product, lot, shop):
        """Return how much of an article rows by shop show; an empty lot or shop is any."""
        return sum(
            row["quantity"]
            for row in rows
            if row["product_id"] == product.id
            and (not lot or row["lot_id"] == lot.id)
            and (not shop or row["location_id"] in (False, shop.id))
        )

    def _get_free_in(self, shop, product, lot):
        """Return how much of an article can be taken from a shop: what is not reserved."""
        places = self._get_places_of(shop)
        quants = places.quant_ids.filtered(
            lambda quant: quant.product_id == product and (not lot or quant.lot_id == lot)
        )
        return sum(quant.quantity - quant.reserved_quantity for quant in quants)

    def action_view_shops(self):
        """Open the shops, to add or rename them (an action dictionary)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Shops of %s", self.partner_id.name),
            "res_model": "stock.location",
            "views": [
                (self.env.ref("consignment.stock_location_view_list_shop").id, "list"),
                (False, "form"),
            ],
            "domain": [("location_id", "=", self.location_id.id)],
            "help": self.env._("Add a line for each shop of the dealer; its name is enough."),
            "context": {
                "default_location_id": self.location_id.id,
                "default_usage": "internal",
                "default_company_id": self.company_id.id,
            },
        }

    def _get_changes(self, places, product_ids=None, at=None):
        """Return what came into places and left them: ``(product, lot, date, quantity)``.

        Moves from one of the places to another cancel out.
        """
        self.env["stock.move.line"].flush_model(MOVED_FIELDS)
        wanted = SQL("state = 'done'")
        if product_ids:
            wanted = SQL("%s AND product_id IN %s", wanted, tuple(product_ids))
        if at:
            wanted = SQL("%s AND date <= %s", wanted, at)
        side = "SELECT product_id, lot_id, date, %s FROM stock_move_line WHERE %s AND %s IN %s"
        ids = tuple(places.ids)
        came = SQL(
            side, SQL("quantity_product_uom AS quantity"), wanted, SQL("location_dest_id"), ids
        )
        left = SQL(side, SQL("-quantity_product_uom"), wanted, SQL("location_id"), ids)
        query = """SELECT product_id, lot_id, date, SUM(quantity) FROM (%s UNION ALL %s) moved
                 GROUP BY product_id, lot_id, date ORDER BY date"""
        return self.env.execute_query(SQL(query, came, left))
