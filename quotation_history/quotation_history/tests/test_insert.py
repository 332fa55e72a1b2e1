from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.quotation_history.tools.columns import array_text

from .common import OfferCommon

AWKWARD = 'Ventil "50%" {x} %s \\\\ 阀门\n\'; --'


@tagged("post_install", "-at_install")
class TestInsert(OfferCommon):
    """Frozen lines are written by one statement: the rows the ORM would have made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tax = cls.env["account.tax"].create({"name": "Tax", "amount": 13})
        cls.currency = cls.env["res.currency"].create(
            {
                "name": "QHT",
                "symbol": "q",
                "rounding": 0.05,
                "rate_ids": [Command.create({"rate": 7.3})],
            }
        )
        pricelist = cls.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": cls.currency.id}
        )
        dozen = cls.env.ref("uom.product_uom_dozen")
        cls.order = cls._create_order(
            pricelist_id=pricelist.id,
            order_line=[
                Command.create({"display_type": "line_section", "name": "Part 1"}),
                Command.create(
                    {
                        "product_id": cls.pump.id,
                        "name": AWKWARD,
                        "product_uom_qty": 1.005,
                        "product_uom_id": dozen.id,
                        "price_unit": 1234.56789,
                        "discount": 33.337,
                        "tax_ids": [Command.set(tax.ids)],
                    }
                ),
                Command.create({"display_type": "line_note", "name": "Note"}),
                Command.create({"product_id": cls.valve.id, "product_uom_qty": 3}),
                Command.create({"product_id": cls.valve.id, "product_uom_qty": 3}),
            ],
        ).sudo()

    def _freeze(self, **changes):
        """Return (offer, common values, columns) of a new offer of the order."""
        columns = self.order._get_offered_columns()
        payloads = columns.records._get_offer_payloads(columns)
        frozen = columns.records._get_frozen_columns({}, columns, payloads)
        option = "ABC"[len(self.order.offer_ids)]
        offer = self.order.offer_ids._engine_create(
            [self.order._prepare_offer_values(1, option, "", "digest")]
        )
        return offer, self.order._prepare_frozen_values(offer), {**frozen, **changes}

    def _get_rows(self, lines):
        """Return the rows as the database has them, but for what tells them apart."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT * FROM sale_offer_line WHERE id = ANY(%s) ORDER BY id", [lines.ids]
        )
        return [
            {name: value for name, value in row.items() if name not in ("id", "offer_id")}
            for row in self.env.cr.dictfetchall()
        ]

    def test_rows_are_those_of_the_orm(self):
        awkward = {
            # values to be rounded by the currency, by the digits of the field, or not at all
            "price_subtotal": [1.237, 2.0, 0.0, 10 / 3, 1e9 / 7],
            "qty": [0.0, 1.005, 0.0, 2 / 3, 3.0],
            "price_net": [0.0, 0.1 + 0.2, 0.0, 1e-7, 3e17],
            "name": [AWKWARD, "", False, "阀门", " "],
        }
        offer, common, columns = self._freeze(**awkward)
        fast = offer.line_ids._engine_insert(common, columns)
        offer, common, columns = self._freeze(**awkward)
        rows = zip(*columns.values(), strict=True)
        slow = offer.line_ids._engine_create(
            [{**common, **dict(zip(columns, row, strict=True))} for row in rows]
        )
        self.assertEqual(self._get_rows(fast), self._get_rows(slow))
        self.assertEqual(len(fast), 5)

    def test_array_is_what_was_given(self):
        values = [AWKWARD, "", None, "阀门", " ", "{a,b}", "NULL", "a\\b", '"', "\n", "\t'"]
        self.env.cr.execute("SELECT %s::text[]", [array_text(values)])
        self.assertEqual(self.env.cr.fetchone()[0], values)
        values = [1, -1, None, 2**31 - 1]
        self.env.cr.execute("SELECT %s::int4[]", [array_text(values)])
        self.assertEqual(self.env.cr.fetchone()[0], values)
        values = [0.1 + 0.2, 1e-300, -1e300, 3e17, None]
        self.env.cr.execute("SELECT %s::float8[]", [array_text(values)])
        self.assertEqual(self.env.cr.fetchone()[0], values)
        values = [True, False, None]
        self.env.cr.execute("SELECT %s::bool[]", [array_text(values)])
        self.assertEqual(self.env.cr.fetchone()[0], values)

    def test_lines_that_say_the_same(self):
        self.order.order_line[:-2].unlink()
        live = self.order.order_line._get_offer_payloads().dicts()
        self.assertEqual(live[0], live[1])
        offer = self.env["sale.offer"].browse(self.order.capture_offer())
        self.assertEqual([*offer.line_ids._get_payloads().values()], live)
        self.assertTrue(offer.verify_digest())

    def test_single_line(self):
        self.order.order_line[:-1].unlink()
        offer = self.env["sale.offer"].browse(self.order.capture_offer())
        self.assertEqual(len(offer.line_ids), 1)
        self.assertTrue(offer.verify_digest())

    def test_cache_is_what_is_stored(self):
        offer, common, columns = self._freeze()
        lines = offer.line_ids._engine_insert(common, columns)
        self.assertEqual(offer.line_ids, lines)
        names = [name for name, field in lines._fields.items() if field.store]
        cached = lines.read(names)
        self.env.invalidate_all()
        self.assertEqual(lines.read(names), cached)

    def test_one_statement_for_all_lines(self):
        for _warm in range(2):
            offer, common, columns = self._freeze()
            self.env.flush_all()
            before = self.cr.sql_log_count
            offer.line_ids._engine_insert(common, columns)
            self.env.flush_all()
        self.assertEqual(self.cr.sql_log_count - before, 1)

    def test_foreign_rounding_is_kept(self):
        offer = self.env["sale.offer"].browse(self.order.capture_offer())
        self.assertEqual(offer.currency_id, self.currency)
        for frozen in offer.line_ids:
            live = frozen.sale_line_id
            self.assertEqual(frozen.price_subtotal, live.price_subtotal)
            self.assertEqual(frozen.qty, live.product_uom_qty)
            self.assertEqual(frozen.display_type, live.display_type)
            self.assertEqual(frozen.company_id, live.company_id)
            self.assertEqual(frozen.name, live.name)
        self.assertTrue(offer.verify_digest())

    def test_default_of_another_addon_is_filled(self):
        self.env["ir.default"].set("sale.offer.line", "customer_note", "As usual")
        offer = self.env["sale.offer"].browse(self.order.capture_offer())
        self.assertEqual(set(offer.line_ids.mapped("customer_note")), {"As usual"})
        self.assertTrue(offer.verify_digest())

    def test_computed_field_of_another_addon_is_filled(self):
        self.addCleanup(self.registry.reset_changes)
        self.addCleanup(self.registry.clear_all_caches)
        self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id("sale.offer.line"),
                "name": "x_twice",
                "ttype": "float",
                "store": True,
                "depends": "qty",
                "compute": "for line in self: line['x_twice'] = line.qty * 2",
            }
        )
        offer = self.env["sale.offer"].browse(self.order.capture_offer())
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT x_twice, qty * 2 FROM sale_offer_line WHERE offer_id = %s", [offer.id]
        )
        for twice, expected in self.env.cr.fetchall():
            self.assertAlmostEqual(twice, float(expected))

    def test_only_the_engine_may_insert(self):
        offer, common, columns = self._freeze()
        with self.assertRaises(AccessError):
            offer.line_ids.with_user(self.manager)._engine_insert(common, columns)

    def test_who_may_not_write_the_order_captures_nothing(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.other_seller).capture_offer()
        self.assertFalse(self.order.offer_ids)
