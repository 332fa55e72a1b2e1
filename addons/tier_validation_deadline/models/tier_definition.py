from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import sql


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    time_limit = fields.Float(
        help="How long a reviewer has, counted from the moment the review waits for them. "
        "0 means no deadline.",
    )
    time_limit_unit = fields.Selection(
        selection=[("days", "Working days"), ("hours", "Working hours")],
        default="days",
        required=True,
        help="Working days: the day of receipt counts as the first one and the review is due "
        "at closing time of the last one.\n"
        "Working hours: the review is due when that much working time has passed.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Calendar",
        ondelete="restrict",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Empty: the working calendar of the document's company.",
    )
    cutoff_hours = fields.Float(
        string="Cut-off before Closing",
        default=1.0,
        help="A receipt within this many hours before closing time counts as received on the "
        "next working day. Applies to working days. The default is ours.",
    )
    late_action = fields.Selection(
        selection=[
            ("remind", "Remind the reviewers"),
            ("user", "Escalate to a user"),
            ("group", "Escalate to a group"),
            ("superior", "Escalate to the reviewer's superior"),
        ],
        string="When Late",
        default="remind",
        required=True,
        help="What happens when the deadline passes. Whoever a review is escalated to may sign "
        "it as well as its reviewers.",
    )
    escalation_user_id = fields.Many2one(
        comodel_name="res.users", domain="[('share', '=', False)]", index="btree_not_null"
    )
    escalation_group_id = fields.Many2one(comodel_name="res.groups", index="btree_not_null")
    extension_window = fields.Float(
        default=2.0,
        help="A reviewer may ask for more time within this many working hours after receipt. "
        "0 means never. The default is ours.",
    )
    review_ids = fields.One2many("tier.review", "definition_id", string="Reviews")

    _time_limit_positive = models.Constraint(
        "CHECK(time_limit >= 0 AND cutoff_hours >= 0 AND extension_window >= 0)",
        "Time limit, cut-off and extension window cannot be negative.",
    )

    @api.constrains("time_limit", "time_limit_unit")
    def _check_time_limit(self):
        for definition in self.filtered(lambda d: d.time_limit_unit == "days"):
            if definition.time_limit != int(definition.time_limit):
                raise ValidationError(
                    self.env._("A time limit in working days is a whole number of days.")
                )

    @api.constrains("late_action", "escalation_user_id", "escalation_group_id")
    def _check_escalation(self):
        targets = {"user": "escalation_user_id", "group": "escalation_group_id"}
        for definition in self:
            target = targets.get(definition.late_action)
            if target and not definition[target]:
                raise ValidationError(
                    self.env._("Choose whom a late review of “%s” goes to.", definition.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        definitions = super().create(vals_list)
        self.env.registry.clear_cache()
        return definitions

    def write(self, vals):
        result = super().write(vals)
        if {"active", "model_id"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Reviews keep who was asked and why through their definition."""
        used = (
            self.env["tier.review"]
            .sudo()
            ._read_group([("definition_id", "in", self.ids)], ["definition_id"])
        )
        if used:
            names = ", ".join(definition.name for (definition,) in used)
            raise UserError(
                self.env._("These definitions have reviews; archive them instead: %s", names)
            )

    @api.model
    @tools.ormcache()
    def _get_models_in_use(self):
        """Names of the models that some active definition covers, in any company."""
        # While the engine is uninstalled, records are still deleted but the columns are gone.
        if not {"active", "model"} <= sql.table_columns(self.env.cr, self._table).keys():
            return frozenset()
        # sudo: the answer decides for everybody whether a guard looks any further
        groups = self.sudo()._read_group([("active", "=", True)], ["model"])
        return frozenset(model for (model,) in groups if model)

    @api.model
    @tools.ormcache()
    def _get_line_links(self):
        """Return how models own lines of documents that some definition covers.

        :rtype: dict[str, tuple[tuple[str, str]]]
        :return: for each line model its ``(many2one, one2many)`` field names
        """
        links = {}
        for name in self._get_models_in_use():
            if name in self.env and "review_ids" in self.env[name]._fields:
                for field in self.env[name]._get_owned_lines():
                    link = (field.inverse_name, field.name)
                    links.setdefault(field.comodel_name, []).append(link)
        return {model: tuple(found) for model, found in links.items()}

    # ---------------------------------------------------------------------------------------
    # Deadlines
    # ---------------------------------------------------------------------------------------

    def _get_calendar(self, company):
        """Return the working calendar a review of ``company`` runs on, maybe none."""
        self.ensure_one()
        return (self.calendar_id or company.resource_calendar_id).with_company(company)

    def _get_deadline(self, received, company):
        """Return when a review received at ``received`` falls due, or ``False``.

        :param datetime received: naive UTC
        :param company: company of the document
        """
        self.ensure_one()
        calendar = self._get_calendar(company)
        if not (self.time_limit and calendar):
            return False
        return calendar._get_working_deadline(
            received, self.time_limit, self.time_limit_unit, self.cutoff_hours
        )

    def _get_extension_until(self, received, company):
        """Return until when more time may be asked for, or ``False``."""
        self.ensure_one()
        calendar = self._get_calendar(company)
        if not (self.time_limit and self.extension_window and calendar):
            return False
        return calendar._get_working_deadline(received, self.extension_window, "hours")

    # ---------------------------------------------------------------------------------------
    # Escalation
    # ---------------------------------------------------------------------------------------

    def _get_escalation_users(self, reviewers):
        """Return the users a late review goes to, empty where it is only reminded of.

        :param reviewers: users whose superiors are asked with ``superior``
        """
        self.ensure_one()
        match self.late_action:
            case "user":
                return self.escalation_user_id
            case "group":
                return self.escalation_group_id.user_ids
            case "superior":
                return reviewers._get_review_superiors()
        return self.env["res.users"]
