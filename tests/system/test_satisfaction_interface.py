# weight: 2
"""Programs run a satisfaction wave the two ways Odoo offers: enqueue, send, figures, close."""

import uuid

import pytest

from clients import Refused

OFFICER, SELLER = "interface.officer", "interface.seller"
KPIS = {
    "n", "invited", "response_rate", "index", "index_low", "index_high", "csat", "csat_low",
    "csat_high", "nps", "nps_low", "nps_high", "alpha",
}  # fmt: skip


@pytest.fixture(scope="module")
def admin(served):
    return served.xmlrpc("admin")


def record_id(admin, name):
    module, _dot, name = name.partition(".")
    domain = [("module", "=", module), ("name", "=", name)]
    [found] = admin.call("ir.model.data", "search_read", None, domain, ["res_id"])
    return found["res_id"]


@pytest.fixture(scope="module")
def people(admin):
    """A member of the survey team, and somebody who only sells."""
    for login, group in ((OFFICER, "officer"), (SELLER, "user")):
        groups = ("base.group_user", f"survey_satisfaction.group_satisfaction_{group}")
        values = {
            "name": login,
            "login": login,
            "password": login,
            "group_ids": [(6, 0, [record_id(admin, name) for name in groups])],
        }
        admin.call("res.users", "create", None, values)


@pytest.fixture(scope="module", params=["xmlrpc", "json2"])
def program(served, people, request):
    """The officer's program."""
    return getattr(served, request.param)(OFFICER)


@pytest.fixture(scope="module", params=["xmlrpc", "json2"])
def sellers_program(served, people, request):
    return getattr(served, request.param)(SELLER)


@pytest.fixture
def customers(admin):
    """Two companies that answer and one that wants to be left alone."""
    return [
        admin.call(
            "res.partner",
            "create",
            None,
            {
                "name": f"宁波阀门 {n}",
                "is_company": True,
                "email": f"{uuid.uuid4().hex}@example.com",
                "survey_opt_out": n == 2,
            },
        )
        for n in range(3)
    ]


@pytest.fixture
def campaign(admin, customers):
    return make_campaign(admin, target_domain=str([("id", "in", customers)]))


def make_campaign(admin, **values):
    return admin.call(
        "satisfaction.campaign",
        "create",
        None,
        {
            "name": f"Interface {uuid.uuid4().hex}",
            "survey_id": record_id(admin, "survey_satisfaction.survey_recovery"),
            **values,
        },
    )


def refuses(program, status, model, method, ids, **named):
    """A program is told so in a sentence (XML-RPC) or with an HTTP status (JSON-2)."""
    with pytest.raises(Refused) as caught:
        program.call(model, method, ids, **named)
    if caught.value.status is None:
        return "Traceback" not in str(caught.value)
    return caught.value.status == status


def test_a_wave_from_opening_to_closing(program, campaign):
    wave = program.call("satisfaction.campaign", "action_open_wave", [campaign])
    assert isinstance(wave, int)
    assert program.call("satisfaction.campaign", "action_open_wave", [campaign]) == wave
    assert program.call("satisfaction.wave", "action_send", [wave]) == 2
    assert program.call("satisfaction.wave", "action_send", [wave]) == 0
    figures = program.call("satisfaction.wave", "get_kpis", [wave])
    assert set(figures) == KPIS
    assert (figures["n"], figures["invited"], figures["response_rate"]) == (0, 2, 0.0)
    assert figures["index"] is False
    assert program.call("satisfaction.wave", "action_close", [wave]) is True
    assert program.call("satisfaction.wave", "action_close", [wave]) is True
    assert program.call("satisfaction.wave", "get_kpis", [wave])["invited"] == 2
    assert refuses(program, 422, "satisfaction.wave", "action_send", [wave])


def test_enqueue_is_idempotent_and_says_zero(program, admin, customers):
    campaign = make_campaign(admin, kind="transactional")
    program.call("satisfaction.campaign", "action_open_wave", [campaign])
    event = {"origin_model": "res.partner", "origin_id": customers[0]}
    call = {"partner_id": customers[0], **event, "at": "2030-01-31 08:00:00"}
    made = program.call("satisfaction.campaign", "enqueue", [campaign], **call)
    assert made
    assert program.call("satisfaction.campaign", "enqueue", [campaign], **call) == made
    left_out = {"partner_id": customers[2]}
    assert program.call("satisfaction.campaign", "enqueue", [campaign], **left_out) == 0


def test_errors_say_what_is_wrong(program, campaign):
    for named in (
        {"partner_id": 999999999},
        {"partner_id": 1, "origin_model": "no.such.model", "origin_id": 1},
    ):
        assert refuses(program, 422, "satisfaction.campaign", "enqueue", [campaign], **named)
    assert refuses(program, 404, "satisfaction.wave", "get_kpis", [999999999])


def test_money_waits_for_an_approval(program, admin):
    costly = make_campaign(admin, kind="third_party", budget=50000.0)
    assert refuses(program, 422, "satisfaction.campaign", "action_open_wave", [costly])


def test_states_and_figures_are_not_written_by_programs(program, campaign):
    wave = program.call("satisfaction.campaign", "action_open_wave", [campaign])
    for model, ids, values in (
        ("satisfaction.wave", [wave], {"index": 99.0}),
        ("satisfaction.wave", [wave], {"state": "reported"}),
        ("satisfaction.campaign", [campaign], {"state": "approved"}),
    ):
        assert refuses(program, 403, model, "write", ids, vals=values)


def test_salespeople_run_nothing(sellers_program, program, campaign, customers):
    wave = program.call("satisfaction.campaign", "action_open_wave", [campaign])
    for model, method, ids, named in (
        ("satisfaction.campaign", "action_open_wave", [campaign], {}),
        ("satisfaction.campaign", "enqueue", [campaign], {"partner_id": customers[0]}),
        ("satisfaction.wave", "action_send", [wave], {}),
        ("satisfaction.wave", "action_close", [wave], {}),
    ):
        assert refuses(sellers_program, 403, model, method, ids, **named)
    assert sellers_program.call("satisfaction.wave", "get_kpis", [wave])["invited"] == 0
