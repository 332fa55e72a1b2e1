from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import KINDS_IN
from ..tools.guards import without_defaults
from .consignment_holder import OPEN_STATES

PLACE_FIELDS = ("consignment_agreement_id", "consignment_kind", "consignment_partner_id")


class StockLocation(models.Model):
    _name = "stock.location"
    _inherit = ["consignment.holder", "stock.location"]
    _consignment_field = "location_id"

    consignment_agreement_id = fields.Many2one(
        "consignment.agreement",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The agreement whose goods lie in this place.",
    )
    consignment_kind = fields.Selection(
        selection=lambda self: self.env["consignment.agreement"]._get_kinds(),
        readonly=True,
        copy=False,
        help="Whose goods lie here: ours in other hands, or others' goods in our hands.",
    )
    consignment_partner_id = fields.Many2one(
        "res.partner",
        "In the Hands of / Owned by",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    consignment_use = fields.Selection(
        [("gift", "Gifts and samples"), ("own_use", "Own use"), ("exchange", "Exchange")],
        help="Goods converted from a loan or consignment are written off to this place.",
    )

    consignment_quantity = fields.Float(
        "There", digits="Product Unit", compute="_compute_consignment_quantity"
    )

    def _compute_consignment_quantity(self):
        """Count what lies in each place and below it, with one query for all of them."""
        groups = self.env["stock.quant"]._read_group(
            [("location_id", "child_of", self.ids)], ["location_id"], ["quantity:sum"]
        )
        for location in self:
            # A new line of the list has no path yet.
            path = location.parent_path
            location.consignment_quantity = sum(
                quantity
                for place, quantity in groups
                if path and place.parent_path.startswith(path)
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_place_made_by_agreement(vals)
        model = without_defaults(self, PLACE_FIELDS)
        locations = super(StockLocation, model).create(vals_list)
        locations._inherit_consignment_place()
        return locations

    def write(self, vals):
        if any(name in vals for name in PLACE_FIELDS):
            self._check_place_made_by_agreement(vals)
            self._check_place_unused(vals)
        res = super().write(vals)
        if "location_id" in vals:
            self._inherit_consignment_place()
        return res

    def _get_open_agreement_domain(self):
        """Places are archived with what they lie in, past ``write``: look below as well."""
        return Domain("location_id", "child_of", self.ids) & Domain("state", "in", OPEN_STATES)

    def _inherit_consignment_place(self):
        """A shop created below a place belongs to the same agreement."""
        for location in self.filtered("location_id.consignment_agreement_id"):
            parent = location.location_id
            if location.consignment_agreement_id != parent.consignment_agreement_id:
                # Whoever makes a shop below a place decides nothing about whose it is.
                location.sudo().write({name: parent[name] for name in PLACE_FIELDS})

    @api.model
    def _check_place_made_by_agreement(self, vals):
        """Whose goods lie somewhere, and so their value, follows from an agreement alone."""
        forged = set(PLACE_FIELDS) & vals.keys()
        if not self.env.su and any(self or vals[name] for name in forged):
            raise UserError(
                self.env._("A place of consigned goods is made by activating its agreement.")
            )

    def _check_place_unused(self, vals):
        """Whose goods lie somewhere decides their value, also in the past."""
        changed = self.filtered(lambda loc: loc._is_place_changed(vals))
        lines = self.env["stock.move.line"].sudo()  # any company's lines block the change
        domain = Domain("location_id", "in", changed.ids) | Domain(
            "location_dest_id", "in", changed.ids
        )
        if changed and lines.search_count(domain & Domain("state", "=", "done"), limit=1):
            raise UserError(
                self.env._("Goods have already moved through %s.", changed[0].display_name)
            )

    def _is_place_changed(self, vals):
        return any(
            self._fields[name].convert_to_write(self[name], self) != (vals[name] or False)
            for name in PLACE_FIELDS
            if name in vals
        )

    @api.depends_context("consignment_shop")
    def _compute_display_name(self):
        """Beside its dealer a shop goes by its own name."""
        res = super()._compute_display_name()
        if self.env.context.get("consignment_shop"):
            for location in self.filtered("consignment_agreement_id"):
                location.display_name = location.name
        return res

    def action_view_consigned_goods(self):
        """Open what lies in this shop (an action dictionary)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Goods in %s", self.name),
            "res_model": "stock.quant",
            "views": [
                (self.env.ref("stock.view_stock_quant_tree_simple").id, "list"),
                (False, "form"),
            ],
            "domain": [("location_id", "child_of", self.ids), ("quantity", ">", 0)],
            "context": {"create": False, "edit": False, "delete": False, "hide_location": True},
        }

    def _should_be_valued(self):
        return super()._should_be_valued() and self.consignment_kind not in KINDS_IN

    def _search_is_valued(self, operator, value):
        domain = super()._search_is_valued(operator, value)
        positive = (operator == "=") == bool(value)
        foreign = Domain("consignment_kind", "in", list(KINDS_IN))
        return domain & ~foreign if positive else domain | foreign
