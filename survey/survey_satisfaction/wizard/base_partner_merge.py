from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Contacts that are one person may both have been invited to a wave. A contact is
        invited once, and the host deletes *all* rows of a contact where one of them collides:
        the row that collides loses its contact instead, so the frame and its answers stay."""
        self._detach_double_invitations(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _detach_double_invitations(self, src_partners, dst_partner):
        self.env["satisfaction.invitation"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE satisfaction_invitation SET partner_id = NULL
                 WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                                   PARTITION BY wave_id, coalesce(origin_model, ''),
                                                coalesce(origin_id, 0), coalesce(occasion, 0)
                                   ORDER BY (state = 'answered') DESC, partner_id = %(kept)s DESC,
                                            id) AS place
                          FROM satisfaction_invitation
                         WHERE partner_id IN %(all)s) numbered
                     WHERE place > 1)
                """,
                kept=dst_partner.id,
                all=tuple((src_partners | dst_partner).ids),
            )
        )
        self.env["satisfaction.invitation"].invalidate_model()
