import xmlrpc.client

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.trust import ENGINE_KEY
from .common import DeadlineCommon

QUIET = ("odoo.addons.rpc.controllers.xmlrpc", "odoo.http", "odoo.addons.base.models.ir_rule")
FORGED_CONTEXT = {
    ENGINE_KEY: True,
    "skip_validation_check": True,
    "skip_check_state_condition": True,
    "tier_validation_defer_compute_can_review": True,
    "default_validation_status": "validated",
    "su": True,
    "uid": 1,
}


@tagged("post_install", "-at_install")
class TestRpc(HttpCase, DeadlineCommon):
    """Forging attempts over real sockets: XML-RPC and JSON-2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.definition = cls._create_definition()
        cls.document = cls._create_requested()
        cls.review = cls.document.review_ids
        cls.people = cls.requester | cls.stranger | cls.reviewer | cls.admin

    def _xmlrpc(self, user, model, method, args=(), **kwargs):
        """Call over XML-RPC; the password of a test user is its login."""
        login = user.login
        return self.xmlrpc_object.execute_kw(
            self.env.cr.dbname, user.id, login, model, method, list(args), kwargs
        )

    def _json2(self, user, model, method, **payload):
        """Call over JSON-2 and return the response."""
        key = self._get_key(user)
        return self.url_open(
            f"/json/2/{model}/{method}",
            json=payload,
            headers={"Authorization": f"bearer {key}"},
        )

    def _get_key(self, user):
        keys = self.__dict__.setdefault("_keys", {})
        if user not in keys:
            apikeys = self.env["res.users.apikeys"].with_user(user).sudo()
            keys[user] = apikeys._generate("rpc", "test", None)
        return keys[user]

    def _attempts(self):
        """Every call that would approve the document if it went through."""
        review, document, line = self.review.id, self.document.id, self.document.line_ids.id
        approved = {"status": "approved"}
        name = self.document._name
        return [
            ("tier.review", "write", [review], {"vals": approved}),
            ("tier.review", "unlink", [review], {}),
            ("tier.review", "create", None, {"vals_list": [{"res_id": document, **approved}]}),
            ("tier.review", "web_save", [review], {"vals": approved, "specification": {}}),
            ("tier.review", "update", [review], {"values": approved}),
            ("tier.review", "copy", [review], {"default": approved}),
            (name, "write", [document], {"vals": {"validation_status": "validated"}}),
            (name, "write", [document], {"vals": {"review_ids": [[1, review, approved]]}}),
            (name, "write", [document], {"vals": {"review_ids": [[5, 0, 0]]}}),
            (name, "write", [document], {"vals": {"need_validation": True, "state": "confirmed"}}),
            (name, "write", [document], {"vals": {"state": "confirmed"}}),
            (name, "write", [document], {"vals": {"amount": 1}}),
            (
                name,
                "web_save",
                [document],
                {"vals": {"validation_status": "validated"}, "specification": {}},
            ),
            (name, "create", None, {"vals_list": [{"amount": 500, "state": "confirmed"}]}),
            (name, "create", None, {"vals_list": [{"validation_status": "validated"}]}),
            (name, "copy", [document], {"default": {"validation_status": "validated"}}),
            (name, "action_confirm", [document], {}),
            ("tier.deadline.line", "write", [line], {"vals": {"amount": 1}}),
            ("tier.deadline.line", "unlink", [line], {}),
            ("tier.deadline.line", "create", None, {"vals_list": [{"document_id": document}]}),
            (
                "tier.deadline.line",
                "write",
                [line],
                {"vals": {"document_id": document, "amount": 7}},
            ),
        ]

    def _private_calls(self):
        document, review = self.document.id, self.review.id
        return [
            (self.document._name, "_validate_tier", [document]),
            (self.document._name, "_rejected_tier", [document]),
            ("tier.review", "_update_review_status", [review]),
            ("tier.review", "_start_clock", [review]),
            ("tier.review", "_escalate", [review]),
        ]

    def _assert_untouched(self):
        self.env.invalidate_all()
        self.assertEqual(self.review.status, "pending")
        self.assertFalse(self.review.comment)
        self.assertEqual(self.review.reviewer_ids, self.reviewer)
        self.assertEqual(self.document.validation_status, "pending")
        self.assertEqual(self.document.state, "draft")
        self.assertEqual(self.document.amount, 500)
        self.assertEqual(self.document.line_ids.mapped("amount"), [500])
        self.assertFalse(
            self.env["tier.deadline.document"].search(
                ["|", ("state", "=", "confirmed"), ("validation_status", "=", "validated")]
            )
        )

    @mute_logger(*QUIET)
    def test_forging_over_xmlrpc(self):
        for user in self.people:
            for model, method, ids, values in self._attempts():
                for context in ({}, FORGED_CONTEXT):
                    args = [ids] if ids else []
                    with self.subTest(user=user.login, model=model, method=method):
                        with self.assertRaises(xmlrpc.client.Fault):
                            self._xmlrpc(user, model, method, args, **values, context=context)
            self._assert_untouched()

    @mute_logger(*QUIET)
    def test_forging_over_json2(self):
        for user in self.people:
            for model, method, ids, values in self._attempts():
                payload = {**values, "context": FORGED_CONTEXT}
                if ids:
                    payload["ids"] = ids
                with self.subTest(user=user.login, model=model, method=method):
                    response = self._json2(user, model, method, **payload)
                    self.assertIn(response.status_code, (403, 422))
            self._assert_untouched()

    @mute_logger(*QUIET)
    def test_private_methods_are_out_of_reach(self):
        for model, method, ids in self._private_calls():
            with self.assertRaises(xmlrpc.client.Fault):
                self._xmlrpc(self.reviewer, model, method, [ids])
            response = self._json2(self.reviewer, model, method, ids=ids)
            self.assertEqual(response.status_code, 403)
        self._assert_untouched()

    @mute_logger(*QUIET)
    def test_others_do_not_sign_over_xmlrpc(self):
        calls = [
            ("tier.review", "sign", self.review.id, ["approve", "x"]),
            ("tier.review", "sign", self.review.id, ["reject", "x"]),
            (self.document._name, "validate_tier", self.document.id, []),
            (self.document._name, "reject_tier", self.document.id, []),
        ]
        for user in self.people - self.reviewer:
            for model, method, record, args in calls:
                with self.assertRaises(xmlrpc.client.Fault):
                    self._xmlrpc(user, model, method, [[record], *args])
        self._assert_untouched()

    @mute_logger(*QUIET)
    def test_comment_dialog_over_xmlrpc(self):
        values = {
            "res_model": self.document._name,
            "res_id": self.document.id,
            "review_ids": [[4, self.review.id]],
            "comment": "forged",
            "validate_reject": "validate",
        }
        for user in self.people - self.reviewer:
            wizard = self._xmlrpc(user, "comment.wizard", "create", [values])
            with self.assertRaises(xmlrpc.client.Fault):
                self._xmlrpc(user, "comment.wizard", "add_comment", [[wizard]])
        self._assert_untouched()

    @mute_logger(*QUIET)
    def test_load_over_xmlrpc(self):
        name = self.document._name
        for user in self.people:
            for fields, row in (
                (["amount", "validation_status"], ["500", "validated"]),
                (["amount", "state"], ["500", "confirmed"]),
                ([".id", "validation_status"], [str(self.document.id), "validated"]),
                ([".id", "review_ids/.id", "review_ids/status"], None),
            ):
                row = row or [str(self.document.id), str(self.review.id), "approved"]
                result = self._xmlrpc(user, name, "load", [fields, [row]])
                self.assertFalse(result["ids"], f"{user.login} loaded {fields}")
            row = [str(self.review.id), "approved"]
            result = self._xmlrpc(user, "tier.review", "load", [[".id", "status"], [row]])
            self.assertFalse(result["ids"])
        self._assert_untouched()

    @mute_logger(*QUIET)
    def test_reviewers_over_xmlrpc(self):
        vals = {"review_ids": [[4, self.review.id]]}
        for user in self.people - self.reviewer:
            with self.assertRaises(xmlrpc.client.Fault):
                self._xmlrpc(user, "res.users", "write", [[user.id], vals])
        self._assert_untouched()

    @mute_logger(*QUIET)
    def test_server_action_without_code_is_no_way_round(self):
        """An administrator's *update record* action runs in a request like any other call."""
        action = self._xmlrpc(
            self.admin,
            "ir.actions.server",
            "create",
            [
                {
                    "name": "forge",
                    "model_id": self.env["ir.model"]._get_id("tier.review"),
                    "state": "object_write",
                    "update_path": "comment",
                    "value": "forged",
                }
            ],
        )
        context = {"active_model": "tier.review", "active_id": self.review.id}
        with self.assertRaises(xmlrpc.client.Fault):
            self._xmlrpc(self.admin, "ir.actions.server", "run", [[action]], context=context)
        self._assert_untouched()

    @mute_logger(*QUIET)
    def test_sign_over_xmlrpc(self):
        ids = self._xmlrpc(
            self.reviewer,
            "tier.review",
            "search",
            [[["reviewer_ids", "=", self.reviewer.id], ["status", "=", "pending"]]],
        )
        self.assertEqual(ids, self.review.ids)
        self.assertEqual(
            self._xmlrpc(self.reviewer, "tier.review", "sign", [ids, "approve", "Fine"]), ids
        )
        self.env.invalidate_all()
        self.assertEqual(self.document.validation_status, "validated")
        self.assertEqual(self.review.done_by, self.reviewer)
        self.assertTrue(
            self._xmlrpc(self.requester, self.document._name, "action_confirm", [self.document.ids])
        )

    @mute_logger(*QUIET)
    def test_sign_over_json2(self):
        response = self._json2(
            self.reviewer,
            "tier.review",
            "sign",
            ids=self.review.ids,
            decision="reject",
            opinion="Too cheap",
        )
        self.assertEqual(response.json(), self.review.ids)
        self.env.invalidate_all()
        self.assertEqual(self.document.validation_status, "rejected")

    @mute_logger(*QUIET)
    def test_engine_answers_are_never_none(self):
        name, document = self.document._name, [self.document.ids]
        self.assertIs(self._xmlrpc(self.reviewer, name, "validate_tier", document), True)
        self.assertIs(self._xmlrpc(self.requester, name, "restart_validation", document), True)
        self.assertTrue(self._xmlrpc(self.requester, name, "request_validation", document))

    @mute_logger(*QUIET)
    def test_extension_over_json2(self):
        deadline = "2099-01-01 09:00:00"
        response = self._json2(
            self.reviewer,
            "tier.review",
            "request_extension",
            ids=self.review.ids,
            deadline=deadline,
            reason="Sample",
        )
        self.assertIs(response.json(), True)
        response = self._json2(
            self.requester, "tier.review", "action_grant_extension", ids=self.review.ids
        )
        self.assertIs(response.json(), True)
        self.env.invalidate_all()
        self.assertEqual(str(self.review.date_deadline), deadline)


@tagged("post_install", "-at_install")
class TestToSignTour(HttpCase, DeadlineCommon):
    def test_sign_from_the_list(self):
        self._create_definition()
        first = self._create_requested(name="Offer to approve")
        second = self._create_requested(name="Offer to reject")
        self.start_tour(
            "/odoo/to-sign", "tier_validation_deadline_to_sign", login=self.reviewer.login
        )
        self.assertEqual(first.validation_status, "validated")
        self.assertEqual(first.review_ids.comment, "Good margin")
        self.assertEqual(second.validation_status, "rejected")
        self.assertEqual(second.review_ids.comment, "Below the floor price")
