from odoo.tests import HttpCase, new_test_user, tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestPortal(ConsignmentSaleCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, "dealer_portal", groups="base.group_portal", password="dealer_portal"
        )
        cls.portal.partner_id.parent_id = cls.dealer

    def setUp(self):
        super().setUp()
        self.fill()
        self.url = f"/my/consignment/{self.agreement.id}"

    def login(self):
        self.authenticate("dealer_portal", "dealer_portal")

    def test_dealer_sees_balance_and_age(self):
        self.login()
        self.assertIn(self.agreement.name, self.url_open("/my/consignment").text)
        page = self.url_open(self.url).text
        self.assertIn(self.valve.name, page)
        self.assertIn(">20<", page.replace(" ", "").replace("\n", ""))

    def test_costs_stay_inside(self):
        self.login()
        page = self.url_open(self.url).text
        self.assertNotIn("97.5", page)

    def test_nothing_of_another_dealer(self):
        other = self.make_agreement(partner_id=self.consignor.id)
        incoming = self.make_agreement("consign_in", partner_id=self.dealer.id)
        self.login()
        for agreement in (other, incoming):
            for path in ("", "/statement"):
                response = self.url_open(f"/my/consignment/{agreement.id}{path}")
                self.assertNotIn(agreement.name, response.text)
                self.assertTrue(response.url.endswith("/my") or "/my/home" in response.url)

    def test_public_must_log_in(self):
        self.assertIn("/web/login", self.url_open(self.url).url)

    def test_dealer_reports(self):
        self.login()
        self.authenticate("dealer_portal", "dealer_portal")
        key = f"quantity_{self.valve.id}_0"
        token = self.get_token()
        response = self.url_open(
            f"{self.url}/report", data={"csrf_token": token, key: "6", "submit": "1"}
        )
        self.assertEqual(response.status_code, 200)
        report = self.agreement.report_ids
        self.assertEqual((report.state, report.source), ("submitted", "portal"))
        self.assertEqual(report.line_ids.quantity, 6)
        self.assertEqual(self.balance(self.agreement, self.valve), 15, "we confirm it first")
        report.with_user(self.seller).action_confirm()
        self.assertEqual(self.balance(self.agreement, self.valve), 9)

    def get_token(self):
        text = self.url_open(self.url).text
        return text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]

    def test_draft_and_hand_in(self):
        self.login()
        token, key = self.get_token(), f"quantity_{self.valve.id}_0"
        self.url_open(f"{self.url}/report", data={"csrf_token": token, key: "2"})
        report = self.agreement.report_ids
        self.assertEqual(report.state, "draft")
        self.url_open(f"{self.url}/report/{report.id}/submit", data={"csrf_token": token})
        self.env.invalidate_all()
        self.assertEqual(report.state, "submitted")

    def test_wrong_quantities_do_nothing(self):
        self.login()
        token, key = self.get_token(), f"quantity_{self.valve.id}_0"
        for wrong in ("16", "-1", "six", "", "1e400", "nan"):
            response = self.url_open(
                f"{self.url}/report", data={"csrf_token": token, key: wrong, "submit": "1"}
            )
            self.assertIn("alert-danger", response.text, wrong)
        self.assertFalse(self.agreement.report_ids)

    def test_messages_are_for_people(self):
        self.login()
        token, key = self.get_token(), f"quantity_{self.valve.id}_0"
        page = self.url_open(f"{self.url}/report", data={"csrf_token": token, key: "six"}).text
        self.assertNotIn("convert string", page)
        self.assertIn(self.valve.name, page)
        self.assertIn('value="six"', page, "what was typed is still there")

    def test_days_and_unknown_articles(self):
        self.login()
        token, key = self.get_token(), f"quantity_{self.valve.id}_0"
        for date in (self.day(500), self.day(-2), "rubbish"):
            for submit in ({}, {"submit": "1"}):
                data = {"csrf_token": token, key: "1", "date": date, **submit}
                self.assertIn(
                    "alert-danger", self.url_open(f"{self.url}/report", data=data).text, date
                )
        other = self.make_product("average")
        data = {"csrf_token": token, f"quantity_{other.id}_0": "1", "submit": "1"}
        self.assertIn("alert-danger", self.url_open(f"{self.url}/report", data=data).text)
        self.assertFalse(self.agreement.report_ids)

    def test_an_address_puts_no_words_on_the_page(self):
        self.login()
        page = self.url_open(f"{self.url}?error=Send+your+password&success=Paid").text
        self.assertNotIn("Send your password", page)

    def test_a_draft_is_changed(self):
        self.login()
        token, key = self.get_token(), f"quantity_{self.valve.id}_0"
        self.url_open(f"{self.url}/report", data={"csrf_token": token, key: "2", "note": "First"})
        report = self.agreement.report_ids
        page = self.url_open(f"{self.url}/report/{report.id}").text
        self.assertIn('value="2"', page)
        self.assertIn('value="First"', page)
        data = {"csrf_token": token, key: "5", "report_id": str(report.id), "submit": "1"}
        self.url_open(f"{self.url}/report", data=data)
        self.env.invalidate_all()
        self.assertEqual(self.agreement.report_ids, report)
        self.assertEqual((report.line_ids.quantity, report.state), (5, "submitted"))
        self.assertIn("alert-danger", self.url_open(f"{self.url}/report", data=data).text)
        self.env.invalidate_all()
        self.assertEqual(report.line_ids.quantity, 5)

    def test_settled_report_and_its_sheet(self):
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        report = order.consignment_report_ids
        self.login()
        page = self.url_open(f"{self.url}/report/{report.id}").text
        self.assertIn(report.name, page)
        self.assertIn("300.00", page)
        response = self.url_open(f"{self.url}/report/{report.id}/pdf")
        self.assertIn("pdf", response.headers["Content-Type"])

    def test_reports_of_another_dealer(self):
        """Neither through the other's agreement nor through the own one."""
        other = self.make_agreement(partner_id=self.consignor.id)
        self.receive(self.valve, 5, 6.5)
        other.fill_up([self.line(self.valve, 5)])
        report = other._create_report(
            other._parse_lines([self.line(self.valve, 1)]), None, "portal"
        )
        self.login()
        token, key = self.get_token(), f"quantity_{self.valve.id}_0"
        for agreement in (other, self.agreement):
            url = f"/my/consignment/{agreement.id}/report/{report.id}"
            for path in ("", "/pdf"):
                response = self.url_open(url + path)
                self.assertNotIn(report.name, response.text)
                self.assertNotIn("pdf", response.headers["Content-Type"])
            for action in ("submit", "cancel"):
                self.url_open(f"{url}/{action}", data={"csrf_token": token})
        for report_id in (str(report.id), "0", "-1", "one", "²"):
            data = {"csrf_token": token, key: "1", "report_id": report_id}
            response = self.url_open(f"{self.url}/report", data=data)
            self.assertIn("alert-danger", response.text, report_id)
        self.env.invalidate_all()
        self.assertEqual((report.state, report.line_ids.quantity), ("draft", 1))
        self.assertFalse(self.agreement.report_ids)

    def test_our_own_drafts_stay_ours(self):
        report = self.env["consignment.report"].create({"agreement_id": self.agreement.id})
        self.login()
        self.assertNotIn(report.name, self.url_open(self.url).text)
        self.assertNotIn(report.name, self.url_open(f"{self.url}/report/{report.id}").text)

    def test_a_closed_agreement_takes_no_report(self):
        self.agreement.settle_by_count([self.line(self.valve, 0)])
        self.invoice(self.agreement.order_ids)
        self.agreement.action_close()
        self.login()
        page = self.url_open(self.url).text
        self.assertNotIn('name="submit"', page)

    def test_report_of_another_dealer_is_refused(self):
        other = self.make_agreement(partner_id=self.consignor.id)
        self.login()
        token = self.get_token()
        self.url_open(
            f"/my/consignment/{other.id}/report",
            data={"csrf_token": token, f"quantity_{self.valve.id}_0": "1"},
        )
        self.assertFalse(other.report_ids)

    def test_statement(self):
        self.login()
        response = self.url_open(f"{self.url}/statement?date_from={self.day(30)}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("pdf", response.headers["Content-Type"])
        response = self.url_open(f"{self.url}/statement?date_from=rubbish")
        self.assertIn("alert-danger", response.text)
