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
