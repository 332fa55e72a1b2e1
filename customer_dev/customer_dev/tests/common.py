from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

from ..tools import gate


class DevelopmentCommon(BaseCommon):
    """A process of three stages and Won of its own, and the people who work in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._user("dev_rep", "sales_team.group_sale_salesman")
        cls.other_rep = cls._user("dev_other", "sales_team.group_sale_salesman")
        cls.head = cls._user("dev_head", "customer_dev.group_development_head")
        cls.director = cls._user("dev_director", "customer_dev.group_development_director")
        cls.boss = cls._user("dev_boss", "customer_dev.group_general_manager")
        cls.manager = cls._user("dev_manager", "sales_team.group_sale_manager")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Gated",
                "user_id": cls.head.id,
                "own_stages": True,
                "stop_approval": True,
                "member_ids": [(6, 0, (cls.rep | cls.other_rep).ids)],
                "company_id": False,
            }
        )
        cls.plain_team = cls.env["crm.team"].create({"name": "Plain", "company_id": False})
        cls.stages = cls.env["crm.stage"].create(
            [
                {
                    "name": name,
                    "sequence": 500 + index,
                    "team_ids": [(6, 0, cls.team.ids)],
                    "is_won": name == "Won!",
                }
                for index, name in enumerate(("One", "Two", "Three", "Won!"))
            ]
        )
        cls.one, cls.two, cls.three, cls.won = cls.stages
        cls.criterion = cls._criterion(
            cls.one, kind="field", field_id=cls._field("need_reason").id, name="Reason known"
        )

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env, login, groups=groups, name=login, email=f"{login}@x.example", lang="en_US"
        )

    @classmethod
    def _field(cls, name):
        return cls.env["ir.model.fields"]._get("crm.lead", name)

    @classmethod
    def _criterion(cls, stage, **values):
        return cls.env["crm.stage.criterion"].create({"stage_id": stage.id, **values})

    @classmethod
    def _lead(cls, stage=None, **values):
        """A prospect put where the test needs it, without earning the stage."""
        values = {
            "name": "Prospect",
            "type": "opportunity",
            "user_id": cls.rep.id,
            "team_id": cls.team.id,
            "stage_id": (stage or cls.one).id,
            **values,
        }
        leads = cls.env["crm.lead"].with_context(gate_pass=gate.GatePass)
        return leads.create(values).with_context(gate_pass=None)
