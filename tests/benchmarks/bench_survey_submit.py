# Submitting a response over HTTP: a core survey without our addons, a wave's survey with them.
# database: host suite
# size: 40
import threading

from measure import Bench
from werkzeug.test import Client

from odoo.http import root

GOAL = "≤ 1.20"
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


def report(title, answers):
    env.cr.commit()
    pages = [filled_in(answer) for answer in answers]
    submit(pages.pop())  # fills the caches of the worker
    done = bench.time(submit, len(pages), pages.pop)
    assert env["survey.user_input"].search_count(
        [("id", "in", [answer.id for answer in answers]), ("state", "=", "done")]
    ) == len(answers)
    bench.row(title, done.ms, goal=GOAL, queries=done.result)


bench = Bench(env)
client = Client(root)
report("submit a core survey", plain_responses(given["size"]))
ours = wave_responses if "satisfaction.wave" in env else plain_responses
report("submit a satisfaction survey", ours(given["size"]))
env.cr.rollback()
