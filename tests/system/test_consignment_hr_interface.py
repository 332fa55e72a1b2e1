# weight: 2
"""Loans to colleagues over real sockets, done by a storekeeper who may see no personnel file."""

import pytest

from clients import Refused

KEEPER, COLLEAGUE = "hr.interface.keeper", "hr.interface.colleague"
AGREEMENT = "consignment.agreement"


def caller(client):
    """Call methods by name, whichever protocol the client speaks."""

    def call(model, method, ids=None, **named):
        if method == "create" and client.__class__.__name__ == "XmlRpc":
            return client.call(model, "create", None, named["vals_list"])
        return client.call(model, method, ids, **named)

    return call


@pytest.fixture(scope="module")
def admin(served):
    return caller(served.json2("admin"))


def new_user(admin, login, group):
    module, name = group.split(".")
    domain = [["module", "=", module], ["name", "=", name]]
    [data] = admin("ir.model.data", "search_read", domain=domain, fields=["res_id"])
    values = {"name": login, "login": login, "password": login, "group_ids": [[4, data["res_id"]]]}
    return admin("res.users", "create", vals_list=[values])[0]


@pytest.fixture(scope="module")
def goods(admin):
    """Whom and what to lend: an employee of a department, and fifty devices in stock."""
    new_user(admin, KEEPER, "stock.group_stock_user")
    new_user(admin, COLLEAGUE, "base.group_user")
    [department] = admin("hr.department", "create", vals_list=[{"name": "Interface Service"}])
    employee = {
        "name": "Interface Fitter",
        "department_id": department,
        "work_email": "fitter@interface.example.com",
        "private_phone": "555-0199",
    }
    [employee] = admin("hr.employee", "create", vals_list=[employee])
    product = {"name": "Lent calibrator", "is_storable": True, "standard_price": 5.0}
    [product] = admin("product.product", "create", vals_list=[product])
    [warehouse] = admin(
        "stock.warehouse",
        "search_read",
        domain=[["company_id", "=", 1]],
        fields=["lot_stock_id"],
        limit=1,
    )
    quant = {
        "product_id": product,
        "location_id": warehouse["lot_stock_id"][0],
        "inventory_quantity": 50,
    }
    admin(
        "stock.quant", "action_apply_inventory", admin("stock.quant", "create", vals_list=[quant])
    )
    return {"employee": employee, "department": department, "product": product}


@pytest.fixture(scope="module", params=["xmlrpc", "json2"])
def keeper(served, goods, request):
    """A storekeeper's program, over XML-RPC and over JSON-2."""
    return caller(getattr(served, request.param)(KEEPER))


@pytest.fixture(scope="module", params=["xmlrpc", "json2"])
def colleague(served, goods, request):
    """A colleague without rights on the warehouse."""
    return caller(getattr(served, request.param)(COLLEAGUE))


def lend(keeper, goods, quantity, **values):
    values = {"kind": "loan_out", "due_date": "2100-01-01", **values}
    [loan] = keeper(AGREEMENT, "create", vals_list=[values])
    assert keeper(AGREEMENT, "action_activate", [loan]) is True
    assert isinstance(keeper(AGREEMENT, "fill_up", [loan], lines=[line(goods, quantity)]), int)
    return loan


def line(goods, quantity):
    return {"product_id": goods["product"], "quantity": quantity}


def there(keeper, loan):
    return sum(row["quantity"] for row in keeper(AGREEMENT, "get_balance", [loan]))


def test_lend_take_back_and_use(keeper, goods):
    loan = lend(keeper, goods, 5, employee_id=goods["employee"])
    fields = ["borrower_type", "employee_id", "department_id", "goods_state"]
    [told] = keeper(AGREEMENT, "read", [loan], fields=fields)
    assert told["borrower_type"] == "employee"
    assert told["employee_id"][1] == "Interface Fitter"
    assert told["department_id"][0] == goods["department"]
    assert keeper(AGREEMENT, "pick_up", [loan], lines=[line(goods, 2)]) > 0
    assert there(keeper, loan) == 3.0
    used = keeper(AGREEMENT, "convert", [loan], lines=[line(goods, 1)], to="own_use")
    [done] = keeper("stock.picking", "read", [used], fields=["state"])
    assert done["state"] == "done"
    assert there(keeper, loan) == 2.0
    with pytest.raises(Refused, match="Lent calibrator"):
        keeper(AGREEMENT, "pick_up", [loan], lines=[line(goods, 3)])
    assert there(keeper, loan) == 2.0


def test_department_borrows(keeper, goods):
    loan = lend(keeper, goods, 1, department_id=goods["department"])
    [told] = keeper(AGREEMENT, "read", [loan], fields=["borrower_type", "partner_id"])
    assert told["borrower_type"] == "department"
    assert told["partner_id"]
    assert keeper(AGREEMENT, "get_ageing", [loan])[0]["days"] == 0


def test_overdue_loans_are_listed(keeper, goods):
    values = {"date_start": "2026-01-01", "due_date": "2026-01-02"}
    late = lend(keeper, goods, 1, employee_id=goods["employee"], **values)
    timely = lend(keeper, goods, 1, employee_id=goods["employee"])
    domain = [["employee_id", "=", goods["employee"]], ["is_overdue", "=", True]]
    found = keeper(AGREEMENT, "search", domain=domain)
    assert late in found
    assert timely not in found
    keeper(AGREEMENT, "pick_up", [late], lines=[line(goods, 1)])
    assert late not in keeper(AGREEMENT, "search", domain=domain)


def test_the_personnel_file_stays_closed(keeper, goods):
    with pytest.raises(Refused):
        keeper("hr.employee", "read", [goods["employee"]], fields=["private_phone"])
    with pytest.raises(Refused):
        domain = [["employee_id.private_phone", "ilike", "555"]]
        keeper(AGREEMENT, "search", domain=domain)


def test_a_borrower_cannot_be_forged(keeper, goods):
    loan = lend(keeper, goods, 1, employee_id=goods["employee"])
    for values in ({"employee_id": False}, {"department_id": False}, {"partner_id": 1}):
        with pytest.raises(Refused):
            keeper(AGREEMENT, "write", [loan], vals=values)


def test_a_colleague_without_rights_is_refused(admin, colleague, goods):
    loan = lend(admin, goods, 1, employee_id=goods["employee"])
    for method, named in (
        ("read", {"fields": ["name"]}),
        ("get_balance", {}),
        ("fill_up", {"lines": [line(goods, 1)]}),
        ("pick_up", {"lines": [line(goods, 1)]}),
        ("convert", {"lines": [line(goods, 1)], "to": "own_use"}),
        ("action_close", {}),
    ):
        with pytest.raises(Refused):
            colleague(AGREEMENT, method, [loan], **named)
    assert there(admin, loan) == 1.0
