"""Every method of orders and offers that programs may rely on, over both protocols."""

import pytest

from clients import Refused

SALESPERSON = "chen.hao"
MEMORY = {
    "line_id", "product_id", "currency_id", "uom_id", "last_sold_price", "last_sold_date",
    "last_quoted_price", "last_quoted_date", "agreed_price", "min_price", "max_price",
    "avg_price", "count",
}  # fmt: skip
# How the arguments of a method are called where a protocol takes names only.
ARGUMENTS = {
    "create": "vals_list",
    "write": "vals",
    "read": "fields",
    "search": "domain",
    "capture_offer": ("option", "label"),
    "action_decline": "reason",
    "action_counter": ("lines", "note"),
    "get_history": ("product_id", "partner_id", "scope"),
}


class Program:
    """One way to call: the same calls over either protocol."""

    def __init__(self, client, named):
        self.client, self.named = client, named

    def call(self, model, method, ids=None, *args):
        if not self.named:
            return self.client.call(model, method, ids, *args)
        names = ARGUMENTS.get(method, ())
        names = (names,) if isinstance(names, str) else names
        return self.client.call(model, method, ids, **dict(zip(names, args, strict=False)))


@pytest.fixture(scope="module", params=["xmlrpc", "json2"])
def protocol(request):
    return request.param


@pytest.fixture(scope="module")
def program_of(served, protocol):
    """Login -> program of that user."""

    def log_in(login):
        return Program(getattr(served, protocol)(login), protocol == "json2")

    return log_in


@pytest.fixture(scope="module")
def sales(program_of):
    return program_of(SALESPERSON)


@pytest.fixture(scope="module")
def customer(sales):
    return one(sales.call("res.partner", "create", None, {"name": "常州阀门配套有限公司"}))


@pytest.fixture(scope="module")
def products(served):
    """A valve of 1000 and a pump of 200; salespeople may not make articles."""
    admin = served.xmlrpc("admin")
    return [
        admin.call("product.product", "create", None, {"name": name, "list_price": price})
        for name, price in (("Interface valve", 1000.0), ("Interface pump", 200.0))
    ]


@pytest.fixture
def order(sales, customer, products):
    return one(
        sales.call(
            "sale.order",
            "create",
            None,
            {
                "partner_id": customer,
                "require_signature": False,
                "require_payment": False,
                "order_line": [
                    (0, 0, {"product_id": product, "product_uom_qty": 10}) for product in products
                ],
            },
        )
    )


@pytest.fixture
def offer(sales, order):
    """Round 1, sent."""
    made = sales.call("sale.order", "capture_offer", [order], "A", "10 pieces")
    sales.call("sale.offer", "action_send", [made])
    return made


def one(created):
    """The id of what was created: a list over the protocol that creates lists."""
    return created[0] if isinstance(created, list) else created


def lines_of(sales, order):
    return sales.call("sale.order.line", "search", None, [("order_id", "=", order)])


def change(sales, order, price=900.0):
    sales.call("sale.order.line", "write", lines_of(sales, order)[:1], {"price_unit": price})


def state(sales, offer):
    return sales.call("sale.offer", "read", [offer], ["state"])[0]["state"]


def refused(program, *call):
    """The words of a refused call."""
    with pytest.raises(Refused) as caught:
        program.call(*call)
    return str(caught.value)


# === sale.order === #


def test_capture_tells_the_same_offer_for_the_same_content(sales, order):
    first = sales.call("sale.order", "capture_offer", [order])
    assert isinstance(first, int)
    assert sales.call("sale.order", "capture_offer", [order]) == first
    change(sales, order)
    assert sales.call("sale.order", "capture_offer", [order], "", "Cheaper") != first


def test_capture_refuses_an_impossible_letter(sales, order):
    assert "letters" in refused(sales, "sale.order", "capture_offer", [order], "1st")


def test_capture_refuses_an_order_without_a_product(sales, customer):
    empty = one(sales.call("sale.order", "create", None, {"partner_id": customer}))
    assert "product" in refused(sales, "sale.order", "capture_offer", [empty])


def test_capture_refuses_a_confirmed_order(sales, order):
    sales.call("sale.order", "action_confirm", [order])
    assert "not a quotation" in refused(sales, "sale.order", "capture_offer", [order])


def memory_of(sales, order):
    told = sales.call("sale.order", "get_price_memory", [order])
    return {line["product_id"]: line for line in told}


def test_memory_tells_what_was_quoted_and_sold(sales, offer, order, products):
    before = memory_of(sales, order)
    assert set(before) == set(products)
    assert set(before[products[0]]) == MEMORY
    assert before[products[0]]["last_quoted_price"] == 1000.0
    sales.call("sale.offer", "action_accept", [offer])
    after = memory_of(sales, order)[products[1]]
    assert after["last_sold_price"] == 200.0
    assert after["count"] >= 1


def test_memory_of_nothing_is_an_empty_list(sales):
    assert sales.call("sale.order", "get_price_memory", []) == []


# === sale.offer === #


def test_send_opens_a_round_and_replaces_the_one_before(sales, order, offer):
    assert state(sales, offer) == "sent"
    change(sales, order)
    second = sales.call("sale.order", "capture_offer", [order])
    assert sales.call("sale.offer", "action_send", [second]) is True
    assert (state(sales, offer), state(sales, second)) == ("superseded", "sent")
    assert "not open any more" in refused(sales, "sale.offer", "action_send", [offer])


def test_accept_confirms_the_order_at_the_offered_price(sales, order, offer):
    change(sales, order, 1.0)
    assert sales.call("sale.offer", "action_accept", [offer]) is True
    [told] = sales.call("sale.order", "read", [order], ["state", "amount_untaxed"])
    assert (told["state"], told["amount_untaxed"]) == ("sale", 12000.0)
    assert "already been decided" in refused(sales, "sale.offer", "action_accept", [offer])


def test_decline_keeps_the_words_and_happens_once(sales, offer):
    assert sales.call("sale.offer", "action_decline", [offer], "Too dear") is True
    [told] = sales.call("sale.offer", "read", [offer], ["state", "decision_note"])
    assert (told["state"], told["decision_note"]) == ("declined", "Too dear")
    assert "can be declined" in refused(sales, "sale.offer", "action_decline", [offer], "Again")


def test_counter_takes_lines_by_product(sales, offer, products):
    wish = [{"product_id": products[0], "price_unit": 880.0, "quantity": 12}]
    assert sales.call("sale.offer", "action_counter", [offer], wish, "Then we order") is True
    assert state(sales, offer) == "countered"


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"price_unit": "cheap"}, "not a price or quantity"),
        ({"price_unit": -1}, "not a price or quantity"),
        ({"quantity": "many"}, "not a price or quantity"),
        ({"line_id": 999_999_999, "price_unit": 1.0}, "not part of"),
    ],
)
def test_counter_refuses_bad_wishes(sales, offer, products, wish, words):
    wish = {"product_id": products[0], **wish}
    assert words in refused(sales, "sale.offer", "action_counter", [offer], [wish], "")
    assert state(sales, offer) == "sent"


def test_counter_says_something(sales, offer):
    assert "Say what you wish" in refused(sales, "sale.offer", "action_counter", [offer], [], "")


def test_load_brings_the_offer_back(sales, order, offer):
    change(sales, order)
    assert sales.call("sale.offer", "action_load", [offer]) is True
    [line] = sales.call("sale.order.line", "read", lines_of(sales, order)[:1], ["price_unit"])
    assert line["price_unit"] == 1000.0
    sales.call("sale.offer", "action_accept", [offer])
    assert "not a quotation" in refused(sales, "sale.offer", "action_load", [offer])


def test_compare_tells_rows_and_offers(sales, order, offer):
    change(sales, order)
    second = sales.call("sale.order", "capture_offer", [order])
    told = sales.call("sale.offer", "compare", [offer, second])
    assert [one["id"] for one in told["offers"]] == [offer, second]
    assert len(told["rows"]) == 2
    assert {"cells"} <= set(told["rows"][0])


def test_digest_proves_the_offer(sales, offer):
    assert sales.call("sale.offer", "verify_digest", [offer]) is True


# === WHO MAY NOT === #


@pytest.mark.parametrize(
    ("model", "method"),
    [
        ("sale.order", "capture_offer"),
        ("sale.offer", "action_send"),
        ("sale.offer", "action_accept"),
        ("sale.offer", "action_load"),
    ],
)
def test_customers_call_nothing(program_of, order, offer, model, method):
    stranger = program_of("dealer")
    refused(stranger, model, method, [order if model == "sale.order" else offer])


def test_nobody_writes_an_offer(sales, offer):
    assert "frozen" in refused(sales, "sale.offer", "write", [offer], {"amount_total": 1.0})
    assert "frozen" in refused(sales, "sale.offer", "unlink", [offer])
    assert sales.call("sale.offer", "verify_digest", [offer]) is True


def test_an_order_with_a_sent_offer_is_not_deleted(program_of, sales, order, offer):
    sales.call("sale.order", "action_cancel", [order])
    manager = program_of("admin")
    assert "Cancel the quotation" in refused(manager, "sale.order", "unlink", [order])
    assert state(sales, offer) == "declined"
