from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

OPEN_STATES = ("active", "closing")


class ConsignmentHolder(models.AbstractModel):
    """Who or what answers for goods is neither archived nor deleted before they are settled."""

    _name = "consignment.holder"
    _description = "Keeper of Consigned Goods"

    # The field of an agreement that names the keeper.
    _consignment_field = None

    def write(self, vals):
        if vals.get("active") is False:
            self._check_no_open_agreement()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_holder(self):
        self._check_no_open_agreement()

    def _get_open_agreement_domain(self):
        """Return which agreements keep these records; an extension point."""
        return Domain(self._consignment_field, "in", self.ids) & Domain("state", "in", OPEN_STATES)

    def _check_no_open_agreement(self):
        # Whoever archives need not see agreements; they keep the record all the same.
        agreements = self.env["consignment.agreement"].sudo()
        agreement = agreements.search(self._get_open_agreement_domain(), limit=1)
        if agreement:
            raise UserError(
                self.env._(
                    "%(holder)s still answers for goods (%(agreement)s): take them back, settle or "
                    "lend them on, and close the agreement first.",
                    holder=agreement[self._consignment_field].display_name,
                    agreement=agreement.name,
                )
            )
