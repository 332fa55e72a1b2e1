from odoo import api, fields, models
from odoo.exceptions import UserError


class TierReview(models.Model):
    """Reviews know the document they are about."""

    _inherit = "tier.review"

    # The name of the definition is what a signature stands for: it may not vanish.
    definition_id = fields.Many2one(index=True, ondelete="restrict")
    document_name = fields.Char(string="Document", compute="_compute_document")
    document_summary = fields.Char(
        string="Content",
        compute="_compute_document",
        help="What the document says in short, such as partner and amount.",
    )
    document_model_name = fields.Char(string="Document Type", compute="_compute_document")

    _document_index = models.Index("(model, res_id)")

    def _get_document(self):
        """Return the reviewed record, empty (of the review's own model) where it is gone."""
        self.ensure_one()
        if not (self.res_id and self._has_resource_model()):
            return self.browse()
        return self.env[self.model].browse(self.res_id).exists()

    def _get_document_company(self):
        # sudo: a reviewer's deadline depends on the document's company, readable or not
        document = self.sudo()._get_document()
        if document and document._name != self._name:
            return document._get_company().sudo()
        return (self.company_id or self.env.company).sudo()

    @api.depends("model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_document(self):
        """Name the documents, a few queries per model. A document its reader may not open is
        named to its reviewers alone."""
        for model, reviews in self.grouped("model").items():
            named = reviews._get_named_documents()
            # sudo: names of models are not secret, but not everybody reads ir.model
            label = self.env["ir.model"]._get(model).sudo().name if model else False
            for review in reviews:
                document = named.get(review.res_id)
                review.document_name = document and document.display_name
                review.document_summary = document and document._get_review_summary()
                review.document_model_name = label

    def _get_named_documents(self):
        """Return those documents of reviews of one model that the user may know about."""
        model = self[:1].model
        if not self._has_resource_model(model):
            return {}
        documents = self.env[model].browse(self.mapped("res_id")).exists()
        readable = documents._filtered_access("read")
        mine = self.filtered(lambda review: self.env.user in review.reviewer_ids)
        named = readable | documents.browse(mine.mapped("res_id")) & documents
        # sudo: a reviewer must at least learn what waits for them
        return {record.id: record for record in named.sudo()}

    def action_open_document(self):
        """Open the reviewed document.

        :return: window action of the document's form
        :raise UserError: when it no longer exists
        """
        self.ensure_one()
        document = self._get_document()
        if not document or document._name == self._name:
            raise UserError(self.env._("The document of this review no longer exists."))
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
            "target": "current",
        }
