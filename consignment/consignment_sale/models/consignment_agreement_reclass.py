from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ConsignmentAgreement(models.Model):
    """Month end: goods in other hands are shown as shipped (发出商品)."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def create_reclass(self, company_id, date):
        """Show the goods in other hands as shipped (发出商品) at the end of a month.

        The entry is reversed the next day; the stock closing counts it as stock.

        :param company_id: the company
        :param date: ISO date of the entry
        :return: id of the posted entry, of the one posted before when that day has one
            already, 0 when nothing is out
        :raises UserError: when account or journal are not set, or the day is to come
        """
        self.env["account.move"].check_access("create")
        company, day = self._check_reclass(company_id, date)
        account, journal = (
            company.consignment_shipped_account_id,
            company.consignment_reclass_journal_id,
        )
        # Two accountants at the same moment: the second one finds the entry of the first.
        journal.sudo().lock_for_update(allow_referencing=True)
        posted = self._find_reclass(company, day)
        if posted:
            return posted.id
        amounts = self._get_reclass_amounts(company, day)
        if not amounts:
            return 0
        move = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": day,
                "ref": self.env._("Goods shipped at %s", fields.Date.to_string(day)),
                "line_ids": self._prepare_reclass_lines(amounts, account),
            }
        )
        move._post()
        reversal = move._reverse_moves([{"date": fields.Date.add(day, days=1), "ref": move.ref}])
        reversal._post(soft=reversal.date > fields.Date.context_today(self))
        return move.id

    def _check_reclass(self, company_id, date):
        company = self.env.companies.filtered(lambda company: company.id == company_id)
        if not company:
            raise UserError(self.env._("You do not work in company %s.", company_id))
        if not company.consignment_shipped_account_id or not company.consignment_reclass_journal_id:
            raise UserError(self.env._("Set the account and the journal for goods shipped first."))
        try:
            day = fields.Date.to_date(date)
        except ValueError as error:
            raise UserError(self.env._("%s is not a date.", date)) from error
        if not day or day > fields.Date.context_today(self):
            raise UserError(self.env._("%s is in the future.", date or ""))
        return company, day

    def _find_reclass(self, company, day):
        """Return the entry of that day that was not taken back by hand."""
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", company.id),
                ("date", "=", day),
                ("parent_state", "=", "posted"),
                ("consignment_valuation_account_id", "!=", False),
                ("move_id.reversed_entry_id", "=", False),
            ],
            limit=1,
        )
        return lines.move_id

    def _get_reclass_amounts(self, company, day):
        amounts = {}
        # What is archived by now may have had goods on that day.
        agreements = self.with_context(active_test=False).search(
            [("company_id", "=", company.id), ("direction", "=", "out")]
        )
        for row in (row for agreement in agreements for row in agreement.get_balance(day)):
            product = self.env["product.product"].browse(row["product_id"]).with_company(company)
            account = product._get_product_accounts()["stock_valuation"]
            amounts[account] = amounts.get(account, 0.0) + row["value"]
        return {
            account: amount
            for account, amount in amounts.items()
            if account and not company.currency_id.is_zero(amount)
        }

    def _prepare_reclass_lines(self, amounts, shipped):
        commands = []
        for valuation, amount in amounts.items():
            name = self.env._("Goods in other hands")
            commands += [
                Command.create(
                    {
                        "account_id": shipped.id,
                        "name": name,
                        "balance": amount,
                        "consignment_valuation_account_id": valuation.id,
                    }
                ),
                Command.create({"account_id": valuation.id, "name": name, "balance": -amount}),
            ]
        return commands
