from odoo import api, models
from odoo.exceptions import UserError

from ..const import KINDS_LOAN, KINDS_OUT
from ..tools.guards import without_defaults

# Only code in this process can put this very object into a context: no client can.
TRANSITION = object()
PROTECTED_FIELDS = ("state", "location_id", "direction", "operation_count")
FROZEN_FIELDS = ("kind", "partner_id", "company_id", "currency_id", "warehouse_id", "method")


class ConsignmentAgreement(models.Model):
    """The life of an agreement: draft, active, closing, closed; and what guards it."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === GUARDS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_protected_values(vals)
        model = without_defaults(self, PROTECTED_FIELDS)
        return super(ConsignmentAgreement, model).create(vals_list)

    def write(self, vals):
        self._check_protected_values(vals)
        frozen = [name for name in self._get_frozen_fields() if name in vals]
        if frozen and any(agreement._is_frozen(vals, frozen) for agreement in self):
            raise UserError(
                self.env._(
                    "Kind, partner, company, currency, warehouse and method are fixed "
                    "on activation."
                )
            )
        if vals.get("active") is False:
            self._check_archivable()
        res = super().write(vals)
        if "due_date" in vals:
            self._forget_due_reminder()
        return res

    @api.model
    def _check_protected_values(self, vals):
        """State and place change through the actions alone, whoever asks by RPC."""
        if self.env.context.get("consignment_transition") is TRANSITION:
            return
        forged = set(PROTECTED_FIELDS[1:]) & vals.keys()
        if vals.get("state", "draft") != "draft" or any(self or vals[name] for name in forged):
            raise UserError(self.env._("Use the agreement's own actions to change its state."))
        if "state" in vals and self.filtered(lambda agreement: agreement.state != "draft"):
            raise UserError(self.env._("Use the agreement's own actions to change its state."))

    @api.model
    def _get_frozen_fields(self):
        """Return what is fixed on activation; an extension point."""
        return FROZEN_FIELDS

    def _is_frozen(self, vals, names):
        return self.state != "draft" and any(
            self._fields[name].convert_to_write(self[name], self) != vals[name] for name in names
        )

    def _check_archivable(self):
        for agreement in self:
            if agreement.state not in ("draft", "closed"):
                raise UserError(self.env._("Close %s before archiving it.", agreement.display_name))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(agreement.state != "draft" for agreement in self):
            raise UserError(self.env._("Only a draft agreement can be deleted."))

    def _set_state(self, state, **values):
        """Change the state, past the guard of ``write``; clients cannot call this."""
        return self.with_context(consignment_transition=TRANSITION).write(
            {"state": state, **values}
        )

    # === STATES === #

    def action_activate(self):
        """Give the agreement its number and its place; from now on goods can move.

        :return: True
        :raises UserError: when the agreement is not a draft
        """
        self.check_access("write")
        for agreement in self:
            if agreement.state == "draft":
                agreement._check_activation()
                agreement._activate()
            elif agreement.state != "active":
                raise UserError(self.env._("%s is closed.", agreement.display_name))
        return True

    def _check_activation(self):
        if self.method == "commission" and not self.commission_product_id:
            raise UserError(self.env._("Choose the product for the commission first."))
        if self.kind in KINDS_LOAN and not self.due_date and self.purpose != "retained":
            raise UserError(self.env._("Say when the goods are due back."))

    def _activate(self):
        self.name = self._next_number()
        # Lending goods does not need the right to configure locations.
        location = self.env["stock.location"].sudo().create(self._prepare_location_values())
        self._set_state("active", location_id=location.id)

    def _next_number(self):
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        return sequence.next_by_code("consignment.agreement")

    def _prepare_location_values(self):
        return {
            "name": f"{self._get_holder_name()} {self.name}".strip(),
            "usage": "internal",
            "company_id": self.company_id.id,
            "location_id": self._get_parent_location().id,
            "consignment_kind": self.kind,
            "consignment_partner_id": self.partner_id.id,
            "consignment_agreement_id": self.id,
        }

    def _get_holder_name(self):
        """Return who has the goods in hand, for the name of the place."""
        return self.partner_id.name or self.department or ""

    def _get_parent_location(self):
        """Ours in other hands lie outside every warehouse, so nobody promises them.

        Others' in our hands lie below the stock location, so deliveries find them.
        """
        if self.kind in KINDS_OUT:
            return self.company_id._get_consignment_root()
        return self.warehouse_id.lot_stock_id

    def action_start_closing(self):
        """No more goods are handed over; take back and settle the rest.

        :return: True
        """
        self.check_access("write")
        self.filtered(lambda agreement: agreement.state == "active")._set_state("closing")
        return True

    def action_close(self):
        """End the agreement.

        :return: True
        :raises UserError: with the list of what is still open
        """
        self.check_access("write")
        for agreement in self.filtered(lambda a: a.state != "closed"):
            agreement._lock()
            open_items = agreement._get_open_items()
            if open_items:
                raise UserError(agreement._format_open_items(open_items))
            agreement._set_state("closed")
            # The place is archived with the agreement, by whoever may close it.
            agreement.location_id.sudo().action_archive()
        return True

    def action_reopen(self):
        """Bring an agreement that is closing, or closed, back to work.

        :return: True
        """
        self.check_access("write")
        for agreement in self.filtered(lambda a: a.state in ("closing", "closed")):
            agreement.location_id.sudo().action_unarchive()  # as in action_close
            agreement._set_state("active" if agreement.location_id else "draft")
        return True

    def _get_open_items(self):
        """Return the texts of what prevents closing; sale and purchase add theirs."""
        self.ensure_one()
        items = [self._describe_balance(row) for row in self.get_balance()]
        waiting = self.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        return items + waiting.mapped("display_name")

    def _describe_balance(self, row):
        product = self.env["product.product"].browse(row["product_id"])
        lot = self.env["stock.lot"].browse(row["lot_id"] or [])
        return f"{product.display_name} {lot.name or ''}: {row['quantity']:g} {product.uom_id.name}"

    def _format_open_items(self, items):
        shown = "\n".join(f"- {item}" for item in items[:20])
        if len(items) > 20:
            shown += "\n" + self.env._("… and %s more", len(items) - 20)
        return self.env._("%(name)s is still open:\n%(items)s", name=self.display_name, items=shown)
