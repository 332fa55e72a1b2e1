from odoo import models

#: states in which the bids have been opened
OPENED = ("closed", "awarded", "preliminary", "formal")


# What the printed record needs stands beside the template.
class CrmInternalTender(models.Model):
    _inherit = "crm.internal.tender"  # pylint: disable=consider-merging-classes-inherited

    def _get_record_bids(self):
        """Bids for the record of the opening, the best one first; none while they are sealed, and
        none the reader may not see."""
        self.ensure_one()
        bids = self.env["crm.internal.tender.bid"]
        if self.state not in OPENED:
            return bids
        taken_part = [("state", "in", ("submitted", "won", "lost"))]
        found = bids.search([("tender_id", "=", self.id), *taken_part])
        return found.sorted(lambda bid: (-bid.result, bid.id))

    def _get_record_scores(self, bids):
        """One dict ``criterion, cells`` per criterion; a cell, for each bid in the order given, is
        a dict ``mean`` (False while nobody has scored) and ``given`` (the single scores)."""
        scores = {}
        for row in self.env["crm.internal.tender.score"].search([("bid_id", "in", bids.ids)]):
            if row.score:
                scores.setdefault((row.criterion_id, row.bid_id), []).append(int(row.score))
        return [
            {
                "criterion": criterion,
                "cells": [self._get_record_cell(scores.get((criterion, bid), [])) for bid in bids],
            }
            for criterion in self.criterion_ids.filtered(lambda c: c.weight > 0)
        ]

    def _get_record_cell(self, given):
        mean = round(sum(given) / len(given), 1) if given else False
        return {"mean": mean, "given": " / ".join(map(str, given))}
