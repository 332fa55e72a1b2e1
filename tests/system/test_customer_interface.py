"""Customer development as a program sees it, over XML-RPC and JSON-2, with the rights of people."""

from datetime import date
from itertools import count

import pytest

from clients import Refused

SALESPERSON, HEAD = "interface.rep", "interface.head"
PROTOCOLS = ["xmlrpc", "json2"]
numbers = count(1)


class Program:
    """One person's program: the same calls over either protocol, arguments by name."""

    #: names in the order XML-RPC needs them
    ORDER = {
        "create": ["vals_list"],
        "write": ["vals"],
        "read": ["fields"],
        "search": ["domain"],
        "action_apply_development": ["values"],
        "action_stop_development": ["reason", "note"],
        "action_reopen_development": ["note"],
        "action_restore_development": ["reason"],
        "action_override_gate": ["stage_id", "reason"],
        "action_release_to_pool": ["note"],
        "check_ownership": ["company_name"],
        "get_development_matrix": ["domain"],
        "import_prospects": ["fields", "rows", "keep_good"],
        "sign": ["decision", "opinion"],
        "get_workbench": ["period", "scope"],
    }

    def __init__(self, client):
        self.client = client
        self.by_position = not hasattr(client, "key")

    def __call__(self, model, method, ids=None, **named):
        if not self.by_position:
            return self.client.call(model, method, ids, **named)
        names = self.ORDER.get(method, [])
        return self.client.call(model, method, ids, *(named[name] for name in names))


@pytest.fixture(scope="module")
def admin(served):
    return served.xmlrpc("admin")


@pytest.fixture(scope="module")
def process(admin):
    """A team with a process of its own, a salesperson and the head of it."""
    rep = new_user(admin, SALESPERSON, "sales_team.group_sale_salesman")
    head = new_user(admin, HEAD, "customer_dev.group_development_head")
    values = {"name": "Interface", "own_stages": True, "stop_approval": True, "user_id": head}
    team = admin.call("crm.team", "create", None, {**values, "member_ids": [(6, 0, [rep])]})
    stages = [
        admin.call(
            "crm.stage",
            "create",
            None,
            {"name": name, "sequence": 800 + index, "team_ids": [(6, 0, [team])]},
        )
        for index, name in enumerate(("First", "Second"))
    ]
    for kind, more in (
        ("domain", {"domain": "[('need_products', '!=', False)]"}),
        ("approval", {}),
    ):
        admin.call(
            "crm.stage.criterion",
            "create",
            None,
            {"stage_id": stages[0], "kind": kind, "name": f"Criterion {kind}", **more},
        )
    return {"team": team, "stages": stages, "rep": rep, "head": head}


def new_user(admin, login, group):
    group_id = xml_id(admin, group)
    values = {"name": login, "login": login, "password": login, "email": f"{login}@x.example"}
    return admin.call("res.users", "create", None, {**values, "group_ids": [(4, group_id)]})


def xml_id(client, name):
    module, record = name.split(".")
    domain = [("module", "=", module), ("name", "=", record)]
    [found] = client.call("ir.model.data", "search_read", None, domain, ["res_id"])
    return found["res_id"]


@pytest.fixture(scope="module", params=PROTOCOLS)
def rep(served, process, request):
    """The salesperson's program, over each protocol."""
    return Program(getattr(served, request.param)(SALESPERSON))


@pytest.fixture(scope="module", params=PROTOCOLS)
def head(served, process, request):
    """The head's program, over each protocol."""
    return Program(getattr(served, request.param)(HEAD))


@pytest.fixture
def prospect(admin, process):
    """A prospect of the salesperson in the first stage."""
    values = {
        "name": f"Interface {next(numbers)}",
        "type": "opportunity",
        "team_id": process["team"],
        "user_id": process["rep"],
    }
    return admin.call("crm.lead", "create", None, values)


def stage_of(admin, prospect):
    [row] = admin.call("crm.lead", "read", [prospect], ["stage_id"])
    return row["stage_id"][0]


def application(goods=True):
    lines = [(0, 0, {"name": "Valves", "quantity": 10, "price_unit": 900})] if goods else []
    return {"reason": "They need a second source.", "line_ids": lines}


def test_what_is_missing_is_told(rep, prospect):
    missing = rep("crm.lead", "get_gate_missing", [prospect])
    assert [set(row) for row in missing] == [{"criterion_id", "name", "kind"}] * 2
    assert [row["kind"] for row in missing] == ["domain", "approval"]


def test_a_stage_that_is_not_earned_is_refused(rep, admin, process, prospect):
    with pytest.raises(Refused, match="Criterion domain"):
        rep("crm.lead", "write", [prospect], vals={"stage_id": process["stages"][1]})
    assert stage_of(admin, prospect) == process["stages"][0]


def test_an_application_is_submitted_and_asked_for_again(rep, prospect):
    action = rep("crm.lead", "action_apply_development", [prospect], values=application())
    [request] = rep("crm.development.request", "read", [action["res_id"]], fields=["state", "kind"])
    assert (request["kind"], request["state"]) == ("application", "submitted")
    again = rep("crm.lead", "action_apply_development", [prospect], values={})
    assert again["res_id"] == action["res_id"]


def test_an_application_without_goods_is_refused(rep, prospect):
    with pytest.raises(Refused):
        rep("crm.lead", "action_apply_development", [prospect], values=application(goods=False))


@pytest.mark.parametrize(
    "forged",
    [{"state": "approved"}, {"validation_status": "validated"}, {"needs_head": False}],
)
def test_an_approval_cannot_be_forged(rep, prospect, forged):
    action = rep("crm.lead", "action_apply_development", [prospect], values=application())
    request = action["res_id"]
    with pytest.raises(Refused):
        rep("crm.development.request", "write", [request], vals=forged)
    [row] = rep("crm.development.request", "read", [request], fields=["state"])
    assert row["state"] == "submitted"


def test_a_request_is_not_born_approved(rep, prospect):
    values = {"lead_id": prospect, "kind": "application", "state": "approved"}
    with pytest.raises(Refused):
        rep("crm.development.request", "create", vals_list=values)


def test_the_head_signs_and_the_stage_is_earned(rep, head, admin, process, prospect):
    action = rep("crm.lead", "action_apply_development", [prospect], values=application())
    domain = [("model", "=", "crm.development.request"), ("res_id", "=", action["res_id"])]
    reviews = head("tier.review", "search", domain=domain)
    head("tier.review", "sign", reviews, decision="approve", opinion="Go on")
    rep(
        "crm.lead",
        "write",
        [prospect],
        vals={"need_products": "Valves", "stage_id": process["stages"][1]},
    )
    assert stage_of(admin, prospect) == process["stages"][1]
    assert rep("crm.lead", "get_gate_missing", [prospect]) == []


def test_a_stop_is_asked_for_decided_and_taken_back(rep, head, admin, prospect):
    stop = {"reason": "credit", "note": "Two firms wait for their money."}
    action = rep("crm.lead", "action_stop_development", [prospect], **stop)
    again = rep("crm.lead", "action_stop_development", [prospect], **stop)
    assert again["res_id"] == action["res_id"]
    sign(head, action["res_id"])
    [row] = admin.call("crm.lead", "read", [prospect], ["won_status", "active"])
    assert (row["won_status"], row["active"]) == ("lost", False)
    reopened = rep("crm.lead", "action_reopen_development", [prospect], note="They paid.")
    sign(head, reopened["res_id"])
    [row] = admin.call("crm.lead", "read", [prospect], ["won_status"])
    assert row["won_status"] == "pending"


def test_the_head_stops_and_restores_with_a_reason_only(rep, head, admin, prospect):
    with pytest.raises(Refused):
        head("crm.lead", "write", [prospect], vals={"active": False, "probability": 0})
    reason = xml_id(admin, "customer_dev.lost_reason_price")
    lost = {"active": False, "probability": 0, "lost_reason_id": reason}
    head("crm.lead", "write", [prospect], vals=lost)
    for refused, call in (
        (head, ("write", {"vals": {"active": True}})),
        (head, ("action_restore_development", {"reason": " "})),
        (rep, ("action_restore_development", {"reason": "I should like to"})),
    ):
        with pytest.raises(Refused):
            refused("crm.lead", call[0], [prospect], **call[1])
    assert head("crm.lead", "action_restore_development", [prospect], reason="New owner") is True
    [row] = admin.call("crm.lead", "read", [prospect], ["won_status", "active"])
    assert (row["won_status"], row["active"]) == ("pending", True)
    domain = [("model", "=", "crm.lead"), ("res_id", "=", prospect)]
    bodies = admin.call("mail.message", "search_read", None, domain, ["body"])
    assert any("New owner" in message["body"] for message in bodies)


def sign(head, request):
    domain = [("model", "=", "crm.development.request"), ("res_id", "=", request)]
    reviews = head("tier.review", "search", domain=domain)
    head("tier.review", "sign", reviews, decision="approve", opinion="Agreed")


def test_nobody_loses_a_prospect_alone(rep, prospect):
    with pytest.raises(Refused):
        rep("crm.lead", "write", [prospect], vals={"active": False, "probability": 0})


def test_a_salesperson_cannot_override_and_a_head_must_say_why(rep, head, process, prospect):
    second = process["stages"][1]
    with pytest.raises(Refused):
        rep("crm.lead", "action_override_gate", [prospect], stage_id=second, reason="Please")
    with pytest.raises(Refused):
        head("crm.lead", "action_override_gate", [prospect], stage_id=second, reason=" ")
    assert head("crm.lead", "action_override_gate", [prospect], stage_id=second, reason="Board")


def test_a_pass_in_the_context_opens_nothing(served, admin, process, prospect):
    client = served.json2(SALESPERSON)
    with pytest.raises(Refused):
        client.call(
            "crm.lead",
            "write",
            [prospect],
            vals={"stage_id": process["stages"][1]},
            context={"gate_pass": "GatePass", "skip_validation_check": True},
        )
    assert stage_of(admin, prospect) == process["stages"][0]


def test_a_prospect_goes_to_the_pool_and_is_taken_by_another(rep, head, admin, prospect):
    assert rep("crm.lead", "action_release_to_pool", [prospect], note="No time") is True
    with pytest.raises(Refused):  # the former owner waits
        rep("crm.lead", "action_pick_from_pool", [prospect])
    assert head("crm.lead", "action_pick_from_pool", [prospect]) is True
    [row] = admin.call("crm.lead", "read", [prospect], ["user_id"])
    assert row["user_id"][1] == HEAD


def test_ownership_is_told_without_the_prospect(head, admin, process):
    name = f"Wuxi Interface {next(numbers)}"
    admin.call(
        "crm.lead",
        "create",
        None,
        {
            "name": "Secret project",
            "partner_name": f"{name} Ltd",
            "type": "opportunity",
            "team_id": process["team"],
            "user_id": process["rep"],
        },
    )
    told = head("crm.lead", "check_ownership", company_name=name)
    assert told == {"owned": True, "owner": SALESPERSON}


def test_rows_are_imported_and_the_bad_one_named(rep, process):
    columns = ["name", "type", "team_id/.id", "stage_id/.id"]
    first, second = (str(stage) for stage in process["stages"])
    team = str(process["team"])
    rows = [["Good", "opportunity", team, first], ["Bad", "opportunity", team, second]]
    result = rep("crm.lead", "import_prospects", fields=columns, rows=rows, keep_good=True)
    assert len(result["ids"]) == 1
    assert [error["row"] for error in result["errors"]] == [1]
    nothing = rep("crm.lead", "import_prospects", fields=columns, rows=rows, keep_good=False)
    assert nothing["ids"] == []


def test_the_matrix_tells_assessed_prospects(rep, admin, prospect):
    scores = ("share", "effort", "deal_risk", "value", "customer_risk", "ability", "technical")
    admin.call("crm.lead", "write", [prospect], {f"va_{name}": "4" for name in scores})
    told = rep("crm.lead", "get_development_matrix", domain=[("id", "=", prospect)])
    assert set(told) == {"points", "currency", "unassessed"}
    assert [point["id"] for point in told["points"]] == [prospect]


def test_a_work_log_opens_for_today(rep):
    action = rep("crm.work.log", "action_open_today")
    [log] = rep("crm.work.log", "read", [action["res_id"]], fields=["date"])
    assert log["date"] in {str(date.today()), str(date.fromordinal(date.today().toordinal() + 1))}


def test_the_workbench_counts_and_tells_where(rep, prospect):
    told = rep("crm.lead", "get_workbench", period="month", scope="mine")
    assert {"date_from", "date_to", "currency", "tiles", "todo"} <= set(told)
    deals = next(tile for tile in told["tiles"] if tile["key"] == "new_deals")
    found = rep("crm.lead", "search", domain=deals["domain"])
    assert prospect in found and len(found) == deals["count"]


@pytest.mark.parametrize(
    "model, values",
    [
        ("crm.relation.plan", {"reason": "They do not know us", "state": "approved"}),
        ("crm.internal.tender", {"reason": "Board"}),
        ("crm.development.reward", {"amount": 9999}),
    ],
)
def test_a_salesperson_forges_neither_plan_nor_tender_nor_reward(rep, prospect, model, values):
    with pytest.raises(Refused):
        rep(model, "create", vals_list={"lead_id": prospect, **values})


def test_a_relationship_plan_goes_to_its_signers(rep, head, prospect):
    step = {"target": "Quality", "goal": "They ask for a sample", "budget": 500}
    values = {"lead_id": prospect, "reason": "Unknown there", "line_ids": [(0, 0, step)]}
    plan = rep("crm.relation.plan", "create", vals_list=values)
    plan = plan[0] if isinstance(plan, list) else plan
    assert rep("crm.relation.plan", "action_submit", [plan]) is True
    domain = [("model", "=", "crm.relation.plan"), ("res_id", "=", plan)]
    mine = head("tier.review", "search", domain=[*domain, ("status", "=", "pending")])
    head("tier.review", "sign", mine, decision="approve", opinion="Agreed")
    [row] = rep("crm.relation.plan", "read", [plan], fields=["state", "budget"])
    assert (row["state"], row["budget"]) == ("submitted", 500)  # the general manager is left


def test_an_expense_is_the_salespersons_and_not_approved(rep, head, prospect):
    values = {"lead_id": prospect, "name": "Train", "amount": 100, "state": "approved"}
    expense = rep("crm.development.expense", "create", vals_list=values)
    expense = expense[0] if isinstance(expense, list) else expense
    with pytest.raises(Refused):
        rep("crm.development.expense", "action_approve", [expense])
    [row] = rep("crm.development.expense", "read", [expense], fields=["state", "advance_amount"])
    assert (row["state"], row["advance_amount"]) == ("draft", 20)
    assert head("crm.development.expense", "action_approve", [expense]) is True
