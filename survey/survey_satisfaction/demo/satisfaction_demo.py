"""The demo story: 苏州恒川机电设备有限公司 asks its customers for the third year."""

import random
from datetime import timedelta

from odoo import api, fields, models

CITIES = ["苏州", "无锡", "常州", "南京", "上海", "杭州", "宁波", "嘉兴", "合肥", "南通"]
NAMES = ["华泰", "金陵", "东方", "永兴", "盛达", "江海", "天成", "宏远", "正阳", "瑞丰"]
TRADES = ["化工有限公司", "水务集团", "制药有限公司", "电力设备有限公司"]
INDUSTRIES = "CECD"  # manufacturing, water supply, manufacturing, energy supply
PEOPLE = ["王建国", "李晓梅", "张志强", "刘洋", "陈静", "杨帆", "赵敏", "黄伟", "周婷", "吴涛"]
JOBS = ["采购经理", "设备主管", "生产经理"]
PRAISE = ["阀门质量稳定，用得放心。", "客服响应很快，谢谢。", "技术人员很专业，现场解决了问题。"]
BLAME = [
    "交货比约定晚了两周，影响了我们的停机检修。",
    "传感器漂移，反映后三天才有人联系。",
    "发票开错，来回改了三次。",
    "备件价格偏高，希望有年度协议价。",
]
# How good each wave was: mean of the answers (0 = best point), spread, share that answers.
WAVES = ((1.15, 0.95, 0.78), (0.95, 0.9, 0.82), (0.85, 0.9, 0.55))
ITEM_SHIFT = {"Q02": 0.5, "Q03": -0.2, "Q05": 0.35, "Q06": -0.3, "Q09": 0.45}


class SatisfactionDemo(models.AbstractModel):
    """Makes three hundred believable answers; used by the demo data only."""

    _name = "satisfaction.demo"
    _description = "Satisfaction Demo"

    @api.model
    def _load(self):
        """Two closed waves and an open one, with cases in every stage."""
        if self._has_chinese():
            self = self._speak_chinese()
        rng = random.Random(20260)  # noqa: S311 (demo answers)
        campaign = self.env.ref("survey_satisfaction.demo_campaign")
        self._make_customers(rng)
        today = fields.Date.today()
        for years, shape in zip((2, 1, 0), WAVES, strict=True):
            day = today - timedelta(days=365 * years + 20)
            wave = self.env["satisfaction.wave"].browse(campaign.action_open_wave())
            wave.write({"name": str(day.year), "date_open": day})
            self._send(wave, day)
            self._answer(wave, day, shape, rng)
            if years:
                self._close(wave, day, rng)
            else:
                self._spread_cases(wave)
                self._propose_corrections(wave)
                wave._refresh_figures()

    def _propose_corrections(self, wave):
        """What two customers corrected in the header of the questionnaire."""
        answers = self.env["survey.user_input"].search(
            [("wave_id", "=", wave.id), ("state", "=", "done")], order="id", limit=2
        )
        new = (("phone", "0512-6288 1906"), ("email", "caigou@customer.example.cn"))
        self.env["satisfaction.proposal"].create(
            [
                {
                    "user_input_id": answer.id,
                    "partner_id": answer.partner_id.id,
                    "company_id": answer.company_id.id,
                    "header_field": name,
                    "old_value": answer.partner_id[name],
                    "new_value": value,
                }
                for answer, (name, value) in zip(answers, new, strict=False)
            ]
        )

    # --- People ------------------------------------------------------------------------

    def _make_customers(self, rng):
        industries = [
            self.env.ref(f"base.res_partner_industry_{code}", raise_if_not_found=False)
            for code in INDUSTRIES
        ]
        sellers = self.env.ref("survey_satisfaction.demo_user_zhang") | self.env.ref(
            "survey_satisfaction.demo_user_li"
        )
        key = self.env.ref("survey_satisfaction.demo_tag_key")
        tag = self.env.ref("survey_satisfaction.demo_tag")
        china = self.env.ref("base.cn")
        values = []
        for number in range(60):
            name = f"{CITIES[number % 10]}{NAMES[(number * 3) % 10]}{TRADES[number // 15]}"
            tags = tag | key if number % 8 == 0 else tag
            values.append(
                {
                    "name": name,
                    "is_company": True,
                    "lang": "zh_CN" if self._has_chinese() else "en_US",
                    "email": f"office{number}@customer{number}.example.cn",
                    "phone": f"0512-6{rng.randrange(1000000, 9999999)}",
                    "city": CITIES[number % 10],
                    "country_id": china.id,
                    "user_id": sellers[number % 2].id,
                    "industry_id": industries[number // 15] and industries[number // 15].id,
                    "category_id": [(6, 0, tags.ids)],
                    "child_ids": [
                        (0, 0, self._prepare_contact(number, position))
                        for position in range(1 + number % 4)
                    ],
                }
            )
        partners = self.env["res.partner"].create(values)
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = create_date - interval '4 years' "
            "WHERE commercial_partner_id = ANY(%s)",
            [partners[:48].ids],
        )

    def _has_chinese(self):
        return bool(self.env["res.lang"]._get_data(code="zh_CN"))

    def _speak_chinese(self):
        """Rows keep the words of the day they are made: the questions need theirs before."""
        self.env.flush_all()
        self.env["ir.module.module"]._load_module_terms(["survey_satisfaction"], ["zh_CN"])
        self.env.invalidate_all()
        return self.with_context(lang="zh_CN")

    def _prepare_contact(self, number, position):
        return {
            "name": PEOPLE[(number * 3 + position) % 10],
            "function": JOBS[position % 3],
            "type": "contact",
            "lang": "zh_CN" if self._has_chinese() else "en_US",
            "email": f"contact{position}@customer{number}.example.cn",
        }

    # --- Answers -----------------------------------------------------------------------

    def _send(self, wave, day):
        """As if the mails had gone out that day; demo data writes to nobody."""
        invitations = wave.invitation_ids
        invitations.filtered(lambda i: i.state == "quarantined").write(
            {"state": "planned", "reason": False}
        )
        asked = invitations.filtered(lambda i: i.state == "planned")
        asked.write({"state": "sent", "sent_at": fields.Datetime.to_datetime(day)})
        asked[:3].write({"state": "undeliverable", "reason": "bounced"})
        asked[3:6].write({"state": "declined"})
        wave._count_frame()

    def _answer(self, wave, day, shape, rng):
        mean, spread, share = shape
        asked = wave.invitation_ids.filtered(lambda i: i.state == "sent")
        chosen = rng.sample(asked.ids, int(len(asked) * share))
        moods = {}
        answers = self.env["survey.user_input"]
        for invitation in asked.browse(sorted(chosen)):
            account = invitation.commercial_partner_id.id
            mood = moods.setdefault(account, rng.gauss(mean, spread * 0.6))
            when = fields.Datetime.to_datetime(day + timedelta(days=rng.randrange(1, 15)))
            values = self._prepare_answer(wave, invitation, mood, spread, when, rng)
            answer = answers.create(values)
            invitation.write({"user_input_id": answer.id})
            answers |= answer
        answers._complete()
        for answer in answers:
            answer.invitation_id.answered_at = answer.end_datetime

    def _prepare_answer(self, wave, invitation, mood, spread, when, rng):
        lines, total = [], []
        for question in wave.survey_id.question_ids:
            if question.measure in ("csat", "overall"):
                shift = ITEM_SHIFT.get(question.item_code, 0.0)
                base = sum(total) / len(total) if question.measure == "overall" else mood + shift
                point = min(4, max(0, round(rng.gauss(base, spread * 0.55))))
                total.append(point)
                value = question.suggested_answer_ids[point].id
                lines.append(self._line(question, "suggestion", suggested_answer_id=value))
            elif question.measure == "nps":
                score = round(10 - 2.1 * sum(total) / len(total) + rng.gauss(0, 0.9))
                lines.append(self._line(question, "scale", value_scale=min(10, max(0, score))))
            elif question.question_type == "text_box" and rng.random() < 0.3:
                texts = PRAISE if sum(total) / len(total) < 1.3 else BLAME
                lines.append(self._line(question, "text_box", value_text_box=rng.choice(texts)))
        return {
            "survey_id": wave.survey_id.id,
            "wave_id": wave.id,
            "company_id": wave.company_id.id,
            "invitation_id": invitation.id,
            "partner_id": invitation.partner_id.id,
            "email": invitation.email,
            "commercial_partner_id": invitation.commercial_partner_id.id,
            "channel": invitation.channel,
            "state": "done",
            "start_datetime": when,
            "end_datetime": when + timedelta(minutes=rng.randrange(2, 9)),
            "user_input_line_ids": lines,
        }

    @staticmethod
    def _line(question, kind, **values):
        return (0, 0, {"question_id": question.id, "answer_type": kind, **values})

    # --- Afterwards --------------------------------------------------------------------

    def _close(self, wave, day, rng):
        wave._close()
        wave.write(
            {
                "date_close": day + timedelta(days=30),
                "closed_at": fields.Datetime.to_datetime(day + timedelta(days=31)),
                "conclusion": self.env.ref("survey_satisfaction.demo_conclusion").body_html,
                "state": "reported",
                "approver_id": self.env.ref("base.user_admin").id,
            }
        )
        wave.activity_ids.unlink()
        for number, case in enumerate(self._get_cases(wave)):
            self._finish(case, satisfied=rng.random() < 0.7, late=number % 5 == 0, day=day)

    def _get_cases(self, wave):
        return self.env["satisfaction.case"].search([("wave_id", "=", wave.id)], order="id")

    def _spread_cases(self, wave):
        """The cases of the open wave stand in every stage; every second one is the reader's."""
        reader = self.env.ref("base.user_admin")
        steps = ("new", "acknowledged", "analysis", "action", "verification", "rejected", "closed")
        today = fields.Date.today()
        for number, case in enumerate(self._get_cases(wave)):
            step = steps[number % len(steps)]
            case.date_deadline = today + timedelta(days=(number % 6) * 3 - 4)
            if number % 2 == 0:
                case.user_id = case.activity_ids.user_id = reader
            if step == "rejected":
                case.write({"reject_reason": "与我公司产品无关", "stage": "rejected"})
            elif step == "closed":
                self._finish(case, satisfied=True, late=False, day=today - timedelta(days=18))
            elif step != "new":
                case.write({**self._prepare_progress(case, step), "stage": step})

    def _prepare_progress(self, case, step):
        order = ("acknowledged", "analysis", "action", "verification", "closed")
        reached = order.index(step)
        values = {
            "acknowledged_at": fields.Datetime.now(),
            "acknowledged_by": case.user_id.id,
        }
        if reached >= 2:
            cause = ("cause_process_promise", "cause_material_defect")[case.id % 2]
            values["cause_id"] = self.env.ref(f"survey_satisfaction.{cause}").id
            values["immediate_action"] = "已致电客户道歉并说明情况"
            values["action_user_id"] = self.env.ref("survey_satisfaction.demo_user_li").id
        if reached >= 3:
            values["corrective_action"] = "报价前由计划员确认交期，超期提前三天通知客户"
            values["action_done_on"] = fields.Date.today()
        return values

    def _finish(self, case, satisfied, late, day):
        closed = fields.Datetime.to_datetime(day + timedelta(days=25 if late else 12))
        case.write(
            {
                **self._prepare_progress(case, "closed"),
                "action_done_on": closed.date() - timedelta(days=3),
                "date_deadline": day + timedelta(days=20),
                "effective": "yes",
                "verified_by": self.env.ref("base.user_admin").id,
                "verified_at": closed,
                "customer_informed_at": closed,
                "customer_informed_by": case.user_id.id,
                "customer_feedback": "satisfied" if satisfied else "dissatisfied",
            }
        )
        case.stage = "closed"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE satisfaction_case SET create_date = %s WHERE id = %s",
            [fields.Datetime.to_datetime(day + timedelta(days=4)), case.id],
        )
        case.invalidate_recordset(["create_date"])
        case.closed_at = closed
