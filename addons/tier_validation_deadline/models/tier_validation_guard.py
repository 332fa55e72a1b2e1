from odoo import api, models
from odoo.exceptions import AccessError

from .trust import as_engine, is_engine, is_remote

# Fields of every model; all others of the mixin belong to the engine.
COMMON_FIELDS = {"id", "display_name"}


class TierValidation(models.AbstractModel):
    """The engine's fields and context keys are nobody else's."""

    _inherit = "tier.validation"  # pylint: disable=consider-merging-classes-inherited

    # ---------------------------------------------------------------------------------------
    # The engine's fields
    # ---------------------------------------------------------------------------------------

    @api.model
    def _get_engine_fields(self):
        """Return the names of the fields that only the engine may set."""
        return self.env.registry["tier.validation"]._fields.keys() - COMMON_FIELDS

    @api.model
    def _strip_engine_fields(self, vals):
        """Return ``vals`` without empty values of engine fields, such as the ``[]`` that a
        form sends for lines it does not know; refuse the others.

        :raise AccessError: when a client tries to set an engine field
        """
        if is_engine(self.env) or not (found := self._get_engine_fields() & vals.keys()):
            return vals
        if any(vals[name] for name in found):
            raise AccessError(
                self.env._(
                    "The state of a validation cannot be written: %s", ", ".join(sorted(found))
                )
            )
        return {name: value for name, value in vals.items() if name not in found}

    @api.model
    def default_get(self, fields):
        """Take no default of an engine field from a context or from saved defaults."""
        engine_fields = self._get_engine_fields()
        defaults = super().default_get([name for name in fields if name not in engine_fields])
        if "validation_status" in fields:
            defaults["validation_status"] = "no"
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create([self._strip_engine_fields(vals) for vals in vals_list])
        records._check_created_state()
        return records

    def write(self, vals):
        vals = self._strip_engine_fields(vals)
        confirmed = self._filter_confirmed_by(vals)
        confirmed._check_no_leap(vals)
        confirmed._check_content_kept(vals)
        before = confirmed._get_tiers_by_record()
        result = super().write(vals)
        confirmed._check_no_new_tier(before)
        return result

    def unlink(self):
        as_engine(self.review_ids).unlink()
        self.invalidate_recordset(["review_ids"])
        return super().unlink()

    # ---------------------------------------------------------------------------------------
    # Context keys of the engine
    # ---------------------------------------------------------------------------------------

    def _tier_validation_check_write_allowed(self, vals):
        """Ignore the key that lifts the write lock where a client may have sent it."""
        return super(
            TierValidation, self._without_remote_keys("skip_validation_check")
        )._tier_validation_check_write_allowed(vals)

    def _check_state_from_condition(self):
        return super(
            TierValidation, self._without_remote_keys("skip_check_state_condition")
        )._check_state_from_condition()

    def _without_remote_keys(self, *keys):
        """Return ``self`` without context keys that are not to be believed during a request:
        what server code put there cannot be told from what the client sent."""
        if is_remote() and not is_engine(self.env) and any(map(self.env.context.get, keys)):
            return self.with_context(**dict.fromkeys(keys, False))
        return self
