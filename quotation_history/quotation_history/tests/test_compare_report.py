from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from .common import OfferCommon


@tagged("post_install", "-at_install")
class TestCompareReport(OfferCommon):
    """The printed comparison says what the screen says, and no word of cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump.standard_price = 61.37
        cls.term = cls.env["account.payment.term"].create({"name": "Cash in advance"})

    def _two_offers(self):
        self.order.order_line = [
            Command.create({"display_type": "line_section", "name": "Station", "sequence": 1})
        ]
        first = self._offer(label="Credit")
        self._line().price_unit = 95
        self._line(self.valve).unlink()
        self.order.payment_term_id = self.term
        second = self._offer(label="Cash price")
        self.order._send_offers("manual")
        return first | second

    def _print(self, user=None, offers=None):
        report = self.env["ir.actions.report"].with_user(user or self.seller)
        content, _type = report.with_context(
            offer_ids=offers.ids if offers else []
        )._render_qweb_html("quotation_history.action_report_offer_comparison", self.order.ids)
        return html.fromstring(content)

    def _rows(self, page):
        table = page.xpath("//table[contains(@class, 'o_offer_comparison')]")[0]
        rows = [
            [" ".join(cell.text_content().split()) for cell in row.xpath("./td|./th")]
            for row in table.xpath(".//tr")
        ]
        return {row[0]: row[1:] for row in rows}

    def test_lines_percents_and_terms(self):
        self._two_offers()
        rows = self._rows(self._print())
        self.assertEqual(rows["Description"], ["R1-A Credit", "R1-B Cash price"])
        self.assertEqual(rows["Station"], ["", ""])
        self.assertIn("2.00 Units ×", rows["Pump"][0])
        self.assertIn("100.00", rows["Pump"][0])
        self.assertNotIn("*", rows["Pump"][0])
        self.assertIn("95.00", rows["Pump"][1])
        self.assertRegex(rows["Pump"][1], r"190\.00\W*\*$")
        self.assertEqual(rows["Valve"][1], "–")
        self.assertIn("400.00", rows["Untaxed amount"][0])
        self.assertIn("190.00", rows["Total"][1])
        self.assertEqual(rows["Against the first offer"], ["", "-52.50 %"])
        self.assertEqual(rows["Payment terms"], ["", "Cash in advance"])

    def test_no_cost_for_whoever_prints(self):
        self._two_offers()
        for user in (self.seller, self.manager):
            text = self._print(user).text_content()
            for word in ("61.37", "argin", "Cost"):
                self.assertNotIn(word, text)

    def test_only_the_offers_that_were_picked(self):
        offers = self._two_offers()
        self._line().price_unit = 80
        third = self._send()
        rows = self._rows(self._print(offers=offers[0] | third))
        self.assertEqual(rows["Description"], ["R1-A Credit", "R2-A"])

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["quotation_history"], ["zh_CN"])
        self.customer.lang = "zh_CN"
        self._two_offers()
        page = self._print()
        self.assertIn("报价对比单", page.text_content())
        self.assertIn("与首个报价相比", self._rows(page))
