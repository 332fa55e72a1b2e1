from odoo import fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    consignment_shipped_account_id = fields.Many2one(
        "account.account",
        "Goods Shipped Account",
        check_company=True,
        help="At the end of a month the value of goods in other hands is shown on this account.",
    )
    consignment_reclass_journal_id = fields.Many2one(
        "account.journal",
        "Journal for the Month-End Entry",
        domain="[('type', '=', 'general')]",
        check_company=True,
    )

    def stock_accounting_value(self, accounts_by_product=None, at_date=None):
        """Count what the month-end entry shows as shipped as still being stock."""
        values = super().stock_accounting_value(accounts_by_product, at_date)
        for account, balance in self._get_consignment_reclassed(at_date):
            if account in values or self._is_valued_on(account, accounts_by_product):
                values[account] += balance
        return values

    def _is_valued_on(self, account, accounts_by_product):
        return not accounts_by_product or any(
            accounts["valuation"] == account for accounts in accounts_by_product.values()
        )

    def _get_consignment_reclassed(self, at_date=None):
        """Return ``[(valuation account, balance shown elsewhere)]``."""
        domain = Domain("consignment_valuation_account_id", "!=", False)
        domain &= Domain("company_id", "=", self.id) & Domain("parent_state", "=", "posted")
        if at_date:
            domain &= Domain("date", "<=", at_date)
        return self.env["account.move.line"]._read_group(
            domain, ["consignment_valuation_account_id"], ["balance:sum"]
        )
