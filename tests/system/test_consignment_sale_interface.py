# weight: 2
"""Goods at dealers over real sockets: programs report sales, count, and turn loans into sales."""

import pytest

from clients import Refused

PROTOCOLS = ("xmlrpc", "json2")


class Agreements:
    """The contract's methods over either protocol: JSON-2 takes named arguments only."""

    def __init__(self, client):
        self.client = client

    def call(self, method, ids, **named):
        return self.client.call("consignment.agreement", method, ids, **named)


@pytest.fixture(scope="module")
def admin(served):
    """Whoever sets things up."""
    return served.xmlrpc("admin")


@pytest.fixture(scope="module", params=PROTOCOLS)
def agreements(served, request):
    """The agreements over one of the protocols."""
    return Agreements(getattr(served, request.param)("admin"))


@pytest.fixture(scope="module")
def product(served, admin):
    """An article, five hundred of it in stock."""
    values = {"name": "Consigned valve", "is_storable": True, "standard_price": 5.0}
    product = admin.call("product.product", "create", None, {**values, "taxes_id": [(5, 0, 0)]})
    [company] = admin.call("res.users", "read", [admin.uid], ["company_id"])
    [warehouse] = admin.call(
        "stock.warehouse",
        "search_read",
        None,
        [("company_id", "=", company["company_id"][0])],
        ["lot_stock_id"],
        limit=1,
    )
    quant = admin.call(
        "stock.quant",
        "create",
        None,
        {
            "product_id": product,
            "location_id": warehouse["lot_stock_id"][0],
            "inventory_quantity": 500,
        },
    )
    # The host's method returns nothing, which the old protocol cannot carry.
    served.json2("admin").call("stock.quant", "action_apply_inventory", [quant])
    return product


@pytest.fixture
def dealer(admin, product):
    """A dealer with fifteen pieces at 50."""
    return make(admin, product, "consign_out", 15, 50.0)


@pytest.fixture
def loan(admin, product):
    """Five pieces lent at 44."""
    return make(admin, product, "loan_out", 5, 44.0)


def make(admin, product, kind, quantity, price):
    partner = admin.call("res.partner", "create", None, {"name": "常熟阀门经销部"})
    agreement = admin.call(
        "consignment.agreement",
        "create",
        None,
        {"partner_id": partner, "kind": kind, "date_start": "2020-01-01", "due_date": "2099-01-01"},
    )
    assert admin.call("consignment.agreement", "action_activate", [agreement]) is True
    lines = [{"product_id": product, "quantity": quantity, "price_unit": price}]
    assert admin.call("consignment.agreement", "fill_up", [agreement], lines) > 0
    return agreement


def there(agreements, agreement):
    return sum(row["quantity"] for row in agreements.call("get_balance", [agreement]))


def order_of(admin, order):
    fields = ["state", "amount_untaxed", "date_order", "consignment_agreement_id", "picking_ids"]
    [values] = admin.call("sale.order", "read", [order], fields)
    return values


def refused(agreements, method, agreement, message, **named):
    """The call is refused with a message for people, and nothing changed."""
    before = there(agreements, agreement)
    with pytest.raises(Refused, match=message) as caught:
        agreements.call(method, [agreement], **named)
    assert "Traceback" not in str(caught.value).split("debug")[0][:300]
    assert there(agreements, agreement) == before


def test_report_of_sales(admin, agreements, dealer, product):
    lines = [{"product_id": product, "quantity": 6}]
    order = agreements.call("report_sales", [dealer], lines=lines)
    sold = order_of(admin, order)
    assert (sold["state"], sold["amount_untaxed"]) == ("sale", 300.0)
    assert sold["consignment_agreement_id"][0] == dealer
    assert there(agreements, dealer) == 9


def test_wrong_reports(agreements, dealer, product):
    for lines, message in (
        ([{"product_id": product, "quantity": 16}], "only 15 are there"),
        ([{"product_id": product, "quantity": 0}], "Line 1"),
        ([{"product_id": product, "quantity": "6"}], "not a number"),
        ([{"product_id": 999999999, "quantity": 1}], "no product 999999999"),
        ([], "no line"),
    ):
        refused(agreements, "report_sales", dealer, message, lines=lines)
    one = [{"product_id": product, "quantity": 1}]
    refused(agreements, "report_sales", dealer, "only begins", lines=one, date="2019-12-31")
    refused(agreements, "report_sales", dealer, "future", lines=one, date="2098-01-01")
    refused(agreements, "report_sales", dealer, "not a date", lines=one, date="soon")


def test_settlement_by_count(admin, agreements, dealer, product):
    lines = [{"product_id": product, "quantity": 11}]
    [row] = agreements.call("preview_count", [dealer], lines=lines)
    assert (row["book"], row["sold"], row["found"], row["amount"]) == (15.0, 4.0, 0.0, 200.0)
    assert there(agreements, dealer) == 15
    order = agreements.call("settle_by_count", [dealer], lines=lines)
    assert order_of(admin, order)["amount_untaxed"] == 200.0
    assert agreements.call("settle_by_count", [dealer], lines=lines) == 0, "nothing is missing now"
    assert there(agreements, dealer) == 11


def test_found_goods(agreements, dealer, product):
    lines = [{"product_id": product, "quantity": 17}]
    assert agreements.call("settle_by_count", [dealer], lines=lines) == 0
    assert there(agreements, dealer) == 17


def test_wrong_counts(agreements, dealer, product):
    line = {"product_id": product, "quantity": 3}
    refused(agreements, "settle_by_count", dealer, "line 1 already", lines=[line, line])
    refused(agreements, "settle_by_count", dealer, "Line 1", lines=[{**line, "quantity": -1}])
    refused(agreements, "settle_by_count", dealer, "no line", lines=[])


def test_settlement_returns(admin, agreements, dealer, product):
    order = agreements.call(
        "report_sales", [dealer], lines=[{"product_id": product, "quantity": 6}]
    )
    one = [{"product_id": product, "quantity": 1}]
    for destination, left in (("stock", 9), ("dealer", 10), ("scrap", 10)):
        picking = agreements.call(
            "return_sales", [dealer], order_id=order, lines=one, destination=destination
        )
        assert picking in order_of(admin, order)["picking_ids"]
        assert there(agreements, dealer) == left
    wrong = {"order_id": order, "lines": one, "destination": "moon"}
    refused(agreements, "return_sales", dealer, "moon", **wrong)
    much = {"order_id": order, "lines": [{**one[0], "quantity": 4}], "destination": "stock"}
    refused(agreements, "return_sales", dealer, "Line 1", **much)


def test_loan_becomes_a_sale(admin, agreements, loan, product):
    one = [{"product_id": product, "quantity": 1}]
    order = agreements.call("convert", [loan], lines=one, to="sale")
    sold = order_of(admin, order)
    assert (sold["state"], sold["amount_untaxed"]) == ("sale", 44.0)
    buyer = admin.call("res.partner", "create", None, {"name": "张家港流体设备厂"})
    order = agreements.call("convert", [loan], lines=one, to="sale", partner_id=buyer)
    [values] = admin.call("sale.order", "read", [order], ["partner_id"])
    assert values["partner_id"][0] == buyer
    assert there(agreements, loan) == 3


def test_wrong_conversions(agreements, loan, product):
    one = [{"product_id": product, "quantity": 1}]
    refused(agreements, "convert", loan, "smoke", lines=one, to="smoke")
    refused(agreements, "convert", loan, "no partner", lines=one, to="sale", partner_id=999999999)
    many = [{"product_id": product, "quantity": 6}]
    refused(agreements, "convert", loan, "only 5 are there", lines=many, to="sale")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_state_of_a_report_cannot_be_written(served, admin, dealer, product, protocol):
    values = {"agreement_id": dealer, "line_ids": [(0, 0, {"product_id": product, "quantity": 1})]}
    report = admin.call("consignment.report", "create", None, values)
    client = getattr(served, protocol)("admin")
    forged = {"state": "confirmed"}
    context = {"consignment_transition": True}
    with pytest.raises(Refused, match="own actions"):
        client.call("consignment.report", "write", [report], vals=forged, context=context)
    assert client.call("consignment.report", "action_submit", [report]) is True
    assert client.call("consignment.report", "action_confirm", [report]) is True
    with pytest.raises(Refused, match="already settled"):
        client.call("consignment.report", "action_confirm", [report])
