from odoo import fields, models

from ..lib import scoring, stats


class SurveyUserInput(models.Model):
    """From a finished response to its result rows."""

    _inherit = "survey.user_input"  # pylint: disable=consider-merging-classes-inherited

    def _compute_results(self):
        """Replace the result rows of the responses; the same answers give the same rows."""
        answers = self.filtered(lambda a: a.wave_id and a.state == "done" and not a.test_entry)
        self.env["satisfaction.result"].search([("user_input_id", "in", answers.ids)]).unlink()
        answers._add_results()

    def _add_results(self):
        """Write the result rows of finished responses that have none, and apply the rules."""
        values, items = [], {}
        for answer in self:
            items[answer] = answer._get_scored_items()
            values += answer._condense(items[answer])
        self.env["satisfaction.result"].create(values)
        for answer in self:
            if not answer.is_excluded:
                self.env["satisfaction.rule"]._apply_to_response(answer, items[answer])

    def _condense(self, items):
        """Write index, NPS and flags of the response; return its result rows."""
        self.ensure_one()
        summary = scoring.summarize(
            [item for item in items if item.get("score") is not None],
            self._count_asked(items),
            self.survey_id.min_answered_ratio,
        )
        self.write(
            {
                "satisfaction_index": summary["index"],
                "answered_ratio": summary["ratio"],
                "nps_points": summary["nps"],
                "quality_flags": self._get_quality_flags(items),
            }
        )
        if self.is_excluded:
            return []
        common = self._prepare_result_values()
        rows = [{**common, **self._prepare_item_values(item)} for item in items]
        if summary["index"] is not None:
            rows.append({**common, **self._prepare_index_values(summary["index"])})
        return rows

    def _count_asked(self, items):
        """Items the respondent saw and could answer, by measure."""
        asked = {}
        not_applicable = {item["code"] for item in items if item.get("na")}
        for question in self.predefined_question_ids:
            if question.measure in ("csat", "overall"):
                codes = {code for code, _row, _label in question._get_items()}
                asked[question.measure] = asked.get(question.measure, 0) + len(
                    codes - not_applicable
                )
        return asked

    def _get_scored_items(self):
        """Return one dict per given answer: ``code, label, question, measure, score, points,
        band, weight, answer, text, na``; skipped and cleared answers are no answers."""
        self.ensure_one()
        lines = self.user_input_line_ids.filtered(lambda line: not line.skipped)
        items, mapping = [], self.wave_id.mapping
        for line in lines:
            question = line.question_id
            if question.measure and question.measure not in ("none", "consent"):
                items += line._get_scored_item(mapping)
            if text := line._get_comment_text():
                items.append(line._prepare_comment_item(text))
        return items

    def _prepare_result_values(self):
        wave, invitation = self.wave_id, self.invitation_id
        values = {
            "user_input_id": self.id,
            "wave_id": wave.id,
            "campaign_id": wave.campaign_id.id,
            "survey_id": self.survey_id.id,
            "company_id": wave.company_id.id,
            "confidentiality": wave.confidentiality,
            "channel": self.channel or "link",
            "date": (self.end_datetime or fields.Datetime.now()).date(),
            "weight": 1.0,
        }
        if wave.confidentiality != "anonymous":
            values.update(
                partner_id=self.partner_id.id, commercial_partner_id=self.commercial_partner_id.id
            )
            if invitation:
                values["weight"] = invitation.weight
                values.update(self.env["satisfaction.result"]._get_segment_ids(invitation))
        return values

    @staticmethod
    def _prepare_item_values(item):
        values = {
            "question_id": item["question"].id,
            "item_code": item["code"],
            "item_label": item["label"],
            "measure": item["measure"],
            "dimension_id": item["question"].dimension_id.id,
            "answer_label": item.get("answer") or False,
            "item_weight": item.get("weight", 1.0),
        }
        for source, target in (("points", "nps_points"), ("polarity", "polarity_points")):
            if item.get(source) is not None:
                values[target] = item[source]
        if item.get("score") is not None:
            values["score"] = item["score"]
            values["satisfied_pct"] = 100.0 if item["band"] == "satisfied" else 0.0
        if item.get("band"):
            values["band"] = item["band"]
        if item.get("text"):
            values["comment"] = item["text"]
        return values

    def _prepare_index_values(self, index):
        return {
            "item_code": "INDEX",
            "item_label": self.env._("Satisfaction index"),
            "measure": "index",
            "score": index,
            "band": scoring.band_of(index),
            "item_weight": 1.0,
        }

    def _get_quality_flags(self, items):
        """Signs of careless answers; somebody looks at them and decides."""
        flags = []
        scores = [
            i["score"] for i in items if i["measure"] == "csat" and i.get("score") is not None
        ]
        if stats.is_straight_line(scores):
            flags.append("straight_line")
        if self.channel in ("email", "link", "open") and self._is_speeder(len(scores)):
            flags.append("speeder")
        return ",".join(flags) or False

    def _is_speeder(self, count):
        """Under two seconds per item nobody has read the questions."""
        if not self.start_datetime or not self.end_datetime or count < 4:
            return False
        if self.wave_id.confidentiality == "anonymous":
            return False
        return (self.end_datetime - self.start_datetime).total_seconds() < 2 * count
