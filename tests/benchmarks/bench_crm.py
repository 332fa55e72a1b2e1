# Leads without and with the addons, a process with gates, and the funnel beside bare SQL.
# database: host suite
# size: 20000
from measure import Bench

from odoo.tools import SQL

WITH_ADDONS = "crm.stage.history" in env
FILLED_STAGES = 4
bench = Bench(env)
Lead = env["crm.lead"].with_context(tracking_disable=False)


def run(sql, *values):
    env.cr.execute(SQL(sql, *values))


def analyze():
    run("ANALYZE crm_lead, mail_message, mail_tracking_value, mail_activity, calendar_event")


def filled(count):
    """Many leads of an ordinary team, each with the tracking of the stages it went through."""
    env.flush_all()
    run(
        "INSERT INTO crm_lead (name, type, active, team_id, stage_id, user_id, company_id,"
        " create_date, write_date, date_open, date_last_stage_update, expected_revenue,"
        " probability, automated_probability, won_status, priority, partner_name)"
        " SELECT 'Lead ' || n, 'opportunity', TRUE, %s, (%s::int[])[1 + n %% 4], %s, %s,"
        " now() - n %% 700 * interval '1 day', now(), now(), now() - n %% 80 * interval '1 day',"
        " n, 10, 10, CASE WHEN n %% 4 = 3 THEN 'won' ELSE 'pending' END, '0', 'Firm ' || n"
        " FROM generate_series(1, %s) n",
        *(team.id, stages.ids, env.uid, env.company.id, count),
    )
    for step in range(1, FILLED_STAGES):
        filled_step(*stages[step - 1 : step + 1].ids, step)
    env.cr.commit()
    analyze()


def filled_step(old_id, new_id, step):
    """The tracked step of every lead that got so far."""
    reached = stages.ids[step:]
    run(
        "INSERT INTO mail_message (model, res_id, date, message_type, create_date, write_date)"
        " SELECT 'crm.lead', id, create_date + %s * interval '9 day', 'notification', now(), now()"
        " FROM crm_lead WHERE team_id = %s AND stage_id IN %s",
        *(step, team.id, tuple(reached)),
    )
    run(
        "INSERT INTO mail_tracking_value (mail_message_id, field_id, old_value_integer,"
        " new_value_integer)"
        " SELECT m.id, %s, %s, %s FROM mail_message m LEFT JOIN mail_tracking_value t"
        " ON t.mail_message_id = m.id"
        " WHERE m.model = 'crm.lead' AND m.message_type = 'notification' AND t.id IS NULL"
        " AND m.create_uid IS NULL",
        *(env["ir.model.fields"]._get("crm.lead", "stage_id").id, old_id, new_id),
    )


def shown_fields(xml_id, kind):
    view = Lead.get_view(env.ref(xml_id).id, kind)
    return {name: {} for name in view["models"]["crm.lead"] if name in Lead._fields}


def report(title, action, goal, repeat=7, prepare=None, **rival):
    done = bench.time(action, repeat, prepare)
    bench.row(title, done.ms, goal=goal, queries=done.queries, **rival)
    return done.ms


def made(count, in_team):
    values = {"type": "opportunity", "team_id": in_team.id}
    return Lead.create([{"name": f"Made {n}", **values} for n in range(count)])


def placed(count, in_team, stage):
    """As many leads of a team in a stage, quickly: making them is measured by itself."""
    env.flush_all()
    run(
        "INSERT INTO crm_lead (name, type, active, team_id, stage_id, user_id, company_id,"
        " create_uid, create_date, write_date, date_open, date_last_stage_update, probability,"
        " automated_probability, won_status, priority)"
        " SELECT 'Placed ' || n, 'opportunity', TRUE, %s, %s, %s, %s, %s, now(), now(), now(),"
        " now(), 10, 10, 'pending', '0' FROM generate_series(1, %s) n RETURNING id",
        *(in_team.id, stage.id, env.uid, env.company.id, env.uid, count),
    )
    return Lead.browse(row[0] for row in env.cr.fetchall())


def moved(leads, stage):
    leads.write({"stage_id": stage.id})


def process():
    """A team with a process of its own and four criteria that its leads meet."""
    own = env["crm.team"].create({"name": "Process", "own_stages": True})
    first, second = env["crm.stage"].create(
        [
            {"name": name, "sequence": 900 + step, "team_ids": [(6, 0, own.ids)]}
            for step, name in enumerate(("First", "Second"))
        ]
    )
    domains = [
        [("need_products", "!=", False)],
        [("stakeholder_ids.role", "=", "champion")],
        [("supplier_ids", "!=", False)],
        [("purchase_step", "in", ["b", "c"])],
    ]
    env["crm.stage.criterion"].create(
        [
            {"stage_id": first.id, "kind": "domain", "name": str(domain), "domain": str(domain)}
            for domain in domains
        ]
    )
    return own, first, second


def placed_in_process(count, own, stage):
    leads = placed(count, own, stage)
    person = env["res.partner"].create({"name": "Champion"})
    leads.write({"need_products": "Valves", "purchase_step": "b"})
    env["crm.lead.supplier"].create([{"lead_id": lead.id, "name": "Rival"} for lead in leads])
    env["crm.lead.stakeholder"].create(
        [{"lead_id": lead.id, "partner_id": person.id, "role": "champion"} for lead in leads]
    )
    return leads


BARE_FUNNEL = """
    WITH moves AS (
        SELECT m.res_id AS lead_id, m.date AS at, t.id, t.old_value_integer AS old_id,
               t.new_value_integer AS new_id
          FROM mail_tracking_value t JOIN mail_message m ON m.id = t.mail_message_id
         WHERE t.field_id = %s AND m.model = 'crm.lead'
    ), stays AS (
        SELECT lead_id, new_id AS stage_id, at, id FROM moves
        UNION ALL
        SELECT l.id, COALESCE(f.old_id, l.stage_id), l.create_date, 0 FROM crm_lead l
          LEFT JOIN (SELECT DISTINCT ON (lead_id) lead_id, old_id FROM moves
                      ORDER BY lead_id, at, id) f ON f.lead_id = l.id
    ), ordered AS (
        SELECT lead_id, stage_id, at, lead(at) OVER w AS left_at, lead(stage_id) OVER w AS next_id
          FROM stays WINDOW w AS (PARTITION BY lead_id ORDER BY at, id)
    )
    SELECT l.team_id, o.stage_id, count(DISTINCT o.lead_id), sum((n.sequence > s.sequence)::int),
           avg(EXTRACT(EPOCH FROM COALESCE(o.left_at, now() AT TIME ZONE 'UTC') - o.at) / 86400)
      FROM ordered o JOIN crm_lead l ON l.id = o.lead_id JOIN crm_stage s ON s.id = o.stage_id
      LEFT JOIN crm_stage n ON n.id = o.next_id
     GROUP BY 1, 2
"""


def bare_funnel():
    run(BARE_FUNNEL, env["ir.model.fields"]._get("crm.lead", "stage_id").id)
    return env.cr.fetchall()


def report_process():
    own, first, second = process()
    plain = bench.time(lambda leads: moved(leads, stages[1]), 3, place).ms
    report(
        "move 1,000 leads through a gate of four criteria",
        lambda leads: moved(leads, second),
        "≤ 1.3",
        3,
        lambda: placed_in_process(1000, own, first),
        other="without a gate",
        other_ms=plain,
    )
    leads = placed_in_process(80, own, first)
    fields = shown_fields("crm.crm_case_kanban_view_leads", "kanban")
    report(
        "kanban of 80 leads in a process",
        lambda: Lead.web_search_read([("id", "in", leads.ids)], fields, limit=80),
        "+6 queries",
    )
    report("what is missing on one lead", lambda: leads[:1].get_gate_missing(), None)


def report_own():
    History = env["crm.stage.history"]
    analyze()
    bare = bench.time(bare_funnel, 3).ms
    report(
        "funnel by team and stage",
        lambda: History.formatted_read_group(
            [], ["team_id", "stage_id"], ["lead_id:count_distinct", "went_on:sum", "days:avg"]
        ),
        "≤ 2.0",
        3,
        other="bare SQL",
        other_ms=bare,
    )
    team.write({"pool_days": 60, "pool_warn_days": 5})
    report("find leads without progress for the pool", lambda: Lead._find_stale(team), None, 3)
    report(
        "prospect directory, first page", lambda: Lead.web_search_read([], LISTED, limit=80), None
    )


def place():
    return placed(1000, team, stages[0])


LISTED = {"name": {}, "partner_name": {}, "stage_id": {"fields": {"display_name": {}}}}
team = env["crm.team"].create({"name": "Ordinary", "company_id": False})
stages = env["crm.stage"].search([("team_ids", "=", False)], limit=FILLED_STAGES)
filled(given["size"])
shown = Lead.search([("team_id", "=", team.id)], limit=80)
kanban = shown_fields("crm.crm_case_kanban_view_leads", "kanban")
listed = shown_fields("crm.crm_case_tree_view_oppor", "list")
report(
    "kanban of 80 leads",
    lambda: Lead.web_search_read([("id", "in", shown.ids)], kanban, limit=80),
    "+6 queries",
)
report(
    "list of 80 leads",
    lambda: Lead.web_search_read([("id", "in", shown.ids)], listed, limit=80),
    "+6 queries",
)
report(
    "columns of the kanban",
    lambda: Lead.formatted_read_group(
        [("team_id", "=", team.id)], ["stage_id"], ["__count", "expected_revenue:sum"]
    ),
    "≤ 1.10",
)
report("create 1,000 leads", lambda: made(1000, team), "≤ 1.3", 3)
report("move 1,000 leads", lambda leads: moved(leads, stages[1]), "≤ 1.3", 3, place)
if WITH_ADDONS:
    report_process()
    report_own()
env.cr.rollback()
