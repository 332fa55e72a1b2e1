from odoo import models

from ..lib import charts, stats
from ..models.satisfaction_case import ORDER
from ..models.satisfaction_figures import SEGMENTS

LOWEST = 3


class SatisfactionReport(models.AbstractModel):
    """顾客满意度调查分析报告: the ten sections of the analysis report, from live data."""

    _name = "report.survey_satisfaction.report_wave"
    _description = "Satisfaction Analysis Report"

    def _get_report_values(self, docids, data=None):
        waves = self.env["satisfaction.wave"].browse(docids)
        waves._check_officer()
        return {
            "doc_ids": docids,
            "doc_model": "satisfaction.wave",
            "docs": waves,
            "report": {wave.id: self._prepare(wave) for wave in waves},
            "number": self._format,
        }

    @staticmethod
    def _format(value, digits=1):
        return "–" if value is False or value is None else f"{value:.{digits}f}"

    def _prepare(self, wave):
        # sudo: the report shows sums; small cells are suppressed below
        figures = self.env["satisfaction.figures"].sudo()
        sudo_wave = wave.sudo()
        kpis = wave.get_kpis()
        enough = bool(kpis["n"]) and not wave._is_small(kpis["n"])
        values = {
            "kpis": kpis,
            "enough": enough,
            "segments": self._get_segments(figures, sudo_wave),
            "excluded": self._get_exclusions(wave),
            "census": bool(wave.frame_size) and kpis["n"] >= wave.frame_size,
            "states": self._get_states(wave),
            "cases": self._get_cases(wave),
            "case_counts": wave._get_case_counts(),
        }
        if enough:
            values.update(self._get_findings(figures, sudo_wave, kpis))
        return values

    def _get_findings(self, figures, wave, kpis):
        items = figures._get_items(wave)
        shown = [item for item in items if item["score"] is not False]
        previous = wave.previous_wave_id
        dimensions = figures._get_dimensions(wave)
        counts = figures._get_nps_counts(wave)
        return {
            "items": shown,
            "hidden_items": len(items) - len(shown),
            "bars": {item["code"]: self._get_bar(item) for item in shown},
            "dimensions": dimensions,
            "dimension_chart": charts.bars(
                [(row["name"], row["score"]) for row in dimensions], wave.campaign_id.target_index
            )
            if dimensions
            else "",
            "gauge": self._get_gauge(wave, kpis),
            "nps_counts": counts,
            "acsi": figures._get_acsi(wave),
            "nps_bar": charts.stacked(
                list(zip(counts, ("satisfied", "neutral", "dissatisfied"), strict=True)), 240
            ),  # fmt: skip
            "grade": wave._get_grade_label(kpis["index"]),
            "previous": previous,
            "comparison": figures._compare(wave, kpis, previous),
            "polarity": figures._get_polarity(wave),
            "comments": figures._get_comments(wave),
            **self._get_matrix(figures, wave),
            "triggers": self._get_triggers(figures, wave, shown, dimensions, previous),
        }

    def _get_gauge(self, wave, kpis):
        if kpis["index"] is False:
            return ""
        campaign = wave.campaign_id
        return charts.gauge(
            kpis["index"],
            kpis["index_low"],
            kpis["index_high"],
            campaign.target_index,
            campaign.min_index,
        )

    @staticmethod
    def _get_bar(item):
        return charts.stacked([(part["n"], part["band"]) for part in item["distribution"]], 240)

    def _get_segments(self, figures, wave):
        """Tables by segment, where there is more than one."""
        labels = self.env["satisfaction.invitation"]._fields
        tables = []
        if wave.confidentiality == "anonymous":
            return tables
        for name in SEGMENTS:
            rows = figures._get_segments(wave, name)
            if len(rows) > 1:
                tables.append(
                    {"name": labels[name]._description_string(self.env), "rows": rows[:12]}
                )
        return tables

    def _get_exclusions(self, wave):
        reasons = dict(
            self.env["satisfaction.invitation"]._fields["reason"]._description_selection(self.env)
        )
        groups = self.env["satisfaction.invitation"]._read_group(
            [("wave_id", "=", wave.id), ("reason", "!=", False)], ["reason"], ["__count"]
        )
        return [(reasons[reason], count) for reason, count in groups]

    def _get_states(self, wave):
        names = dict(
            self.env["satisfaction.invitation"]._fields["state"]._description_selection(self.env)
        )
        groups = self.env["satisfaction.invitation"]._read_group(
            [("wave_id", "=", wave.id)], ["state"], ["__count"]
        )
        return [(names[state], count) for state, count in groups]

    def _get_matrix(self, figures, wave):
        drivers = figures._get_drivers(wave)
        if len(drivers) < 3:
            return {"matrix": "", "improve": []}
        labels = {
            "keep": self.env._("Keep up"),
            "improve": self.env._("Improve first"),
            "low": self.env._("Low priority"),
            "surplus": self.env._("Possible surplus"),
            "across": self.env._("Performance (mean score)"),
            "up": self.env._("Importance (rank correlation)"),
        }
        points = [(code, x, y) for code, (x, y) in sorted(drivers.items())]
        fields = stats.quadrants(drivers)
        return {
            "matrix": charts.quadrant(points, labels),
            "improve": sorted(code for code, name in fields.items() if name == "improve"),
        }

    def _get_triggers(self, figures, wave, items, dimensions, previous):
        """The four customary reasons for corrective action, found automatically."""
        return {
            "lowest": items[:LOWEST],
            "dimension": min(dimensions, key=lambda row: row["score"]) if dimensions else False,
            "words": figures._get_complaints(wave, limit=5),
            "fallen": figures._get_fallen_items(wave, previous),
        }

    def _get_cases(self, wave):
        cases = self.env["satisfaction.case"].search(
            [("wave_id", "=", wave.id), ("stage", "!=", "rejected")], order="id"
        )
        return cases.sorted(lambda case: ORDER.index(case.stage))
