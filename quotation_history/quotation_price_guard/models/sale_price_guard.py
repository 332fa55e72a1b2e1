from collections import defaultdict
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import floor_math

# Outcomes of a line that stop a document, in the order they are told.
STOPPING = ("block", "refused", "approval", "pending")


@dataclass
class PricedLine:
    """A line of an order, an offer or an agreement, reduced to what a floor asks about.

    ``amount`` is without taxes and net of the line's discount, in the document's currency;
    ``rate`` is how many units of that currency one unit of the company's currency buys.
    """

    key: object
    product: object
    uom: object
    quantity: float
    amount: float
    rate: float = 1.0
    order_line_id: int = False

    @property
    def base_quantity(self):
        return self.quantity * self.uom.factor / (self.product.uom_id.factor or 1.0)


@dataclass
class Judgement:
    """What the guard says about one line. Prices are in the company's currency, without taxes,
    per unit of measure of the product."""

    line: PricedLine
    floor: object
    state: str
    price: float = 0.0
    floor_price: float = 0.0
    cost: float = 0.0
    published: float = 0.0
    quantity: float = 0.0
    tolerance: float = 0.0
    decision: str = field(default="")
    within_authority: bool = False

    @property
    def is_below(self):
        return self.state == floor_math.BELOW

    @property
    def outcome(self):
        """What it means for the line: ``ok``, ``no_basis``, ``warn``, ``block``, or of a floor
        that asks for approval ``approval``, ``pending``, ``approved``, ``refused``."""
        if not self.is_below:
            return self.state
        if self.floor.action != "approval":
            return self.floor.action
        if self.decision:
            return self.decision
        return "approved" if self.within_authority else "approval"

    def get_line_floor(self):
        """Return the floor as it compares with the line's net price: in the document's currency,
        per unit of the line, without taxes."""
        return self.floor_price * self.line.rate * self.quantity / self.line.quantity

    def _get_weight(self):
        """Return what makes one of several judgements about a line count: the hardest
        consequence, then an unknown basis, then the highest floor."""
        weights = {"warn": 1, "approval": 2, "block": 3}
        consequence = weights[self.floor.action] if self.is_below else 0
        return consequence, self.state == floor_math.NO_BASIS, self.floor_price

    def get_decision_error(self, env):
        """Return why the acting user cannot decide for this price, ``False`` if the user can."""
        if not self.is_below or self.floor.action == "warn":
            return False
        name = self.line.product.display_name
        if self.floor.action == "block":
            return env._(
                "The floor “%(floor)s” lets nobody sell %(product)s at this price.",
                floor=self.floor.name,
                product=name,
            )
        if self.within_authority:
            return False
        return env._("The price of %s is beyond your authority.", name)


class SalePriceGuard(models.AbstractModel):
    """Judges prices against floors, approvals and authority; the same for every document."""

    _name = "sale.price.guard"
    _description = "Price Guard"

    @api.model
    def _judge(self, lines, company, partner, pricelist, date, user=None, discount=0.0):
        """Judge any number of lines of one document.

        :param lines: list of ``PricedLine``
        :param company: ``res.company`` that sells
        :param partner: ``res.partner`` that buys
        :param pricelist: ``product.pricelist`` of the document, may be empty
        :param date: day of the judgement
        :param user: ``res.users`` whose authority counts; none for customers
        :param float discount: the document's own discount, a negative amount spread over lines
        :return: dict of the lines' keys to ``Judgement``; lines without a floor are left out
        """
        floors = self.env["sale.price.floor"]._get_floors(company)
        lines = [line for line in lines if line.quantity > 0 and line.amount > 0]
        if not floors or not lines:
            return {}
        held = [
            (line, floor)
            for line in lines
            for floor in floors._get_holding(line.product, partner, pricelist, date)
        ]
        amounts = floor_math.spread_discounts({line.key: line.amount for line in lines}, discount)
        facts = self._get_facts(held, company, date)
        judgements = {}
        for line, floor in held:
            judgement = self._judge_line(line, floor, amounts[line.key], facts, company)
            other = judgements.get(line.key)
            if not other or judgement._get_weight() > other._get_weight():
                judgements[line.key] = judgement
        below = [
            judgement
            for judgement in judgements.values()
            if judgement.is_below and judgement.floor.action == "approval"
        ]
        if below:
            self._remember_decisions(below, company, partner, date)
            self._apply_authority(below, company, user)
        return judgements

    @api.model
    def _judge_line(self, line, floor, amount, facts, company):
        base_quantity = line.base_quantity or 1.0
        price = amount / (line.rate or 1.0) / base_quantity
        # Half the smallest coin on the whole line: rounding is not a violation.
        tolerance = company.currency_id.rounding / 2.0 / base_quantity + 1e-9
        product = line.product._origin
        cost = facts["standard"][product.id]
        basis_price = facts.get(floor.basis, {}).get(product.id, 0.0)
        least = floor_math.floor_price(floor._get_limit(), basis_price)
        return Judgement(
            line=line,
            floor=floor,
            state=floor_math.judge(price, least, tolerance),
            price=price,
            floor_price=least or 0.0,
            cost=cost,
            published=facts["published"][product.id],
            quantity=base_quantity,
            tolerance=tolerance,
        )

    # === FACTS === #

    @api.model
    def _get_facts(self, held, company, date):
        """Return by basis what one unit of each product costs, in the company's currency."""
        products = self.env["product.product"].union(*(line.product for line, _floor in held))
        # sudo: a customer on the portal is held to the same floor without seeing the cost
        products = products._origin.sudo().with_company(company)
        bases = {floor.basis for _line, floor in held}
        costs = self._get_standard_costs(products, company, date)
        return {
            "standard": costs,
            "lot": costs | self._get_lot_costs(products, company) if "lot" in bases else {},
            "published": self._get_public_prices(products, company, date),
            "purchase": self._get_purchase_costs(products, company, date)
            if "purchase" in bases
            else {},
        }

    @api.model
    def _get_standard_costs(self, products, company, date):
        costs = {}
        for product in products:
            cost, currency = product.standard_price, product.cost_currency_id
            if cost and currency and currency != company.currency_id:
                cost = currency._convert(cost, company.currency_id, company, date, round=False)
            costs[product.id] = cost
        return costs

    @api.model
    def _get_lot_costs(self, products, company):
        """Return the cost of the dearest lot in stock of the products valued by lot.

        Which lot a customer will get is not known before the delivery: a price that covers the
        dearest one covers all. Empty without stock valuation.
        """
        if "lot_valuated" not in products._fields:
            return {}
        costs = {}
        quants = self.env["stock.quant"].sudo().with_company(company)
        for (lot,) in quants._read_group(
            [
                ("product_id", "in", products.filtered("lot_valuated").ids),
                ("lot_id", "!=", False),
                ("quantity", ">", 0),
                ("location_id.usage", "in", ("internal", "transit")),
                ("company_id", "=", company.id),
            ],
            ["lot_id"],
        ):
            costs[lot.product_id.id] = max(costs.get(lot.product_id.id, 0.0), lot.standard_price)
        return costs

    @api.model
    def _get_public_prices(self, products, company, date):
        found = self.env["product.pricelist"]._get_published_prices(
            [(product.id, product, product.uom_id) for product in products],
            company,
            company.currency_id,
            date,
        )
        return {product_id: price for product_id, (price, _rule) in found.items()}

    @api.model
    def _get_purchase_costs(self, products, company, date):
        """Return the unit price, net of discount, on the newest posted vendor bill."""
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (aml.product_id) aml.product_id, aml.product_uom_id,
                          (aml.balance / NULLIF(aml.quantity, 0))::float
                     FROM account_move_line aml
                     JOIN account_move move ON move.id = aml.move_id
                    WHERE aml.product_id = ANY(%s)
                      AND aml.company_id = %s
                      AND aml.display_type = 'product'
                      AND aml.parent_state = 'posted'
                      AND aml.quantity > 0
                      AND move.move_type = 'in_invoice'
                      AND aml.date <= %s
                    ORDER BY aml.product_id, aml.date DESC, aml.id DESC""",
                products.ids,
                company.id,
                date,
            )
        )
        units = self.env["uom.uom"].browse
        return {
            product_id: (units(uom_id) or products.browse(product_id).uom_id)._compute_price(
                price or 0.0, products.browse(product_id).uom_id
            )
            for product_id, uom_id, price in rows
        }

    # === DECISIONS === #

    @api.model
    def _remember_decisions(self, judgements, company, partner, date):
        """Take over what was decided before: approvals, refusals, and agreed prices."""
        remembered = self.env["sale.price.approval.line"]._get_decisions(
            company,
            partner,
            {judgement.line.product._origin.id for judgement in judgements},
            date,
        )
        agreed = self.env["sale.agreed.price"]._find(
            partner,
            company,
            date,
            [
                (index, judgement.line.product, judgement.line.uom, judgement.line.quantity)
                for index, judgement in enumerate(judgements)
            ],
        )
        for index, judgement in enumerate(judgements):
            judgement.decision = remembered._get_decision(judgement) or self._get_agreed_decision(
                judgement, agreed[index], company, date
            )

    @api.model
    def _get_agreed_decision(self, judgement, agreement, company, date):
        """An approved price for this customer was decided with its floor in sight."""
        if not agreement or agreement.kind != "price":
            return ""
        product = judgement.line.product
        price = agreement._get_line_price(product, product.uom_id, company.currency_id, date)
        return "approved" if judgement.price >= price - judgement.tolerance else ""

    @api.model
    def _apply_authority(self, judgements, company, user):
        """Mark what the user may decide alone. Without a table nobody may.

        A refusal is not overcome by the authority of whoever was refused."""
        if not user or user.share:
            return
        table = self.env["sale.price.authority"]._get_table(company)
        for judgement in judgements:
            judgement.within_authority = table._covers(
                user, judgement.price, judgement.cost, judgement.published
            )

    @api.model
    def _judge_agreement(self, agreement):
        """Judge an agreed price as if it were a line of its least quantity.

        :return: ``Judgement`` or ``False`` where no floor holds or it is a discount
        """
        product = agreement.product_id or agreement.product_tmpl_id.product_variant_id
        if agreement.kind != "price" or not product:
            return False
        quantity = agreement.min_qty or 1.0
        date = max(agreement.date_from, fields.Date.today())
        rate = self.env["res.currency"]._get_conversion_rate(
            agreement.company_id.currency_id, agreement.currency_id, agreement.company_id, date
        )
        uom = agreement.uom_id or product.uom_id
        line = PricedLine("agreement", product, uom, quantity, agreement.price * quantity, rate)
        judgements = self._judge(
            [line],
            agreement.company_id,
            agreement.partner_id,
            self.env["product.pricelist"],
            date,
            user=self.env.user,
        )
        judgement = judgements.get("agreement", False)
        if judgement and not self.env["sale.price.authority"]._get_table(agreement.company_id):
            # Without a table a price manager's signature is enough.
            judgement.within_authority = self.env.user.has_group(
                "quotation_price_guard.group_price_manager"
            )
        return judgement

    @api.model
    def _group_by_outcome(self, judgements):
        groups = defaultdict(list)
        for judgement in judgements.values():
            groups[judgement.outcome].append(judgement)
        return groups
