"""Every contract method of an agreement over real sockets, by both protocols."""

import pytest

from clients import Refused, XmlRpc

MANAGER = "admin"


class Program:
    """A program that calls methods of agreements by name, whichever protocol it speaks."""

    def __init__(self, client):
        self.client = client

    def call(self, model, method, ids=None, **named):
        return self.client.call(model, method, ids, **named)

    def create(self, model, values):
        """The id of a new record; XML-RPC wants the values by position here."""
        if isinstance(self.client, XmlRpc):
            return self.client.call(model, "create", None, values)
        return self.client.call(model, "create", vals_list=[values])[0]

    def agree(self, kind="loan_out", **values):
        """An active agreement with a partner of its own."""
        made = self.create(
            "consignment.agreement",
            {
                "kind": kind,
                "partner_id": self.create("res.partner", {"name": f"Partner {kind}"}),
                "date_start": "2026-01-01",
                "due_date": "2100-01-01",
                **values,
            },
        )
        assert self.on(made, "action_activate") is True
        return made

    def on(self, agreement, method, **named):
        return self.call("consignment.agreement", method, [agreement], **named)

    def there(self, agreement):
        return sum(row["quantity"] for row in self.on(agreement, "get_balance"))


@pytest.fixture(scope="module", params=["xmlrpc", "json2"])
def program(request, served):
    """A manager's program, over XML-RPC and over JSON-2."""
    return Program(getattr(served, request.param)(MANAGER))


@pytest.fixture(scope="module")
def product(program):
    """An article with forty pieces in stock."""
    values = {"name": "Lent valve", "is_storable": True, "standard_price": 5.0}
    product = program.create("product.product", values)
    consignor = program.agree("consign_in", purchase_tax_source="agreement")
    line = {"product_id": product, "quantity": 40, "price_unit": 5.0}
    program.on(consignor, "fill_up", lines=[line])
    program.on(consignor, "draw", lines=[{"product_id": product, "quantity": 40}])
    return product


def line(product, quantity, **values):
    return {"product_id": product, "quantity": quantity, **values}


def test_hand_over_take_back_and_look(program, product):
    loan = program.agree()
    picking = program.on(loan, "fill_up", lines=[line(product, 5)])
    [done] = program.call("stock.picking", "read", [picking], fields=["state"])
    assert done["state"] == "done"
    assert isinstance(program.on(loan, "pick_up", lines=[line(product, 2)]), int)
    [row] = program.on(loan, "get_balance")
    assert (row["product_id"], row["lot_id"], row["quantity"]) == (product, False, 3.0)
    assert row["value"] == 15.0
    [layer] = program.on(loan, "get_ageing")
    assert set(layer) == {"product_id", "lot_id", "date", "days", "quantity"}
    assert (layer["days"], layer["quantity"]) == (0, 3.0)
    assert program.on(loan, "get_balance", at="2026-02-01") == []
    assert program.on(loan, "get_ageing", at="2026-02-01") == []


def test_all_ways_to_convert(program, product):
    loan = program.agree()
    program.on(loan, "fill_up", lines=[line(product, 4)])
    made = {
        "gift": "stock.picking",
        "own_use": "stock.picking",
        "relend": "consignment.agreement",
        "sale": "sale.order",
    }
    for way, model in made.items():
        result = program.on(loan, "convert", lines=[line(product, 1)], to=way)
        assert program.call(model, "search_count", domain=[["id", "=", result]]) == 1
    assert program.there(loan) == 0.0


def test_what_does_not_fit_is_refused_and_nothing_is_done(program, product):
    loan = program.agree()
    program.on(loan, "fill_up", lines=[line(product, 2)])
    for method, named in (
        ("pick_up", {"lines": [line(product, 1), line(product, 2)]}),
        ("convert", {"lines": [line(product, 3)], "to": "gift"}),
        ("convert", {"lines": [line(product, 1)], "to": "theft"}),
        ("fill_up", {"lines": [line(product, 0)]}),
        ("fill_up", {"lines": [line(product, 1)], "date": "2025-12-31"}),
        ("action_close", {}),
    ):
        with pytest.raises(Refused):
            program.on(loan, method, **named)
    assert program.there(loan) == 2.0


def test_close_when_all_is_back(program, product):
    loan = program.agree()
    program.on(loan, "fill_up", lines=[line(product, 1)])
    with pytest.raises(Refused, match="Lent valve"):
        program.on(loan, "action_close")
    program.on(loan, "pick_up", lines=[line(product, 1)])
    assert program.on(loan, "action_close") is True
    [told] = program.call("consignment.agreement", "read", [loan], fields=["state"])
    assert told["state"] == "closed"


def test_prices_and_statement(program, product):
    dealer = program.agree("consign_out")
    program.on(dealer, "fill_up", lines=[line(product, 2, price_unit=9.0)])
    [price] = program.on(dealer, "adjust_price", lines=[{"product_id": product, "price_unit": 8.0}])
    assert isinstance(price, int)
    statement = program.on(dealer, "get_statement")
    [row] = statement["lines"]
    assert (row["opening"], row["fill_up"], row["closing"]) == (0.0, 2.0, 2.0)


def test_vendor_is_settled_once(program, product):
    consignor = program.agree("consign_in", purchase_tax_source="agreement")
    program.on(consignor, "fill_up", lines=[line(product, 6, price_unit=7.0)])
    program.on(consignor, "draw", lines=[line(product, 2)])
    [owed] = program.on(consignor, "get_owed")
    assert (owed["quantity"], owed["value"]) == (2.0, 14.0)
    today = program.on(consignor, "get_statement")["date_to"]
    bill = program.on(consignor, "settle_vendor", date_to=today)
    assert program.on(consignor, "settle_vendor", date_to=today) == bill
    [told] = program.call("account.move", "read", [bill], fields=["state", "amount_untaxed"])
    assert (told["state"], told["amount_untaxed"]) == ("draft", 14.0)
    assert program.on(consignor, "get_owed") == []
    program.on(consignor, "return_draw", lines=[line(product, 1)])
    assert program.there(consignor) == 5.0


def test_borrowed_goods_are_bought_and_returned_in_kind(program, product):
    lender = program.agree("borrow_in", purchase_tax_source="agreement")
    program.on(lender, "fill_up", lines=[line(product, 3, price_unit=7.0)])
    program.on(lender, "draw", lines=[line(product, 3)])
    assert isinstance(program.on(lender, "buy_borrowed", lines=[line(product, 1)]), int)
    assert isinstance(program.on(lender, "return_in_kind", lines=[line(product, 2)]), int)
    assert program.on(lender, "get_owed") == []


def test_private_methods_and_forged_states_are_refused(program, product):
    loan = program.agree()
    with pytest.raises(Refused):
        program.on(loan, "_set_state", state="closed")
    with pytest.raises(Refused):
        program.on(loan, "write", vals={"state": "closed"})
