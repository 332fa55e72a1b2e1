from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# Amounts, partners and lines are what people approve; dates and flags are stamped by the host
# while it confirms.
CONTENT_TYPES = {"many2one", "one2many", "many2many", "float", "integer", "monetary"}


class TierValidation(models.AbstractModel):
    """A document that needs approval is confirmed with it, and as it was approved."""

    _inherit = "tier.validation"  # pylint: disable=consider-merging-classes-inherited

    def _filter_confirmed_by(self, vals):
        """Return the records that ``vals`` would bring into a state that needs approval.

        Empty, without a query, for other writes and for models no definition covers.
        """
        confirms = vals.get(self._state_field) in self._state_to
        if not confirms or self._name not in self.env["tier.definition"]._get_models_in_use():
            return self.browse()
        return self.filtered(lambda record: record[self._state_field] not in self._state_to)

    def _get_applicable_tiers(self):
        """Return the definitions that cover this document as it is now."""
        self.ensure_one()
        # sudo: whether approval is needed must not depend on what the user may read
        record = self.sudo()
        definitions = record.env["tier.definition"].search(
            Domain("model", "=", self._name)
            & Domain("company_id", "in", record._get_company().ids + [False])
        )
        return definitions.filtered(record.evaluate_tier)

    def _compute_need_validation(self):
        """Ask all definitions of the document's company, whichever companies the user has
        switched on: a client chooses those in its context."""
        for record in self:
            record.need_validation = bool(
                record.id
                and not isinstance(record.id, api.NewId)
                and not record.sudo().review_ids  # sudo: all reviews count, whoever looks
                and record._check_state_from_condition()
                and record._get_applicable_tiers()
            )

    def _get_tiers_by_record(self):
        return {record.id: record._get_applicable_tiers() for record in self}

    def _check_created_state(self):
        """Refuse documents that are born confirmed although they need approval."""
        if self._name not in self.env["tier.definition"]._get_models_in_use():
            return
        for record in self:
            if record[self._state_field] in self._state_to and record._get_applicable_tiers():
                raise ValidationError(
                    self.env._("This document needs approval before it can be confirmed.")
                )

    def _check_no_leap(self, vals):
        """Refuse the way round the engine from a cancelled document to a confirmed one."""
        for record in self:
            state = record._tier_validation_get_current_state_value()
            if state == self._cancel_state and record._get_applicable_tiers():
                raise ValidationError(
                    self.env._("Set the document back to draft and request its validation.")
                )

    def _check_content_kept(self, vals):
        """Refuse to change what was approved in the very write that confirms it."""
        changed = [name for name in vals if self._is_approved_content(name)]
        if changed and self.review_ids:
            raise ValidationError(
                self.env._(
                    "An approved document is confirmed as it was approved; these fields cannot "
                    "change with it: %s",
                    ", ".join(self._fields[name]._description_string(self.env) for name in changed),
                )
            )

    @api.model
    def _is_approved_content(self, name):
        """Tell whether a field is part of what people approve (extend where yours is not)."""
        field = self._fields.get(name)
        return (
            field is not None
            and name != self._state_field
            and field.type in CONTENT_TYPES
            and not field.readonly
            and name not in self._get_under_validation_exceptions()
        )

    def _check_no_new_tier(self, before):
        """Refuse a confirmation whose own values made another approval necessary."""
        for record in self:
            # sudo: all reviews count, whoever looks
            asked = record.sudo().review_ids.definition_id
            missing = record._get_applicable_tiers() - before[record.id] - asked
            if missing:
                raise ValidationError(
                    self.env._(
                        "With these values the document needs another approval: %s",
                        ", ".join(missing.mapped("name")),
                    )
                )

    def _tier_validation_check_state_on_write(self, vals):
        """Trust the reviews themselves, not the stored summary of them."""
        result = super()._tier_validation_check_state_on_write(vals)
        done = self._validated_states()
        for record in self:
            if record.review_ids and record._check_state_conditions(vals):
                # sudo: all reviews count, whoever looks
                if any(review.status not in done for review in record.sudo().review_ids):
                    raise ValidationError(self.env._("A review of this document is still open."))
        return result

    @api.model
    def _post_model_setup__(self):
        """Tell the models of the lines, so that all others pay nothing when they are written."""
        result = super()._post_model_setup__()
        for field in self._get_owned_lines():
            self.env.registry[field.comodel_name]._is_reviewable_line = True
        return result

    @api.model
    def _get_owned_lines(self):
        """Return the one2many fields whose lines belong to the document: they cannot exist
        without it. Extend where lines of yours are locked although they should not be."""
        return [
            field
            for field in self._fields.values()
            if field.type == "one2many" and field.store and self._is_owned_by(field)
        ]

    @api.model
    def _is_owned_by(self, field):
        inverse = self.env[field.comodel_name]._fields.get(field.inverse_name)
        return (
            inverse is not None
            and inverse.type == "many2one"
            and inverse.store
            and inverse.required
            and inverse.ondelete == "cascade"
        )
