from ast import literal_eval

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import gate
from .constants import RELATIONS, ROLES


class CrmStageCriterion(models.Model):
    _name = "crm.stage.criterion"
    _inherit = ["crm.cached.setting"]
    _description = "Exit Criterion of a Stage"
    _order = "stage_id, sequence, id"

    stage_id = fields.Many2one("crm.stage", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(
        required=True, translate=True, help="What a salesperson reads when it is missing."
    )
    hint = fields.Char(translate=True, help="Where or how to fulfil it.")
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("field", "Field is filled"),
            ("domain", "Condition holds"),
            ("manual", "Checked by hand"),
            ("document", "Document attached"),
            ("stakeholder", "Person at relation level"),
            ("visit", "Visit done"),
            ("approval", "Development approved"),
        ],
        required=True,
        default="manual",
    )
    required = fields.Boolean(
        default=True, help="Without it the criterion is shown as advice and stops nobody."
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        domain="[('model', '=', 'crm.lead'), ('store', '=', True)]",
        ondelete="set null",
    )
    domain = fields.Char(string="Condition", default="[]")
    role = fields.Selection(ROLES)
    relation = fields.Selection(RELATIONS, string="At least", default="3")
    everyone = fields.Boolean(
        string="Everyone in this Role",
        help="Each person in the role must have reached the level, not just one of them.",
    )
    minimum = fields.Integer(string="How Many", default=1)
    evidence = fields.Selection(
        [("none", "No evidence"), ("note", "A note"), ("file", "A file")],
        default="note",
        required=True,
        help="What has to be put down when somebody ticks the check.",
    )
    allow_na = fields.Boolean(
        string="May Be Left Out",
        help="A salesperson may declare the check not applicable, with a reason.",
    )
    by_head = fields.Boolean(
        string="Only the Head Ticks",
        help="Only the head of the team or a sales administrator may tick this check.",
    )
    problem = fields.Char(compute="_compute_problem", search="_search_problem")

    @api.depends("kind", "field_id", "domain", "role")
    def _compute_problem(self):
        for criterion in self:
            criterion.problem = criterion._find_problem()

    def _search_problem(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        broken = self.search(fields.Domain.TRUE).filtered("problem")
        wants_broken = (operator == "not in") == (False in value or "" in value)
        return [("id", "in" if wants_broken else "not in", broken.ids)]

    def _find_problem(self):
        """Why this criterion cannot be evaluated, or an empty string."""
        self.ensure_one()
        if self.kind == "field":
            return self._find_field_problem()
        if self.kind == "stakeholder" and not self.role:
            return self.env._("No role is chosen.")
        return self._find_domain_problem() if self.kind == "domain" else ""

    def _find_field_problem(self):
        name = self._gate_field_name()
        if name not in self.env["crm.lead"]._fields:
            return self.env._("The field of this criterion does not exist any more.")
        # a field that is only computed, or holds properties, exists but cannot be asked for
        return self._find_search_problem(lambda: Domain(name, "!=", False))

    def _find_domain_problem(self):
        return self._find_search_problem(lambda: Domain(literal_eval(self.domain or "[]")))

    def _find_search_problem(self, make_domain):
        """Try the condition out, in the database too: some nonsense only shows there."""
        try:
            domain = make_domain()
            domain.validate(self.env["crm.lead"])
            # sudo: the domain is only tried out, nothing it finds is shown
            query = self.env["crm.lead"].sudo()._search(domain)
            with self.env.cr.savepoint(flush=False):
                tried = SQL("SELECT FROM (%s) AS tried LIMIT 0", query.select())
                self.env.cr.execute(tried, log_exceptions=False)
        except (
            Exception
        ) as error:  # a condition is free text: whatever is wrong is told, not raised
            return self.env._("The condition cannot be read: %s", error)
        return ""

    def _gate_field_name(self):
        return self.sudo().field_id.name or ""

    @api.constrains("kind", "domain", "field_id", "role")
    def _check_usable(self):
        for criterion in self:
            if problem := criterion._find_problem():
                raise ValidationError(
                    self.env._("%(name)s: %(error)s", name=criterion.name, error=problem)
                )

    @api.model
    @tools.ormcache("self.env.lang")
    def _gate_names(self):
        """Names of all criteria in the user's language, by id; costs no query once cached."""
        # sudo: people without access to the settings still read what is asked of them
        criteria = self.sudo().with_context(active_test=False).search(fields.Domain.TRUE)
        return {criterion.id: criterion.name for criterion in criteria}

    def _gate_snapshot(self):
        """This criterion as plain data for the cached layout."""
        self.ensure_one()
        problem = self._find_problem()
        domain = () if problem or self.kind != "domain" else literal_eval(self.domain or "[]")
        return gate.Criterion(
            id=self.id,
            kind=self.kind,
            required=self.required,
            field_name=self._gate_field_name(),
            domain=tuple(tuple(t) if isinstance(t, list) else t for t in domain),
            role=self.role or "",
            level=int(self.relation or 0),
            minimum=max(self.minimum, 1),
            everyone=self.everyone,
            problem=problem,
        )
