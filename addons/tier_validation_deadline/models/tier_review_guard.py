from odoo import api, models
from odoo.exceptions import AccessError

from .trust import as_engine, is_trusted


class TierReview(models.Model):
    """Nobody but the engine writes reviews."""

    _inherit = "tier.review"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _check_trusted(self):
        if not is_trusted(self.env):
            raise AccessError(self._get_guard_message())

    @api.model
    def _get_guard_message(self):
        return self.env._(
            "Reviews change only by requesting, signing, escalating or restarting a "
            "validation, never directly."
        )

    def _check_access(self, operation):
        """Refuse every direct change, so that the web client offers none."""
        if operation != "read" and not is_trusted(self.env):
            return self, lambda: AccessError(self._get_guard_message())
        return super()._check_access(operation)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_trusted()
        reviews = super().create(vals_list)
        reviews._start_clock()
        return reviews

    def write(self, vals):
        self._check_trusted()
        result = super().write(vals)
        if vals.get("status") == "pending":
            self._start_clock()
        return result

    def unlink(self):
        if self:
            self._check_trusted()
        return super().unlink()

    def _update_review_status(self):
        result = super(TierReview, as_engine(self))._update_review_status()
        self._start_clock()
        return result

    def _send_review_reminder(self):
        return super(TierReview, as_engine(self))._send_review_reminder()
