from odoo import api, models
from odoo.exceptions import UserError

from ..offer_digest import Rows, json_text
from ..tools.columns import Columns


class SaleOfferFrozen(models.AbstractModel):
    """Records that only the offers' own methods may make or change, not even the superuser.

    :meth:`create`, :meth:`write` and :meth:`unlink` refuse. The methods of the engine go through
    :meth:`_engine_create`, :meth:`_engine_write` and :meth:`_engine_unlink`, which no client can
    call. No context key opens that door, so nothing a client sends can.
    """

    _name = "sale.offer.frozen"
    _description = "Frozen with an Offer"
    # one2many commands of an order written in sudo must not reach these records either
    _allow_sudo_commands = False

    # pylint: disable=method-required-super,no-raise-unlink,raise-unlink-override,super-method-mismatch

    def _frozen_error(self):
        return UserError(
            self.env._(
                "An offer is frozen: what the customer was offered cannot be changed or deleted. "
                "Change the quotation and send it again instead."
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        if not vals_list:
            return self.browse()
        raise self._frozen_error()

    def write(self, vals):
        if not vals or not self:
            return True
        raise self._frozen_error()

    def unlink(self):
        if not self:
            return True
        raise self._frozen_error()

    def copy(self, default=None):
        raise self._frozen_error()

    @api.model
    def _engine_create(self, vals_list):
        """Create from the offers' own methods, with no default a client put into the context."""
        context = {
            key: value for key, value in self.env.context.items() if not key.startswith("default_")
        }
        records = super(SaleOfferFrozen, self.with_env(self.env(context=context))).create(vals_list)
        records._cache_html(vals_list)
        return records

    def _cache_html(self, vals_list):
        """Spare reading again what was written: the ORM leaves HTML to the database, which here
        has it to the letter."""
        for name, field in self._fields.items():
            if field.type == "html" and field.store and not field.sanitize and not field.translate:
                field._insert_cache(self, [vals.get(name) or None for vals in vals_list])

    def _engine_write(self, vals):
        """Write from the offers' own methods."""
        return super().write(vals)

    def _engine_unlink(self):
        """Delete what belongs to drafts; anything that left draft is refused."""
        if not self._belongs_to_drafts():
            raise self._frozen_error()
        return super().unlink()

    def _read_plain(self, names):
        """Return the columns ``names`` of the records as plain values for a digest.

        :rtype: Rows
        """
        columns = Columns(self)
        return Rows((name, self._get_plain_column(name, columns)) for name in names)

    def _get_plain_column(self, name, columns):
        field = self._fields[name]
        values = columns[name]
        if field.type == "many2one":
            return [(res_id,) if res_id else () for res_id in values]
        if field.type == "json":
            # the database keeps JSON numbers to the digit, so its own text is canonical
            return [json_text(value) for value in values]
        return values

    def _belongs_to_drafts(self):
        """Return whether every record belongs to an offer nobody but us has seen."""
        return all(offer.state == "draft" for offer in self.offer_id)
