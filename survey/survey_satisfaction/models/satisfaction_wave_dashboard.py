from odoo import models
from odoo.tools import format_datetime

from ..lib import stats

WORST = 5


class SatisfactionWave(models.Model):
    """What the form of a wave shows at a glance."""

    _inherit = "satisfaction.wave"

    def _get_dashboard(self):
        """Return the dashboard as JSON, empty where the reader may not look yet."""
        self.ensure_one()
        officer = self.env.user.has_group("survey_satisfaction.group_satisfaction_officer")
        if not officer and self._hides_figures():
            return {"hidden": True}
        # Sudo: figures of the whole wave; suppression keeps small groups out.
        figures = self.env["satisfaction.figures"].sudo()
        wave = self.sudo()
        if wave._is_live():
            counts = figures._count(wave)
            figures = figures.with_context(satisfaction_counts=counts)
            kpis = figures._compute_kpis(wave, counts)
        else:
            kpis = self.get_kpis()
        if not kpis["n"] or wave._is_small(kpis["n"]):
            return {"kpis": kpis, "empty": not kpis["n"], "few": bool(kpis["n"])}
        campaign = wave.campaign_id
        promoters, passives, detractors = figures._get_nps_counts(wave)
        items = [item for item in figures._get_items(wave) if item["score"] is not False]
        return {
            "kpis": kpis,
            "target": campaign.target_index,
            "minimum": campaign.min_index,
            "min_rate": campaign.min_response_rate,
            "grade": stats.grade(kpis["index"] if kpis["index"] is not False else None) or "",
            "grade_label": self._get_grade_label(kpis["index"]),
            "census": bool(wave.frame_size) and kpis["n"] >= wave.frame_size,
            "indicative": kpis["n"] < stats.MIN_INTERVAL,
            "comparison": figures._compare(wave, kpis, wave.previous_wave_id),
            "nps_counts": [promoters, passives, detractors],
            "dimensions": figures._get_dimensions(wave),
            "worst": [
                {name: item[name] for name in ("code", "label", "score", "n")}
                for item in items[:WORST]
            ],
            "cases": self._get_case_counts(),
            "as_of": self._get_figures_time(),
        }

    def _get_figures_time(self):
        """When the figures were counted, where that was not this moment."""
        kept = self.state == "open" and not self._is_live()
        return format_datetime(self.env, self.figures_at, dt_format="short") if kept else False

    def _get_grade_label(self, index):
        labels = {
            "high": self.env._("Very satisfied customers (91 and above)"),
            "good": self.env._("Fairly satisfied customers (81-90)"),
            "fair": self.env._("So-so (70-80)"),
            "poor": self.env._("Poor (below 70)"),
        }
        return labels.get(stats.grade(index), "") if index is not False else ""

    def _get_case_counts(self):
        """Open, overdue and closed cases, and how many were closed with a happy customer."""
        Case = self.env["satisfaction.case"]
        domain = [("wave_id", "=", self.id)]
        closed = [*domain, ("stage", "=", "closed")]
        [(solved, on_time)] = Case._read_group(
            closed, aggregates=["solved_satisfied_pct:avg", "on_time_pct:avg"]
        )
        return {
            "open": Case.search_count([*domain, ("is_open", "=", True)]),
            "overdue": Case.search_count([*domain, ("is_overdue", "=", True)]),
            "closed": Case.search_count(closed),
            "solved": False if solved is None else solved,
            "on_time": False if on_time is None else on_time,
        }
