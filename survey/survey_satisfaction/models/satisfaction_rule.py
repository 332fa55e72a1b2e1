from odoo import api, fields, models


class SatisfactionRule(models.Model):
    """When a response makes a case, and whose. The first rule that matches wins."""

    _name = "satisfaction.rule"
    _description = "Case Rule"
    _order = "campaign_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    campaign_id = fields.Many2one(
        "satisfaction.campaign", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True)
    condition = fields.Selection(
        [
            ("alarm", "Detractor, or the worst answer anywhere"),
            ("index", "Index at most"),
            ("item", "An item at most"),
            ("dimension", "A dimension at most"),
            ("nps", "Recommendation is"),
            ("text", "A comment contains"),
            ("silence", "A key customer did not answer"),
        ],
        required=True,
        default="index",
    )
    threshold = fields.Float(default=50.0)
    item_code = fields.Char("Item")
    dimension_id = fields.Many2one("satisfaction.dimension")
    nps_band = fields.Selection(
        [
            ("dissatisfied", "Detractor (0-6)"),
            ("neutral", "Passive (7-8)"),
            ("satisfied", "Promoter (9-10)"),
        ],
        "Group",
        default="dissatisfied",
    )
    keyword = fields.Char("Text")
    owner_policy = fields.Selection(
        [
            ("dimension", "Owner of the dimension"),
            ("salesperson", "Salesperson"),
            ("fixed", "This person"),
        ],
        required=True,
        default="dimension",
    )
    user_id = fields.Many2one("res.users", "Case Owner", domain=[("share", "=", False)])
    priority = fields.Selection([("0", "Normal"), ("1", "High"), ("2", "Urgent")], default="1")
    deadline_days = fields.Integer(default=7)
    plan_id = fields.Many2one(
        "mail.activity.plan",
        "Activity Plan",
        domain=[("res_model", "=", "satisfaction.case")],
        help="Started on the new case.",
    )

    # --- Which rule --------------------------------------------------------------------

    @api.model
    def _apply_to_response(self, answer, items):
        """Make the case of a response, once."""
        rules = self.search_fetch(
            [("campaign_id", "=", answer.wave_id.campaign_id.id)], ["condition", "threshold"]
        )
        if not rules or not answer._has_consent():
            return
        Case = self.env["satisfaction.case"].with_context(active_test=False)
        for rule in rules:
            if hit := rule._match(answer, items):
                if Case.search_count([("user_input_ids", "in", answer.ids)], limit=1):
                    return
                case = Case.create(rule._prepare_case_values(answer, hit, items))
                case._start_plan(rule.plan_id)
                return

    def _match(self, answer, items):
        """Return ``{"item": …}`` when the rule holds for the response, else an empty dict."""
        self.ensure_one()
        return getattr(self, f"_match_{self.condition}")(answer, items)

    def _match_alarm(self, answer, items):
        for item in items:
            if item.get("worst") or item.get("points") == -100.0:
                return {"item": item}
        return {}

    def _match_index(self, answer, items):
        index = answer.satisfaction_index
        if index is False or index > self.threshold:
            return {}
        scored = [item for item in items if item.get("score") is not None]
        return {"item": min(scored, key=lambda item: item["score"], default=None)}

    def _match_item(self, answer, items):
        for item in items:
            score = item.get("score")
            if item["code"] == self.item_code and score is not None and score <= self.threshold:
                return {"item": item}
        return {}

    def _match_dimension(self, answer, items):
        about = [
            item
            for item in items
            if item.get("score") is not None and item["question"].dimension_id == self.dimension_id
        ]
        if about and sum(item["score"] for item in about) / len(about) <= self.threshold:
            return {"item": min(about, key=lambda item: item["score"])}
        return {}

    def _match_nps(self, answer, items):
        for item in items:
            if item["measure"] == "nps" and item.get("band") == self.nps_band:
                return {"item": item}
        return {}

    def _match_text(self, answer, items):
        words = [w.strip().lower() for w in (self.keyword or "").split(",") if w.strip()]
        for item in items:
            if any(word in (item.get("text") or "").lower() for word in words):
                return {"item": item}
        return {}

    def _match_silence(self, answer, items):
        return {}

    # --- What it makes -----------------------------------------------------------------

    def _prepare_case_values(self, answer, hit, items):
        item = hit.get("item") or {}
        dimension = item["question"].dimension_id if item else self.env["satisfaction.dimension"]
        common = self._prepare_common_values(dimension, answer.invitation_id.user_id)
        return {
            **common,
            "subject": self._in_language_of(common["user_id"])._get_subject(item),
            "source": "response",
            "wave_id": answer.wave_id.id,
            "partner_id": answer.partner_id.id,
            "user_input_ids": [(6, 0, answer.ids)],
            "dimension_id": dimension.id,
            "item_code": item.get("code") or False,
            "description": self._describe(item, items),
        }

    def _in_language_of(self, user_id):
        """Return the rule in the owner's language: the customer's own is another."""
        owner = self.env["res.users"].browse(user_id)
        return self.with_context(lang=owner.lang) if owner else self

    def _get_subject(self, item):
        """What the owner reads in the list: the answer, not the question alone."""
        if not item:
            return self.name
        if item.get("points") == -100.0:
            return self.env._("Detractor: %s of 10", item["answer"])
        label, answer = item["label"], item.get("answer") or item.get("text") or ""
        return f"{label}: {answer}"[:120] if answer else label

    def _describe(self, item, items):
        lines = [f"{item['label']}: {item.get('answer') or item.get('text') or ''}"] if item else []
        lines += [other["text"] for other in items if other.get("text")]
        return "\n".join(dict.fromkeys(lines))

    def _prepare_common_values(self, dimension, salesperson):
        owner = self._get_owner(dimension, salesperson)
        return {
            "company_id": self.campaign_id.company_id.id,
            "campaign_id": self.campaign_id.id,
            "rule_id": self.id,
            "user_id": owner.id,
            "priority": self.priority,
            "date_deadline": fields.Date.add(
                fields.Date.context_today(self), days=self.deadline_days
            ),
        }

    def _get_owner(self, dimension, salesperson):
        owners = {
            "dimension": dimension.user_id,
            "salesperson": salesperson,
            "fixed": self.user_id,
        }
        return owners[self.owner_policy] or self.campaign_id.user_id

    @api.model
    def _apply_to_silence(self, wave):
        """When a wave closes: key customers who did not answer are a signal."""
        rules = wave.campaign_id.rule_ids.filtered(lambda rule: rule.condition == "silence")
        if not rules or wave.confidentiality == "anonymous":
            return
        silent = self.env["satisfaction.invitation"].search(
            [("wave_id", "=", wave.id), ("state", "in", ("expired", "declined"))]
        )
        for invitation in silent.filtered(lambda i: wave.campaign_id._is_key_account(i.partner_id)):
            rules[0]._make_silence_case(invitation)

    def _make_silence_case(self, invitation):
        dimension = self.env["satisfaction.dimension"]
        common = self._prepare_common_values(dimension, invitation.user_id)
        owner_rule = self._in_language_of(common["user_id"])
        case = self.env["satisfaction.case"].create(
            {
                **common,
                "subject": owner_rule.env._("Key customer did not answer"),
                "source": "wave",
                "wave_id": invitation.wave_id.id,
                "partner_id": invitation.partner_id.id,
            }
        )
        case._start_plan(self.plan_id)
