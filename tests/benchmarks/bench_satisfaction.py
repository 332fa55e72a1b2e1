# Satisfaction: closing large waves, their dashboard and pivots, sending to ten thousand contacts.
# database: suite
# size: 1000000
import uuid

from measure import Bench

from odoo import fields
from odoo.tools import SQL
from odoo.tools.misc import mute_logger

from odoo.addons.survey_satisfaction.models.satisfaction_wave import LIVE_RESPONSES

ITEMS = 7  # satisfaction questions; with overall, recommendation and index ten rows a response
ROWS = ITEMS + 3


def questionnaire():
    """Seven scored questions in three dimensions, one overall, one recommendation."""
    survey = env["survey.survey"].create(
        {"title": "Benchmark", "is_satisfaction": True, "lang_ids": [(5,)]}
    )
    dimensions = env["satisfaction.dimension"].search([], limit=3)
    choices = [
        {
            "survey_id": survey.id,
            "title": f"Question {n}",
            "question_type": "simple_choice",
            "measure": "csat" if n < ITEMS else "overall",
            "dimension_id": dimensions[n % 3].id if n < ITEMS else False,
            "scale_id": env.ref("survey_satisfaction.scale_5_linear").id,
        }
        for n in range(ITEMS + 1)
    ]
    env["survey.question"].create(choices).action_apply_scale()
    scale = {"question_type": "scale", "measure": "nps", "scale_min": 0, "scale_max": 10}
    env["survey.question"].create({"survey_id": survey.id, "title": "Recommend?", **scale})
    return survey


def campaign(survey, target="[('id', '=', 0)]"):
    return env["satisfaction.campaign"].create(
        {"name": f"Benchmark {uuid.uuid4()}", "survey_id": survey.id, "target_domain": target}
    )


def open_wave(survey, target="[('id', '=', 0)]"):
    wave = env["satisfaction.wave"].browse(campaign(survey, target).action_open_wave())
    env.flush_all()
    return wave


def customers(number, prefix):
    """Contacts with an address: one by the ORM, copied by PostgreSQL."""
    first = env["res.partner"].create({"name": prefix, "is_company": True, "lang": "zh_CN"})
    env.flush_all()
    env.cr.execute("SELECT * FROM res_partner LIMIT 0")
    changed = {"id", "name", "complete_name", "email", "email_normalized", "commercial_partner_id"}
    columns = [column.name for column in env.cr.description if column.name not in changed]
    env.cr.execute(
        SQL(
            """
            INSERT INTO res_partner (name, complete_name, email, email_normalized,
                                     commercial_partner_id, id, %(columns)s)
            SELECT %(prefix)s || n, %(prefix)s || n, %(prefix)s || n || '@example.com',
                   %(prefix)s || n || '@example.com', s.id, s.id, %(columns)s
              FROM res_partner,
                   LATERAL (SELECT n, nextval('res_partner_id_seq') AS id
                              FROM generate_series(1, %(number)s) AS n) AS s
             WHERE res_partner.id = %(first)s
            RETURNING res_partner.id
            """,
            columns=SQL(", ").join(SQL.identifier(name) for name in columns),
            prefix=prefix,
            number=number,
            first=first.id,
        )
    )
    env.invalidate_all()
    return [row[0] for row in env.cr.fetchall()]


def fill(wave, number, partners):
    """A wave's invitations, responses and result rows, written by PostgreSQL."""
    survey = wave.survey_id
    values = {
        "wave": wave.id,
        "campaign": wave.campaign_id.id,
        "survey": survey.id,
        "company": wave.company_id.id,
        "number": number,
        "partners": partners,
        "uid": env.uid,
        "now": fields.Datetime.now(),
    }
    for code in (INVITATIONS, RESPONSES):
        env.cr.execute(SQL(code, **values))
    env.cr.execute("ANALYZE satisfaction_invitation, survey_user_input")
    for place, question in enumerate(survey.question_ids):
        code = NUMBERS if question.measure == "nps" else CHOICES
        env.cr.execute(
            SQL(
                code,
                **values,
                question=question.id,
                place=place,
                item=question.item_code,
                label=question.title,
                measure=question.measure,
                dimension=question.dimension_id.id or None,
            )
        )
    env.cr.execute("ANALYZE satisfaction_result, survey_user_input")
    env.cr.execute(SQL(INDEXES, **values))
    env.invalidate_all()


INVITATIONS = """
    INSERT INTO satisfaction_invitation (wave_id, campaign_id, company_id, partner_id,
        commercial_partner_id, email, lang, token, state, channel, sent_at, answered_at, weight,
        responded_pct, customer_type, customer_age, create_uid, create_date, occasion)
    SELECT %(wave)s, %(campaign)s, %(company)s, p, p, 'x@example.com', 'zh_CN',
           md5(random()::text || n), CASE WHEN n <= %(number)s THEN 'answered' ELSE 'sent' END,
           'email', %(now)s, %(now)s, 1, CASE WHEN n <= %(number)s THEN 100 ELSE 0 END,
           'company', 'old', %(uid)s, %(now)s, 0
      FROM unnest(%(partners)s) WITH ORDINALITY AS t(p, n) WHERE n <= %(number)s * 1.25
"""
RESPONSES = """
    INSERT INTO survey_user_input (survey_id, wave_id, invitation_id, company_id, partner_id,
        commercial_partner_id, state, channel, access_token, test_entry, is_excluded,
        start_datetime, end_datetime, create_uid, create_date)
    SELECT %(survey)s, %(wave)s, i.id, %(company)s, i.partner_id, i.partner_id, 'done', 'email',
           gen_random_uuid()::text, FALSE, FALSE, %(now)s, %(now)s, %(uid)s, %(now)s
      FROM satisfaction_invitation i WHERE i.wave_id = %(wave)s AND i.state = 'answered'
"""
ROW = """
    INSERT INTO satisfaction_result (user_input_id, wave_id, campaign_id, survey_id, company_id,
        partner_id, commercial_partner_id, confidentiality, channel, date, weight, item_weight,
        customer_type, customer_age, create_uid, create_date,
        question_id, item_code, item_label, measure, dimension_id, score, satisfied_pct, band,
        answer_label, nps_points)
    SELECT u.id, u.wave_id, %(campaign)s, u.survey_id, u.company_id, u.partner_id,
           u.commercial_partner_id, 'identified', u.channel, %(now)s::date, 1, 1, 'company', 'old',
           %(uid)s, %(now)s,
"""
CHOICES = f"""{ROW} %(question)s, %(item)s, %(label)s, %(measure)s, %(dimension)s::int4, 25 * d,
           CASE WHEN d >= 3 THEN 100 ELSE 0 END,
           (ARRAY['dissatisfied', 'dissatisfied', 'neutral', 'satisfied', 'satisfied'])[d + 1],
           'point ' || d, NULL::float8
      FROM survey_user_input u, LATERAL (SELECT (u.id * (%(place)s + 7) + u.id / 5) %% 5 AS d) r
     WHERE u.wave_id = %(wave)s
"""
NUMBERS = f"""{ROW} %(question)s, %(item)s, %(label)s, %(measure)s, %(dimension)s::int4, 10 * d,
           NULL::float8, CASE WHEN d >= 9 THEN 'satisfied' WHEN d >= 7 THEN 'neutral'
           ELSE 'dissatisfied' END, d::text,
           CASE WHEN d >= 9 THEN 100 WHEN d >= 7 THEN 0 ELSE -100 END
      FROM survey_user_input u, LATERAL (SELECT (u.id * 7 + u.id / 3) %% 11 AS d) r
     WHERE u.wave_id = %(wave)s
"""
INDEXES = f"""{ROW} NULL::int4, 'INDEX', 'Index', 'index', NULL::int4, s.score, NULL::float8, NULL,
           NULL, NULL::float8
      FROM survey_user_input u
      JOIN (SELECT user_input_id, avg(score) AS score FROM satisfaction_result
             WHERE wave_id = %(wave)s AND measure = 'csat' GROUP BY 1) s ON s.user_input_id = u.id
     WHERE u.wave_id = %(wave)s
"""


def settle():
    """Statistics and visibility map, as autovacuum leaves them overnight."""
    env.flush_all()
    env.cr.commit()
    connection = env.cr._cnx
    connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE satisfaction_result, satisfaction_invitation, survey_user_input")
    connection.autocommit = False


def measure_closing(survey, partners):
    """Closing is linear: each larger wave against the smallest, times its size."""
    waves, smallest = [], None
    for share in (10, 3, 1):
        number = given["size"] // ROWS // share
        wave = open_wave(survey)
        fill(wave, number, partners)
        settle()
        done = bench.time(wave.sudo()._close, repeat=1)
        expected = smallest and smallest * 10 / share
        bench.row(
            f"close a wave of {number:,} responses",
            done.ms,
            "the smallest × its size" if expected else None,
            expected,
            "linear: ≤ 1.2",
            done.queries,
        )
        smallest = smallest or done.ms
        waves.append(wave)
    return waves


def measure_screens(waves, survey, partners):
    """What people look at, over all rows made so far."""
    largest = waves[-1]
    running = open_wave(survey)
    fill(running, given["size"] // ROWS // 3, partners)
    counted_now = open_wave(survey)
    fill(counted_now, min(LIVE_RESPONSES, given["size"] // ROWS // 10), partners)
    settle()
    running.sudo()._cron_refresh()
    for title, wave in (("closed", largest), ("open", running), ("small open", counted_now)):
        read = bench.time(lambda one=wave: one.read(["dashboard"]))
        bench.row(
            f"dashboard of a {title} wave of {wave.response_count:,}",
            read.ms,
            goal="< 1,000 ms",
            queries=read.queries,
        )
    total = env["satisfaction.result"].search_count([])
    Result, Invitation = env["satisfaction.result"], env["satisfaction.invitation"]
    items = [("measure", "in", ("csat", "overall", "ces"))]
    for title, model, domain, groups, aggregate in (
        ("pivot of results", Result, items, ("dimension_id", "wave_id"), "score:avg"),
        ("graph of indices", Result, [("measure", "=", "index")], ("wave_id",), "score:avg"),
        ("pivot of invitations", Invitation, [], ("wave_id", "state"), "responded_pct:avg"),
    ):
        sets = [list(groups[:n]) for n in range(len(groups) + 1)] + [[groups[-1]]]
        seen = bench.time(
            lambda m=model, d=domain, s=sets, a=aggregate: m.formatted_read_grouping_sets(
                d, s, ["__count", a]
            ),
            repeat=3,
        )
        bench.row(
            f"{title}, {total if model is Result else Invitation.search_count([]):,} rows",
            seen.ms,
            goal="< 1,000 ms",
            queries=seen.queries,
        )
    listed = bench.time(lambda: Result.web_search_read([], {"item_label": {}}, limit=80))
    bench.row("list of results, first page", listed.ms, goal="< 1,000 ms", queries=listed.queries)


def measure_sending(survey):
    """Batches with a commit each; nobody is written to twice, memory stays flat."""
    number = min(10_000, given["size"] // 100)
    prefix = f"mail{uuid.uuid4().hex[:6]}"
    customers(number, prefix)
    target = str([("email", "like", f"{prefix}%@example.com")])
    opened = bench.time(lambda: open_wave(survey, target), repeat=1)
    wave = opened.result
    bench.row(f"open a wave of {number:,} contacts", opened.ms, queries=opened.queries)
    sent = bench.time(env["satisfaction.invitation"].sudo()._cron_send, repeat=1)
    bench.row(f"send a wave to {number:,} contacts", sent.ms, queries=sent.queries)
    memory = max(opened.memory, sent.memory)
    bench.figure("  memory above the idle worker", f"{memory:.0f} MB", "< 200 MB")
    asked = env["satisfaction.invitation"].search([("wave_id", "=", wave.id)]).ids
    queued = [("model", "=", "satisfaction.invitation"), ("res_id", "in", asked)]
    mails = env["mail.mail"].search_count(queued)
    bench.figure("  mails in the queue", f"{mails:,}", f"{number:,}")


bench = Bench(env)
with mute_logger("odoo.models.unlink"):
    asked = questionnaire()
    measure_sending(asked)
    contacts = customers(given["size"] // ROWS * 5 // 4, "customer")
    closed = measure_closing(asked, contacts)
    measure_screens(closed, asked, contacts)
env.cr.rollback()
