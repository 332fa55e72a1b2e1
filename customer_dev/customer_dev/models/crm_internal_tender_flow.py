from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from ..tools import gate
from ..tools import tender as compare


# One concern per file: the model is too big for one.
class CrmInternalTender(models.Model):
    _inherit = "crm.internal.tender"

    # === NOTICE ===

    def _apply_approved(self):
        super()._apply_approved()
        self.message_post(
            body=self.env._(
                "Internal tender %(name)s: bids are accepted until %(date)s.",
                name=self.display_name,
                date=format_datetime(self.env, self.date_close),
            ),
            subject=self.env._("Internal tender %s", self.display_name),
            partner_ids=self._find_bidders().partner_id.ids,
        )
        return True

    # === BIDS ===

    def action_bid(self):
        """Begin the user's own bid, or go on with it.

        :return: a window action (``res_id`` is the id of the bid)
        :raises UserError: when the user may not bid, or not any more
        """
        self.ensure_one()
        if not self.my_bid_id and (error := self._bid_error(self.env.user)):
            raise UserError(error)
        bid = self.my_bid_id or self.env["crm.internal.tender.bid"].create({"tender_id": self.id})
        return bid._get_form_action()

    def action_open_bids(self):
        """Open the bids the user may see.

        :return: a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_dev.crm_internal_tender_bid_action"
        )
        return {**action, "domain": [("tender_id", "=", self.id)], "context": {}}

    # === CLOSE AND SCORE ===

    def action_close(self):
        """Open the sealed bids, which is possible once their time is over.

        :return: True
        """
        for tender in self.filtered(lambda tender: tender.state == "open"):
            tender._check_organiser()
            if tender.date_close > fields.Datetime.now():
                until = format_datetime(self.env, tender.date_close)
                raise UserError(self.env._("Bids stay sealed until %s.", until))
            tender._close()
        return True

    @api.model
    def _cron_close(self):
        """Open the bids of tenders whose time is over."""
        due = self.search([("state", "=", "open"), ("date_close", "<=", fields.Datetime.now())])
        for tender in due:
            tender._close()

    def _close(self):
        # sudo: the bids are sealed for whoever closes the tender
        bids = self.sudo().bid_ids.filtered(lambda bid: bid.state == "submitted")
        self._engine_write({"state": "closed" if bids else "void"})
        self.env["crm.internal.tender.score"].sudo().create(
            [
                {"bid_id": bid.id, "criterion_id": criterion.id, "user_id": reviewer.id}
                for bid in bids
                for criterion in self.criterion_ids.filtered(lambda c: c.weight > 0)
                for reviewer in self.scorer_ids - bid._get_people()
            ]
        )
        self._ask_reviewers(len(bids))

    def _ask_reviewers(self, count):
        self.message_post(body=self.env._("The time for bids is over: %s bids.", count))
        for reviewer in self.scorer_ids if count else self.scorer_ids.browse():
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=reviewer.id,
                summary=self.env._("Score the bids"),
            )

    def action_score(self):
        """Open the user's own score sheet.

        :return: a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_dev.crm_internal_tender_score_action"
        )
        domain = [("tender_id", "=", self.id), ("user_id", "=", self.env.uid)]
        return {**action, "domain": domain, "context": {"search_default_group_bid": 1}}

    # === AWARD ===

    def action_award(self, bid_id=False, reason=""):
        """Give the prospect to the winner.

        :param int bid_id: a bid; without it the one with the highest result
        :param str reason: required when another than the best bid wins, or when bids tie
        :return: id of the winning bid
        :raises UserError: before all reviewers have scored
        """
        self.ensure_one()
        self._check_organiser()
        if self.winner_bid_id:
            return self.winner_bid_id.id
        if self.state != "closed" or not self.is_scored:
            raise UserError(self.env._("The tender is awarded when every bid is scored."))
        bid = self._choose_winner(bid_id, reason)
        self._award(bid, reason)
        return bid.id

    def _choose_winner(self, bid_id, reason):
        # sudo: the organiser decides on all bids, they are open now
        bids = self.sudo().bid_ids.filtered(lambda bid: bid.state == "submitted")
        best = compare.best({bid: bid.result for bid in bids})
        chosen = bids.browse(bid_id) if bid_id else (best[0] if len(best) == 1 else None)
        if chosen is None:
            raise UserError(self.env._("Several bids tie: choose one and give the reason."))
        if chosen not in bids:
            raise UserError(self.env._("This is no bid of the tender."))
        if best != [chosen] and not (reason or "").strip():
            raise UserError(self.env._("Another bid has the higher result: give the reason."))
        return chosen

    def _award(self, bid, reason):
        self._engine_write(
            {
                "state": "awarded",
                "winner_bid_id": bid.id,
                "winner_user_id": bid.user_id.id,
                "award_reason": reason or False,
            }
        )
        # sudo: who awards need not be able to read every bid
        losers = self.sudo().bid_ids.filtered(lambda b: b.state == "submitted") - bid
        bid._engine_write({"state": "won"})
        losers._engine_write({"state": "lost"})
        self._hand_lead_to(bid)
        self.message_post(
            body=self.env._(
                "%(user)s (%(team)s) has won with %(result)s %%.",
                user=bid.user_id.name,
                team=bid.team_id.name or "-",
                result=bid.result,
            ),
            partner_ids=(bid | losers).user_id.partner_id.ids,
        )

    def _hand_lead_to(self, bid):
        """The winner gets the prospect; it begins the process of the winner's team."""
        # sudo: the award decides, whether the organiser could move the prospect or not
        lead = self.lead_id.sudo().with_context(gate_pass=gate.GatePass)
        lead.message_post(body=self.env._("Awarded by internal tender %s.", self.name))
        lead.write({"user_id": bid.user_id.id, "team_id": (bid.team_id or lead.team_id).id})

    # === CONTRACTS ===

    def action_draw_contract(self):
        """Draw up the next contract with the winner: first the preliminary, then the formal one.

        :return: a window action (``res_id`` is the id of the contract)
        """
        self.ensure_one()
        self._check_organiser()
        if self.state not in ("awarded", "preliminary", "formal"):
            raise UserError(self.env._("Contracts follow the award."))
        # sudo: the organiser works on the contracts of his tender
        contracts = self.sudo().contract_ids
        pending = contracts.filtered(lambda contract: contract.state != "accepted")[:1]
        kind = "formal" if self.state == "preliminary" else "preliminary"
        if not pending and self.state != "formal":
            pending = contracts.create({"tender_id": self.id, "kind": kind})
        found = pending or contracts.sorted("id")[-1:]
        return found.with_env(self.env)._get_form_action()

    def _check_organiser(self):
        if not self.env.su and not self.can_organise:
            raise AccessError(self.env._("Only who organises the tender or an administrator."))
