from datetime import datetime

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from .trust import as_engine, is_engine, is_remote, is_trusted

# Fields of every model; all others of the mixin belong to the engine.
COMMON_FIELDS = {"id", "display_name"}
# Amounts, partners and lines are what people approve; dates and flags are stamped by the host
# while it confirms.
CONTENT_TYPES = {"many2one", "one2many", "many2many", "float", "integer", "monetary"}


class TierValidation(models.AbstractModel):
    _inherit = "tier.validation"

    # ---------------------------------------------------------------------------------------
    # Guard: the engine's fields
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
    # Guard: the document's own state
    # ---------------------------------------------------------------------------------------

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

    # ---------------------------------------------------------------------------------------
    # Guard: context keys of the engine
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

    # ---------------------------------------------------------------------------------------
    # The engine's own flows
    # ---------------------------------------------------------------------------------------

    def _tier_validation_check_write_remove_reviews(self, vals):
        return super(TierValidation, as_engine(self))._tier_validation_check_write_remove_reviews(
            vals
        )

    def request_validation(self):
        """Request the validation of documents the user may change.

        :return: the new reviews
        :raise AccessError: for documents the user may not change
        """
        self.check_access("write")
        reviews = super(TierValidation, as_engine(self)).request_validation()
        # The engine computes it without dependencies: what it found before is out of date.
        self.invalidate_recordset(["need_validation"])
        return reviews.with_env(self.env)

    def restart_validation(self):
        """Drop the reviews of documents; what was signed stays readable in the chatter.

        :return: ``True``
        :raise AccessError: for users who may not change a document or have no part in it
        """
        self.check_access("write")
        for record in self.filtered("review_ids"):
            record._check_may_restart()
            record._log_signatures()
        super(TierValidation, as_engine(self)).restart_validation()
        return True

    def _check_may_restart(self):
        if self.env.su or self.env.user in self._get_validation_parties():
            return
        raise AccessError(
            self.env._("Only who requested, reviews or answers for a document restarts it.")
        )

    def _get_validation_parties(self):
        """Return the users who have a part in the validation: author, person in charge,
        requesters, reviewers and who signed."""
        self.ensure_one()
        record = self.sudo()  # sudo: names of all parties, whoever asks
        reviews = record.review_ids
        parties = record.create_uid | reviews.requested_by | reviews.reviewer_ids
        parties |= reviews.done_by
        if "user_id" in record._fields and record._fields["user_id"].comodel_name == "res.users":
            parties |= record.user_id
        return parties

    def _log_signatures(self):
        """Keep signatures that a restart drops, on the document's chatter."""
        signed = self.sudo().review_ids.filtered("done_by")
        if signed and hasattr(self, "message_post"):
            # sudo: the trace is written for everybody who may restart
            self.sudo().message_post(body=signed._get_signatures_note())

    def validate_tier(self):
        """Approve what waits for the current user.

        :return: ``True``, or the action of the comment dialog
        :raise AccessError: for users who never had a review of this document
        """
        self._check_is_reviewer()
        return super().validate_tier() or True

    def reject_tier(self):
        """Reject what waits for the current user.

        :return: ``True``, or the action of the comment dialog
        :raise AccessError: for users who never had a review of this document
        """
        self._check_is_reviewer()
        return super().reject_tier() or True

    def _check_is_reviewer(self):
        self.ensure_one()
        reviews = self.sudo().review_ids  # sudo: all reviews count, whoever looks
        parties = reviews.reviewer_ids | reviews.done_by
        if reviews and self.env.user not in parties and not is_trusted(self.env):
            raise AccessError(self.env._("You are not a reviewer of this document."))

    def _validate_tier(self, tiers=False):
        signed = self._get_signable_reviews(tiers)
        if not signed:
            return None
        # The engine calls the steps that come along in one go pending, signed or not.
        along = (tiers or self.review_ids) - signed
        as_engine(along.filtered(lambda review: review.status == "waiting")).write(
            {"status": "pending"}
        )
        result = super(TierValidation, as_engine(self))._validate_tier(as_engine(signed))
        signed._stamp_lateness()
        return result

    def _rejected_tier(self, tiers=False):
        signed = self._get_signable_reviews(tiers)
        if not signed:
            return None
        result = super(TierValidation, as_engine(self))._rejected_tier(as_engine(signed))
        signed._stamp_lateness()
        return result

    def _get_signable_reviews(self, tiers):
        """Return those of ``tiers`` (all reviews where it is ``False``) that belong to this
        document and that the current user may sign now."""
        self.ensure_one()
        reviews = self.review_ids if tiers is False else tiers & self.review_ids
        reviews = reviews.filtered(lambda review: review.status in ("waiting", "pending"))
        return reviews._filter_signable(self.env.user)

    # ---------------------------------------------------------------------------------------
    # Banner on the form
    # ---------------------------------------------------------------------------------------

    def _get_to_validate_message(self):
        """Say whom the document waits for, and until when."""
        pending = self.review_ids.filtered(lambda review: review.status == "pending")
        pending = pending.sorted(lambda review: review.date_deadline or datetime.max)[:1]
        if not pending.todo_by:
            return super()._get_to_validate_message()
        if not pending.date_deadline:
            note = self.env._("Waiting for the approval of %s.", pending.todo_by)
        else:
            note = self.env._(
                "Waiting for the approval of %(names)s until %(deadline)s.",
                names=pending.todo_by,
                deadline=pending._format_moment(pending.date_deadline),
            )
        icon = "fa-clock-o text-danger" if pending.is_late else "fa-info-circle"
        return Markup('<i class="fa fa-lg %s"></i> %s') % (icon, note)

    def _compute_next_review(self):
        """The engine's text, here for its translation."""
        for record in self:
            pending = record.review_ids.filtered(lambda review: review.status == "pending")
            step = pending.sorted("sequence")[:1].name
            record.next_review = self.env._("Next: %s", step) if step else False

    # ---------------------------------------------------------------------------------------
    # To sign
    # ---------------------------------------------------------------------------------------

    def _get_review_summary(self):
        """Return what a reviewer sees of this document in the list to sign, beside its name.

        Partner and total amount where the model has them; extend where more should be said.
        """
        self.ensure_one()
        parts = []
        if "partner_id" in self._fields:
            parts.append(self.partner_id.display_name)
        if "amount_total" in self._fields and "currency_id" in self._fields:
            parts.append(formatLang(self.env, self.amount_total, currency_obj=self.currency_id))
        return " · ".join(filter(None, parts))

    # ---------------------------------------------------------------------------------------
    # Signature block
    # ---------------------------------------------------------------------------------------

    def _get_signatures(self):
        """Return the signatures of one document in the order of its tiers.

        :return: list of dicts, see :meth:`TierReview._get_signature`; dropped reviews excluded
        """
        self.ensure_one()
        # sudo: whoever reads the document reads its signatures, in the portal as well
        reviews = self.sudo().review_ids.filtered(lambda review: review.status != "cancel")
        return [review._get_signature() for review in reviews.sorted("sequence")]
