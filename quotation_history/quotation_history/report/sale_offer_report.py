from odoo import api, fields, models
from odoo.tools import SQL


class SaleOfferReport(models.Model):
    """Analysis of the negotiations: one row per offer the customer had.

    Amounts are untaxed, in the company's currency at the rate frozen with the offer. An offer
    counts for the product category with the largest share of its value, so that no grouping
    counts it twice.
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
    nbr_rounds = fields.Integer(string="Rounds", readonly=True, aggregator="max")
    win_rate = fields.Float(
        string="Win Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Accepted offers among those decided; open ones do not count.",
    )
    concession = fields.Float(
        string="Concession (%)",
        readonly=True,
        aggregator="avg",
        help="Accepted amount below the first offer of the quotation, in percent.",
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
            WITH first AS (
                SELECT DISTINCT ON (order_id)
                       order_id, amount_untaxed / NULLIF(currency_rate, 0) AS amount
                  FROM sale_offer
                 WHERE sent_on IS NOT NULL
                 ORDER BY order_id, round, option
            ), rounds AS (
                SELECT order_id, round, min(sent_on) AS sent_on,
                       lag(min(sent_on)) OVER (PARTITION BY order_id ORDER BY round) AS before
                  FROM sale_offer
                 WHERE sent_on IS NOT NULL
                 GROUP BY order_id, round
            ), category AS (
                SELECT DISTINCT ON (line.offer_id) line.offer_id, template.categ_id
                  FROM sale_offer_line line
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                 GROUP BY line.offer_id, template.categ_id
                 ORDER BY line.offer_id, sum(line.price_subtotal) DESC, template.categ_id
            )
            """
        )

    @api.model
    def _select(self):
        return SQL(
            """
            SELECT offer.id, offer.id AS offer_id, offer.order_id, offer.company_id,
                   company.currency_id AS company_currency_id, offer.partner_id,
                   partner.commercial_partner_id, sale.user_id, sale.team_id, category.categ_id,
                   offer.lost_reason_id, offer.state, 'R' || offer.round AS round_name,
                   offer.option, offer.sent_on AS date, offer.decided_on,
                   offer.amount_untaxed / NULLIF(offer.currency_rate, 0) AS amount,
                   CASE WHEN offer.state = 'accepted'
                        THEN offer.amount_untaxed / NULLIF(offer.currency_rate, 0)
                    END AS won_amount,
                   offer.round AS nbr_rounds,
                   CASE WHEN offer.state = 'accepted' THEN 100.0
                        WHEN offer.state IN ('declined', 'superseded', 'expired') THEN 0.0
                    END AS win_rate,
                   CASE WHEN offer.state = 'accepted' AND first.amount <> 0
                        THEN (first.amount
                              - offer.amount_untaxed / NULLIF(offer.currency_rate, 0))
                             / first.amount * 100
                    END AS concession,
                   EXTRACT(EPOCH FROM rounds.sent_on - rounds.before) / 86400
                       AS days_between_rounds,
                   CASE WHEN offer.state IN ('accepted', 'declined')
                        THEN EXTRACT(EPOCH FROM offer.decided_on - offer.sent_on) / 86400
                    END AS days_to_decide
            """
        )

    @api.model
    def _from(self):
        return SQL(
            """
              FROM sale_offer offer
              JOIN sale_order sale ON sale.id = offer.order_id
              JOIN res_company company ON company.id = offer.company_id
              JOIN res_partner partner ON partner.id = offer.partner_id
              LEFT JOIN first ON first.order_id = offer.order_id
              LEFT JOIN rounds
                     ON rounds.order_id = offer.order_id AND rounds.round = offer.round
              LEFT JOIN category ON category.offer_id = offer.id
             WHERE offer.sent_on IS NOT NULL OR offer.state = 'accepted'
            """
        )
