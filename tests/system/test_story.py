"""The main job over real sockets: a prospect's offers are sent, seen, chosen and confirmed."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from clients import Refused

SALESPERSON = "chen.hao"


@pytest.fixture(scope="module")
def sales(served):
    """A salesperson's program, XML-RPC."""
    return served.xmlrpc(SALESPERSON)


@pytest.fixture(scope="module")
def product(served):
    """An article; salespeople may not make one."""
    values = {"name": "Control valve", "list_price": 1000.0}
    return served.xmlrpc("admin").call("product.product", "create", None, values)


@pytest.fixture
def negotiation(sales, product):
    """An order whose first round with two alternatives was sent."""
    customer = sales.call(
        "res.partner", "create", None, {"name": "嘉兴泵业有限公司", "lang": "zh_CN"}
    )
    order = sales.call(
        "sale.order",
        "create",
        None,
        {
            "partner_id": customer,
            "require_signature": False,
            "require_payment": False,
            "order_line": [(0, 0, {"product_id": product, "product_uom_qty": 10})],
        },
    )
    first = sales.call("sale.order", "capture_offer", [order], "A", "10 pieces")
    [line] = sales.call("sale.order.line", "search", None, [("order_id", "=", order)])
    sales.call("sale.order.line", "write", [line], {"product_uom_qty": 50, "price_unit": 900.0})
    second = sales.call("sale.order", "capture_offer", [order], "B", "50 pieces")
    sales.call("sale.offer", "action_send", [first, second])
    [told] = sales.call("sale.order", "read", [order], ["access_url", "access_token", "name"])
    page = f"{told['access_url']}?access_token={told['access_token']}"
    return {"order": order, "offers": [first, second], "page": page, "token": told["access_token"]}


def choose(visitor, negotiation, offer, token=None):
    """Press the button of an offer on the portal page, as a browser does."""
    _status, _address, page = visitor.get(negotiation["page"])
    csrf = re.search(r'csrf_token: "([^"]+)"', page).group(1)
    return visitor.post(
        f"/my/orders/{negotiation['order']}/offers/{offer}/choose",
        csrf_token=csrf,
        access_token=token or negotiation["token"],
    )


def told(page):
    """Return what the page tells the visitor after an answer: kind and words."""
    found = re.search(
        r'<div[^>]*class="alert alert-(\w+) d-print-none"[^>]*>\s*<strong>(.*?)</strong>', page
    )
    return found.groups() if found else ("", "")


def states(client, negotiation):
    read = client.call("sale.offer", "read", negotiation["offers"], ["state"])
    return [one["state"] for one in sorted(read, key=lambda one: one["id"])]


def test_the_portal_shows_both_and_choosing_one_confirms_the_order(served, sales, negotiation):
    visitor = served.visitor()
    status, _address, page = visitor.get(negotiation["page"])
    assert status == 200
    assert "10 pieces" in page
    assert "50 pieces" in page
    choose(visitor, negotiation, negotiation["offers"][0])
    [order] = sales.call("sale.order", "read", [negotiation["order"]], ["state", "amount_untaxed"])
    assert (order["state"], order["amount_untaxed"]) == ("sale", 10000.0)
    assert states(sales, negotiation) == ["accepted", "superseded"]


def test_a_chosen_offer_cannot_be_chosen_away(served, sales, negotiation):
    visitor = served.visitor()
    choose(visitor, negotiation, negotiation["offers"][1])
    *_answer, page = choose(visitor, negotiation, negotiation["offers"][0])
    kind, words = told(page)
    assert kind == "danger"
    assert "已有结论" in words
    assert states(sales, negotiation) == ["superseded", "accepted"]


def test_another_orders_token_opens_nothing(served, sales, negotiation):
    visitor = served.visitor()
    choose(visitor, negotiation, negotiation["offers"][0], token="0" * 36)
    assert states(sales, negotiation) == ["sent", "sent"]
    _status, address, _page = served.visitor().get(negotiation["page"][:-6] + "000000")
    assert "/my/orders/" not in address


def test_of_two_people_choosing_at_once_exactly_one_wins(served, sales, negotiation):
    visitors = [served.visitor(), served.visitor()]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda pair: choose(pair[0], negotiation, pair[1]),
                zip(visitors, negotiation["offers"], strict=True),
            )
        )
    lost, won = sorted(told(page) for *_answer, page in answers)
    assert won == ("success", "谢谢！您的订单已确认。")
    # in the customer's language: somebody else is at it, or has been
    assert lost[0] == "danger"
    assert re.search("另有人正在|已有结论|已不能选择", lost[1])
    assert sorted(states(sales, negotiation)) == ["accepted", "superseded"]


@pytest.mark.parametrize("protocol", ["xmlrpc", "json2"])
def test_a_sent_offer_cannot_be_changed_by_a_program(served, negotiation, protocol):
    client = getattr(served, protocol)(SALESPERSON)
    values = {"amount_total": 1.0, "state": "accepted"}
    named = {"vals": values} if protocol == "json2" else {}
    with pytest.raises(Refused):
        client.call(
            "sale.offer", "write", negotiation["offers"], *([] if named else [values]), **named
        )
    assert client.call("sale.offer", "verify_digest", negotiation["offers"][:1]) is True


def test_both_protocols_tell_the_same(served, sales, negotiation):
    told = sales.call("sale.offer", "compare", negotiation["offers"])
    assert served.json2(SALESPERSON).call("sale.offer", "compare", negotiation["offers"]) == told
    assert [offer["id"] for offer in told["offers"]] == negotiation["offers"]
    assert told["rows"]


def test_capturing_the_same_content_again_makes_nothing_new(sales, negotiation):
    again = sales.call("sale.order", "capture_offer", [negotiation["order"]])
    assert again == negotiation["offers"][1]


def test_the_price_given_is_remembered(sales, negotiation):
    [memory] = sales.call("sale.order", "get_price_memory", [negotiation["order"]])
    assert set(memory) >= {
        *("line_id", "product_id", "currency_id", "uom_id", "last_sold_price", "last_sold_date"),
        *("last_quoted_price", "last_quoted_date", "agreed_price", "min_price", "max_price"),
        *("avg_price", "count"),
    }
    assert memory["last_sold_price"] is False
