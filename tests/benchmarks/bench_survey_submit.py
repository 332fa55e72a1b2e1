# Submitting a response over HTTP: a core survey without our addons, a wave's survey with them.
# database: host suite
# size: 60
import threading
import time
from statistics import median

from measure import Bench
from werkzeug.test import Client

from odoo.http import root

GOAL = "≤ 1.20"
WARM_UP = 5
CHOICES = ("Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied")


def questionnaire(**values):
    """Eight choices, a number and a text on one page."""
    survey = env["survey.survey"].create(
        {
            "title": "Benchmark",
            "questions_layout": "one_page",
            "access_mode": "token",
            "users_login_required": False,
            "survey_type": "survey",
            "scoring_type": "no_scoring",
            **values,
        }
    )
    shape = {"survey_id": survey.id, "question_type": "simple_choice"}
    env["survey.question"].create(
        [
            {
                **shape,
                "sequence": n,
                "title": f"Question {n}",
                "suggested_answer_ids": [(0, 0, {"value": value}) for value in CHOICES],
            }
            for n in range(8)
        ]
        + [
            {"survey_id": survey.id, "title": "Recommend?", "question_type": "scale",
             "sequence": 20, "scale_min": 0, "scale_max": 10},
            {"survey_id": survey.id, "title": "Remarks", "question_type": "text_box",
             "sequence": 21},
        ]
    )  # fmt: skip
    return survey


def measured_questionnaire():
    """The same with all that makes it a satisfaction questionnaire."""
    survey = questionnaire(is_satisfaction=True, lang_ids=[(5,)])
    questions = survey.question_ids.sorted("sequence")
    points = env.ref("survey_satisfaction.scale_5_linear").point_ids
    for question in questions[:8]:
        question.measure = "csat" if question != questions[7] else "overall"
        for answer, point in zip(question.suggested_answer_ids, points, strict=True):
            answer.scale_point_id = point
    questions[8].measure = "nps"
    return survey


def plain_responses(number):
    """Responses waiting to be filled in, as core's own invitations make them."""
    survey = questionnaire()
    return [begun(survey._create_answer(email=f"{n}@example.com")) for n in range(number)]


def wave_responses(number):
    """The same of a wave."""
    partners = env["res.partner"].create(
        [{"name": f"Customer {n}", "email": f"{n}@example.com"} for n in range(number)]
    )
    campaign = env["satisfaction.campaign"].create(
        {
            "name": "Benchmark",
            "survey_id": measured_questionnaire().id,
            "target_domain": str([("id", "in", partners.ids)]),
        }
    )
    campaign.action_open_wave()
    invitations = env["satisfaction.invitation"].search([("campaign_id", "=", campaign.id)])
    return [begun(invitation.sudo()._start()) for invitation in invitations]


def begun(answer):
    answer._mark_in_progress()
    return answer


def filled_in(answer):
    """What the browser sends when somebody is content."""
    post = {}
    for question in answer.survey_id.question_ids:
        if question.question_type == "simple_choice":
            post[str(question.id)] = str(question.suggested_answer_ids[1].id)
        else:
            post[str(question.id)] = "9" if question.question_type == "scale" else "Thank you"
    return f"/survey/submit/{answer.survey_id.access_token}/{answer.access_token}", post


def submit(given_page):
    address, post = given_page
    reply = client.post(
        address,
        json={"jsonrpc": "2.0", "method": "call", "params": post},
        headers={"X-Odoo-Database": env.cr.dbname},
    )
    assert "error" not in reply.json, reply.json
    return threading.current_thread().query_count


def finish(answers):
    """Check that every response arrived."""
    env.cr.commit()  # to see what the requests wrote
    ids = [answer.id for answer in answers]
    finished = [("id", "in", ids), ("state", "=", "done")]
    assert env["survey.user_input"].search_count(finished) == len(answers)


bench = Bench(env)
client = Client(root)
ours = wave_responses if "satisfaction.wave" in env else plain_responses
kinds = {"core": plain_responses(given["size"]), "satisfaction": ours(given["size"])}
env.cr.commit()
pages = {kind: [filled_in(answer) for answer in answers] for kind, answers in kinds.items()}
for _round in range(WARM_UP):  # fills the caches of the worker
    for waiting in pages.values():
        submit(waiting.pop())
rounds = {kind: [] for kind in pages}
processor = {kind: [] for kind in pages}
while pages["core"]:
    # By turns, and who is first takes turns: whatever else the machine does hits both alike.
    for kind in sorted(pages, reverse=len(pages["core"]) % 2):
        begun_at = time.thread_time()
        rounds[kind].append(bench.time(submit, 1, pages[kind].pop))
        processor[kind].append((time.thread_time() - begun_at) * 1000)
for answers in kinds.values():
    finish(answers)
core, satisfaction = (
    (median(one.ms for one in times), times[-1].result) for times in rounds.values()
)
bench.row("submit a core survey", core[0], goal="≤ 1.10", queries=core[1])
bench.row("submit a satisfaction survey", satisfaction[0], goal=GOAL, queries=satisfaction[1])
if "satisfaction.wave" in env:
    title = "the same, beside a core survey in the same run"
    bench.row(title, satisfaction[0], "core survey", core[0], GOAL, satisfaction[1])
    title = "  its processor time, without that of PostgreSQL"
    bench.row(title, median(processor["satisfaction"]), "core survey", median(processor["core"]))
env.cr.rollback()
