import base64

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .common import ConsignmentSaleCommon


class ShopCommon(ConsignmentSaleCommon):
    """A dealer with five valves in the north and two in the south."""

    def setUp(self):
        super().setUp()
        self.receive(self.valve, 20, 6.5, days_ago=30)
        self.north, self.south = self.env["stock.location"].create(
            [
                {"name": name, "location_id": self.agreement.location_id.id}
                for name in ("North", "South")
            ]
        )
        for shop, quantity, days_ago in ((self.north, 5, 20), (self.south, 2, 10)):
            line = self.line(self.valve, quantity, location_id=shop.id, price_unit=50.0)
            self.agreement.fill_up([line], self.day(days_ago))

    def sold(self, quantity, shop=None):
        return self.line(self.valve, quantity, **({"location_id": shop.id} if shop else {}))

    def make_report(self, *lines):
        """Return a report as the salesperson types it."""
        reports = self.env["consignment.report"].with_user(self.seller)
        return reports.create(
            {
                "agreement_id": self.agreement.id,
                "line_ids": [
                    (0, 0, {"price_unit": 50.0, **self.sold(quantity, shop)})
                    for quantity, shop in lines
                ],
            }
        )

    def assert_there(self, north, south):
        self.assertEqual(
            [self.quantity(self.valve, shop) for shop in (self.north, self.south)], [north, south]
        )
        self.assertEqual(self.balance(self.agreement, self.valve), north + south)


@tagged("post_install", "-at_install")
class TestShops(ShopCommon):
    # === BY HAND === #

    def test_goods_leave_the_shop_that_sold_them(self):
        order = self.order(self.agreement.report_sales([self.sold(2, self.south)]))
        self.assertEqual(order.order_line.consignment_location_id, self.south)
        self.assert_there(5, 0)

    def test_above_the_shop_is_refused_by_name(self):
        report = self.make_report((1, self.north), (3, self.south))
        with self.assertRaisesRegex(UserError, "Line 2: 3 × .*only 2 are there in South"):
            report.action_confirm()
        self.assertEqual(report.state, "draft")
        self.assert_there(5, 2)

    def test_shop_with_shelves_is_one_shop(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.south.id, "usage": "internal"}
        )
        self.agreement.fill_up([self.sold(3, shelf)])
        self.agreement.report_sales([self.sold(4, self.south)])
        self.assert_there(5, 1)

    def test_above_the_shop_becomes_a_difference(self):
        self.agreement.over_settlement = "difference"
        report = self.make_report((1, self.north), (3, self.south))
        report.action_confirm()
        self.assertEqual(report.line_ids.mapped("difference"), [0, 1])
        self.assertEqual(report.order_id.order_line.mapped("product_uom_qty"), [1, 2])
        self.assertIn("1", report.activity_ids.note)
        self.assert_there(4, 0)

    def test_two_lines_of_one_shop_share_what_is_there(self):
        self.agreement.over_settlement = "difference"
        report = self.make_report((2, self.south), (1, self.south), (9, None))
        report.action_confirm()
        self.assertEqual(report.line_ids.mapped("difference"), [0, 1, 4])
        self.assert_there(0, 0)

    def test_line_without_a_shop_gives_way(self):
        """The oldest goods are in the north; the south is named after them, and still served."""
        self.agreement.report_sales([self.sold(5), self.sold(2, self.south)])
        self.assert_there(0, 0)

    def test_line_without_a_shop_leaves_the_named_goods(self):
        self.agreement.report_sales([self.sold(2), self.sold(4, self.north)])
        self.assert_there(0, 1)

    def test_shop_of_another_dealer_is_refused(self):
        other = self.make_agreement(partner_id=self.consignor.id)
        with self.assertRaisesRegex(UserError, "Line 1: .* is not a shop of this place"):
            self.agreement.report_sales([self.sold(1, other.location_id)])

    def make_lots(self):
        """Five of each of two lots in the north, the wanted one being older; return the lots."""
        product = self.make_product("average", tracking="lot", taxes_id=False)
        old, new = self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in ("OLD", "NEW")]
        )
        for days_ago, lot in ((9, old), (8, new)):
            self.receive(product, 5, 6.5, days_ago=30, lot=lot)
            line = self.line(product, 5, lot_id=lot.id, location_id=self.north.id)
            self.agreement.fill_up([line], self.day(days_ago))
        return old, new

    def report_lots(self, in_shop, of_lot, lot):
        """Report so many of the north, whatever lot, and so many of a lot, whatever shop."""
        values = {"product_id": lot.product_id.id, "price_unit": 9.0}
        report = self.env["consignment.report"].create(
            {
                "agreement_id": self.agreement.id,
                "line_ids": [
                    (0, 0, {**values, "quantity": in_shop, "location_id": self.north.id}),
                    (0, 0, {**values, "quantity": of_lot, "lot_id": lot.id}),
                ],
            }
        )
        report.action_confirm()
        return report.line_ids.mapped("difference")

    def test_line_of_a_shop_leaves_the_lot_to_who_names_it(self):
        old, _new = self.make_lots()
        self.assertEqual(self.report_lots(5, 5, old), [0, 0])

    def test_lots_and_shops_that_ask_for_the_same_pieces(self):
        """Ten are there, and five of the lot; those the north sells already are no longer."""
        self.agreement.over_settlement = "difference"
        old, new = self.make_lots()
        self.receive(new.product_id, 1, 6.5, days_ago=30, lot=new)
        self.agreement.fill_up([self.line(new.product_id, 1, location_id=self.south.id)])
        self.assertEqual(self.report_lots(7, 4, old), [0, 1])

    # === THE PAST === #

    def test_shop_had_nothing_yet_on_that_day(self):
        with self.assertRaisesRegex(UserError, "only 0 are there in South"):
            self.agreement.report_sales([self.sold(1, self.south)], self.day(15))
        self.agreement.report_sales([self.sold(1, self.north)], self.day(15))
        self.assert_there(4, 2)

    def test_goods_that_went_from_shop_to_shop(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.valve.id,
                "product_uom_qty": 3,
                "location_id": self.north.id,
                "location_dest_id": self.south.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        self.assert_there(2, 5)
        with self.assertRaisesRegex(UserError, "only 2 are there in North"):
            self.agreement.report_sales([self.sold(3, self.north)], self.day(15))
        self.agreement.report_sales([self.sold(5, self.south)])
        self.assert_there(2, 0)

    # === COUNT === #

    def test_one_shop_is_counted(self):
        order = self.order(self.agreement.settle_by_count([self.sold(1, self.south)]))
        self.assertEqual(order.order_line.product_uom_qty, 1)
        self.assert_there(5, 1)

    def test_all_shops_are_counted_together(self):
        order = self.order(self.agreement.settle_by_count([self.sold(4)]))
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assert_there(2, 2)

    def test_found_in_one_shop_and_sold_in_another(self):
        lines = [self.sold(4, self.north), self.sold(3, self.south)]
        rows = self.agreement.preview_count(lines)
        self.assertEqual([(row["sold"], row["found"]) for row in rows], [(1, 0), (0, 1)])
        self.agreement.settle_by_count(lines)
        self.assert_there(4, 3)

    def test_shop_and_all_shops_count_the_same_goods(self):
        for lines in ([(5, self.north), (2, None)], [(7, None), (2, self.south)]):
            with self.subTest(lines=lines), self.assertRaisesRegex(UserError, "Line 2.*line 1"):
                self.agreement.settle_by_count([self.sold(*line) for line in lines])
        self.assert_there(5, 2)

    def test_dialog_counts_shop_by_shop(self):
        counts = self.env["consignment.count"].with_user(self.seller)
        with Form(counts.with_context(default_agreement_id=self.agreement.id)) as form:
            self.assertEqual(form.line_ids._records[0]["book"], 5)
            self.assertEqual(form.line_ids._records[1]["book"], 2)
            form.shop_id = self.south.with_user(self.seller)
            self.assertEqual(len(form.line_ids), 1)
            with form.line_ids.edit(0) as line:
                line.counted = 0
        form.save().action_confirm()
        self.assert_there(5, 0)

    def test_scanner_asks_for_the_shop(self):
        self.valve.barcode = "690000112"
        count = self.env["consignment.count"].create({"agreement_id": self.agreement.id})
        with self.assertRaisesRegex(UserError, "Choose the shop"):
            count.on_barcode_scanned("690000112")
        count.shop_id = self.south
        count.on_barcode_scanned("690000112")
        self.assertEqual(count.line_ids.counted, 1)

    # === FILE === #

    def load(self, report, text):
        wizard = self.env["consignment.import"].create(
            {
                "report_id": report.id,
                "file": base64.b64encode(text.encode()),
                "filename": "sold.csv",
            }
        )
        wizard.action_import()
        return wizard

    def test_file_names_the_shops(self):
        self.valve.default_code = "V-100"
        report = self.make_report((1, None))
        wizard = self.load(report, "产品编码,门店,数量\nV-100,north,2\nV-100,South,2\n")
        self.assertEqual(wizard.line_ids.mapped("available"), [5, 2])
        self.assertEqual(report.line_ids.location_id, self.north | self.south)
        report.action_confirm()
        self.assert_there(3, 0)

    def test_file_above_the_shop(self):
        self.valve.default_code = "V-100"
        report = self.make_report((1, None))
        self.load(report, "product,shop,quantity\nV-100,South,4\n")
        with self.assertRaisesRegex(UserError, "only 2 are there in South"):
            report.action_confirm()
        self.agreement.over_settlement = "difference"
        report.action_confirm()
        self.assertEqual(report.line_ids.difference, 2)
        self.assert_there(5, 0)

    def test_file_with_an_unknown_shop(self):
        self.valve.default_code = "V-100"
        report = self.make_report((1, None))
        with self.assertRaisesRegex(UserError, "Row 2: .*no shop “East”; there are: North, South"):
            self.load(report, "product,shop,quantity\nV-100,East,4\n")
        self.assertEqual(report.line_ids.quantity, 1)

    # === DIALOGS === #

    def test_report_lists_what_each_shop_has(self):
        report = self.make_report((1, self.north))
        report.action_fill_from_balance()
        self.assertEqual(report.line_ids.location_id, self.north | self.south)
        self.assertEqual(report.line_ids.mapped("available"), [5, 2])

    def test_each_shop_has_goods_of_its_own_age(self):
        self.agreement.report_sales([self.sold(1, self.north)])
        ages = self.agreement._get_shop_ages(fields.Datetime.now())
        self.assertEqual(
            {shop: days for (_product, _lot, shop), days in ages.items()},
            {self.north.id: 20, self.south.id: 10},
        )

    def test_goods_are_taken_back_from_a_shop(self):
        wizard = self.env["consignment.transfer"].create(
            {"agreement_id": self.agreement.id, "operation": "pick_up"}
        )
        self.assertEqual(wizard.line_ids.mapped("available"), [5, 2])
        wizard.line_ids.invalidate_recordset()
        self.env.add_to_compute(wizard.line_ids._fields["available"], wizard.line_ids)
        self.assertEqual(wizard.line_ids.mapped("available"), [5, 2], "as the web client asks")
        wizard.line_ids[1].quantity = 2
        wizard.action_confirm()
        self.assert_there(5, 0)

    def test_agreement_leads_to_its_shops(self):
        self.assertEqual(self.agreement.shop_count, 2)
        action = self.agreement.action_view_shops()
        locations = self.env["stock.location"]
        self.assertEqual(locations.search(action["domain"]), self.north | self.south)
        east = locations.with_context(**action["context"]).create({"name": "East"})
        self.assertEqual(east.consignment_agreement_id, self.agreement)

    def test_list_of_shops_says_what_each_has(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.south.id, "usage": "internal"}
        )
        self.agreement.fill_up([self.sold(3, shelf)])
        shops = self.north | self.south
        self.assertEqual(shops.mapped("consignment_quantity"), [5, 5])
        goods = self.south.action_view_consigned_goods()
        quants = self.env[goods["res_model"]].search(goods["domain"])
        self.assertEqual(quants.location_id, self.south | shelf)

    def test_shop_is_added_in_the_list(self):
        action = self.agreement.action_view_shops()
        view = self.env["stock.location"].get_view(*action["views"][0])
        self.assertIn('editable="bottom"', view["arch"])
        self.assertNotIn("create=", view["arch"])


@tagged("post_install", "-at_install")
class TestShopsOnThePortal(ShopCommon, HttpCase):
    def setUp(self):
        super().setUp()
        portal = new_test_user(
            self.env, "dealer_portal", groups="base.group_portal", password="dealer_portal"
        )
        portal.partner_id.parent_id = self.dealer
        self.authenticate("dealer_portal", "dealer_portal")
        self.url = f"/my/consignment/{self.agreement.id}"

    def hand_in(self, north="", south=""):
        page = self.url_open(self.url).text
        token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        data = {"csrf_token": token, "submit": "1"}
        for shop, entered in ((self.north, north), (self.south, south)):
            data[f"quantity_{self.valve.id}_0_{shop.id}"] = entered
        response = self.url_open(f"{self.url}/report", data=data)
        self.env.invalidate_all()
        return response.text

    def get_alert(self, page):
        """Return what the page complains of, in whatever language the site speaks."""
        return page.split("alert-danger", 1)[1].split("</div>", 1)[0]

    def test_each_shop_reports_its_own(self):
        self.hand_in(north="1", south="2")
        report = self.agreement.report_ids
        self.assertEqual(report.line_ids.location_id, self.north | self.south)
        report.with_user(self.seller).action_confirm()
        self.assert_there(4, 0)

    def test_above_the_shop_is_refused(self):
        page = self.hand_in(south="3")
        self.assertRegex(self.get_alert(page), "South.*0.*2")
        self.assertFalse(self.agreement.report_ids)

    def test_above_the_shop_is_accepted_where_differences_are(self):
        self.agreement.over_settlement = "difference"
        self.hand_in(south="3")
        report = self.agreement.report_ids
        self.assertEqual(report.state, "submitted")
        report.with_user(self.seller).action_confirm()
        self.assertEqual(report.line_ids.difference, 1)
        self.assert_there(5, 0)
        page = self.url_open(f"{self.url}/report/{report.id}").text
        self.assertIn("alert-warning", page)

    def test_nonsense_is_refused_also_where_differences_are_accepted(self):
        self.agreement.over_settlement = "difference"
        for entered in ("-1", "inf", "nan", "many"):
            with self.subTest(entered=entered):
                self.assertIn("South", self.get_alert(self.hand_in(south=entered)))
        self.assertFalse(self.agreement.report_ids)
