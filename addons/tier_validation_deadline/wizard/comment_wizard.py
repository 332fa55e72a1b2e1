from odoo import models
from odoo.exceptions import AccessError

from ..models.trust import as_engine, is_trusted


class CommentWizard(models.TransientModel):
    _inherit = "comment.wizard"

    def add_comment(self):
        """Sign with a comment, where all reviews wait for the current user.

        :return: ``True``
        :raise AccessError: for reviews of another document or that do not wait for the user
        """
        self.ensure_one()
        self._check_reviews()
        super(CommentWizard, as_engine(self)).add_comment()
        return True

    def _check_reviews(self):
        """The dialog is a record any user may create: believe nothing it says."""
        reviews = self.review_ids
        if reviews.filtered(lambda review: (review.model, review.res_id) != self._get_target()):
            raise AccessError(self.env._("These reviews belong to another document."))
        if is_trusted(self.env):
            return
        if not reviews or reviews - reviews._filter_signable(self.env.user):
            raise AccessError(self.env._("These reviews do not wait for your signature."))

    def _get_target(self):
        return self.res_model, self.res_id
