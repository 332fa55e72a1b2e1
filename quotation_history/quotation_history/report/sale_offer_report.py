from odoo import api, fields, models
from odoo.tools import SQL


class SaleOfferReport(models.Model):
    """Analysis of the negotiations: one row per offer the customer had.

    Amounts are untaxed, in the company's currency at the rate frozen with the offer. An offer
    counts for the product category with the largest share of its value, so that no grouping
    counts it twice. What is said of a round or of a quotation stands on one of its offers alone,
    the accepted one where there is one: alternatives do not count it twice either.
    """

    _name = "sale.offer.report"
    _description = "Offer Analysis"
    _auto = False
    _order = "date desc, id desc"

    offer_id = fields.Many2one("sale.offer", readonly=True)
    order_id = fields.Many2one("sale.order", string="Quotation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer Group", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    lost_reason_id = fields.Many2one("sale.offer.lost.reason", readonly=True)
    state = fields.Selection(
        # described, not copied: so its labels are translated
        selection=lambda self: (
            self.env["sale.offer"]._fields["state"]._description_selection(self.env)
        ),
        string="Status",
        readonly=True,
    )
    round_name = fields.Char(string="Round", readonly=True)
    option = fields.Char(string="Alternative", readonly=True)
    date = fields.Datetime(string="Sent On", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    amount = fields.Monetary(
        string="Untaxed Amount", currency_field="company_currency_id", readonly=True
    )
    won_amount = fields.Monetary(currency_field="company_currency_id", readonly=True)
    nbr_quotations = fields.Integer(string="Quotations", readonly=True)
    nbr_rounds = fields.Float(
        string="Rounds per Quotation",
        readonly=True,
        aggregator="avg",
        help="How many rounds a quotation took, up to now.",
    )
    quotation_win_rate = fields.Float(
        string="Win Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Quotations with an accepted offer among those decided; open ones do not count.",
    )
    win_rate = fields.Float(
        string="Win Rate of Rounds (%)",
        readonly=True,
        aggregator="avg",
        help="Rounds with an accepted offer among those decided; open ones do not count.",
    )
    concession = fields.Float(
        string="Concession (%)",
        readonly=True,
        aggregator="avg",
        help="How far the accepted prices are below those of the first offer, at the accepted "
        "quantities. Products that were not in the first offer do not count.",
    )
    days_between_rounds = fields.Float(
        string="Days since Last Round", readonly=True, aggregator="avg"
    )
    days_to_decide = fields.Float(string="Days to Decide", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._with(), self._select(), self._from())

    @api.model
    def _with(self):
        return SQL(
            """
            WITH offer AS (
                SELECT id, order_id, company_id, partner_id, lost_reason_id, state, round, option,
                       sent_on, decided_on, amount_untaxed / NULLIF(currency_rate, 0) AS amount,
                       NULLIF(currency_rate, 0) AS rate,
                       state = 'accepted' AS is_won,
                       state IN ('to_approve', 'approved', 'sent', 'countered') AS is_open,
                       state IN ('declined', 'superseded', 'expired')
                       -- ours to withdraw, or accepted by somebody and cancelled after all
                       OR state = 'cancelled' AND decided_by IS NOT NULL AS is_lost
                  FROM sale_offer
                 WHERE sent_on IS NOT NULL OR state = 'accepted'
            ), first AS (
                SELECT DISTINCT ON (order_id) order_id, id, rate
                  FROM offer
                 WHERE sent_on IS NOT NULL
                 ORDER BY order_id, round, option
            ), concession AS (
                -- at the accepted quantities: more pieces are no worse price
                SELECT won.id, 100 - 100 * sum(line.price_net * line.qty) / won.rate
                       / NULLIF(sum(before.price_net * line.qty) / first.rate, 0) AS percent
                  FROM offer won
                  JOIN first ON first.order_id = won.order_id
                  JOIN sale_offer_line line ON line.offer_id = won.id
                  JOIN sale_offer_line before
                       ON before.offer_id = first.id AND before.line_key = line.line_key
                      AND before.product_id = line.product_id AND before.uom_id = line.uom_id
                 WHERE won.is_won
                 GROUP BY won.id, won.rate, first.rate
            ), rounds AS (
                SELECT DISTINCT ON (order_id, round) id, %s AS win_rate,
                       min(sent_on) OVER same_round AS sent_on,
                       order_id, round
                  FROM offer
                WINDOW same_round AS (PARTITION BY order_id, round)
                 ORDER BY order_id, round, is_won DESC, option
            ), gaps AS (
                SELECT id, win_rate, EXTRACT(EPOCH FROM sent_on - lag(sent_on) OVER (
                       PARTITION BY order_id ORDER BY round)) / 86400 AS days
                  FROM rounds
            ), quotation AS (
                SELECT DISTINCT ON (order_id) id, %s AS win_rate,
                       max(round) OVER same_order AS nbr_rounds
                  FROM offer
                WINDOW same_order AS (PARTITION BY order_id)
                 ORDER BY order_id, is_won DESC, round DESC, option
            ), category AS (
                SELECT DISTINCT ON (line.offer_id) line.offer_id, template.categ_id
                  FROM sale_offer_line line
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                 GROUP BY line.offer_id, template.categ_id
                 ORDER BY line.offer_id, sum(line.price_subtotal) DESC, template.categ_id
            )
            """,
            self._win_rate(SQL("same_round")),
            self._win_rate(SQL("same_order")),
        )

    @api.model
    def _win_rate(self, window):
        """Return the SQL of 100 where any offer of ``window`` was accepted, 0 where all were
        lost, nothing while one is open."""
        return SQL(
            """CASE WHEN bool_or(is_won) OVER %(window)s THEN 100.0
                    WHEN bool_or(is_open) OVER %(window)s THEN NULL
                    WHEN bool_or(is_lost) OVER %(window)s THEN 0.0 END""",
            window=window,
        )

    @api.model
    def _select(self):
        return SQL(
            """
            SELECT offer.id, offer.id AS offer_id, offer.order_id, offer.company_id,
                   company.currency_id AS company_currency_id, offer.partner_id,
                   partner.commercial_partner_id, sale.user_id, sale.team_id, category.categ_id,
                   offer.lost_reason_id, offer.state, 'R' || offer.round AS round_name,
                   offer.option, offer.sent_on AS date, offer.decided_on, offer.amount,
                   CASE WHEN offer.is_won THEN offer.amount END AS won_amount,
                   CASE WHEN quotation.id IS NOT NULL THEN 1 END AS nbr_quotations,
                   quotation.nbr_rounds, quotation.win_rate AS quotation_win_rate,
                   gaps.win_rate, gaps.days AS days_between_rounds,
                   concession.percent AS concession,
                   CASE WHEN offer.state IN ('accepted', 'declined')
                        THEN EXTRACT(EPOCH FROM offer.decided_on - offer.sent_on) / 86400
                    END AS days_to_decide
            """
        )

    @api.model
    def _from(self):
        return SQL(
            """
              FROM offer
              JOIN sale_order sale ON sale.id = offer.order_id
              JOIN res_company company ON company.id = offer.company_id
              JOIN res_partner partner ON partner.id = offer.partner_id
              LEFT JOIN concession ON concession.id = offer.id
              LEFT JOIN gaps ON gaps.id = offer.id
              LEFT JOIN quotation ON quotation.id = offer.id
              LEFT JOIN category ON category.offer_id = offer.id
            """
        )
