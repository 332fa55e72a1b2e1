from odoo import fields, models
from odoo.orm.model_classes import add_to_registry  # noqa: TID251 (models for tests only)
from odoo.tests import TransactionCase, new_test_user

NAMES = ["tier.deadline.document", "tier.deadline.line"]


class Document(models.Model):
    _name = "tier.deadline.document"
    _description = "Document under Test"
    _inherit = ["tier.validation", "mail.thread"]
    _tier_validation_manual_config = False

    name = fields.Char()
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("cancel", "Cancelled")],
        default="draft",
    )
    amount = fields.Float()
    company_id = fields.Many2one("res.company")
    user_id = fields.Many2one("res.users")
    line_ids = fields.One2many("tier.deadline.line", "document_id")

    def action_confirm(self):
        return self.write({"state": "confirmed"})


class Line(models.Model):
    _name = "tier.deadline.line"
    _description = "Line under Test"

    document_id = fields.Many2one(
        "tier.deadline.document", required=True, ondelete="cascade", index=True
    )
    amount = fields.Float()


class DeadlineCommon(TransactionCase):
    """A document model with lines, the working calendar of the specification (8 to 17 in
    Shanghai, a lunch hour) and three people: the requester, the reviewer and a stranger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_models()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.calendar = cls._create_calendar("Hengchuan", "Asia/Shanghai")
        cls.company = cls.env.company
        cls.company.resource_calendar_id = cls.calendar
        cls.requester = cls._create_user("requester")
        cls.reviewer = cls._create_user("reviewer")
        cls.boss = cls._create_user("boss")
        cls.stranger = cls._create_user("stranger")
        cls.admin = cls._create_user("chief", "base.group_system,base.group_erp_manager")
        cls.reviewer.review_superior_id = cls.boss
        cls.model = cls.env["ir.model"]._get("tier.deadline.document")

    @classmethod
    def _add_models(cls):
        for definition in (Document, Line):
            add_to_registry(cls.registry, definition)
        cls.registry._setup_models__(cls.env.cr, NAMES)
        cls.registry.init_models(cls.env.cr, NAMES, {"models_to_check": True})
        for name in NAMES:
            cls.addClassCleanup(cls.registry.__delitem__, name)
            cls.env["ir.model.access"].create(
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref("base.group_user").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
            )
        cls.env["ir.ui.view"].create(
            {
                "name": "document under test",
                "model": NAMES[0],
                "arch": """<form><header>
                    <button name="action_confirm" type="object" string="Confirm" />
                    <field name="state" widget="statusbar" /></header><sheet><group>
                    <field name="name" /><field name="amount" />
                    <field name="line_ids"><list editable="bottom"><field name="amount" />
                    </list></field></group></sheet></form>""",
            }
        )

    @classmethod
    def _create_calendar(cls, name, tz, hours=((8, 12), (13, 17)), **values):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "company_id": False,
                "attendance_ids": [
                    fields.Command.create(
                        {
                            "name": f"{day}-{start}",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": "morning" if start < 12 else "afternoon",
                        }
                    )
                    for day in range(5)
                    for start, end in hours
                ],
                **values,
            }
        )

    @classmethod
    def _create_user(cls, login, groups="base.group_user", **values):
        return new_test_user(
            cls.env, f"deadline_{login}", groups, name=login.title(), tz="Asia/Shanghai", **values
        )

    @classmethod
    def _create_definition(cls, **values):
        return cls.env["tier.definition"].create(
            {
                "name": "Sales head",
                "model_id": cls.model.id,
                "review_type": "individual",
                "reviewer_id": cls.reviewer.id,
                "definition_domain": "[('amount', '>', 100)]",
                "time_limit": 2,
                "time_limit_unit": "days",
                **values,
            }
        )

    @classmethod
    def _create_document(cls, amount=500, **values):
        documents = cls.env["tier.deadline.document"].with_user(cls.requester)
        return documents.create(
            {
                "name": "Offer",
                "amount": amount,
                "line_ids": [fields.Command.create({"amount": amount})],
                **values,
            }
        )

    @classmethod
    def _create_requested(cls, **values):
        document = cls._create_document(**values)
        document.request_validation()
        return document
