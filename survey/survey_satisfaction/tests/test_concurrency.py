"""Two people, two tabs, two workers: real transactions, therefore not part of a usual run."""

from threading import Barrier, Thread

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

WORKERS = 4


@tagged("-standard", "-at_install", "post_install", "database_breaking")
class TestConcurrency(BaseCase):
    """Commits records of its own and removes them afterwards."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            survey = env.ref("survey_satisfaction.survey_recovery")
            partner = env["res.partner"].create({"name": "Race", "email": "race@example.com"})
            campaign = env["satisfaction.campaign"].create(
                {
                    "name": "Race",
                    "survey_id": survey.id,
                    "target_domain": str([("id", "=", partner.id)]),
                    "rule_ids": [],
                }
            )
            self.partner_id, self.campaign_id = partner.id, campaign.id
        self.addCleanup(self._clean)

    def _clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            campaign = env["satisfaction.campaign"].browse(self.campaign_id)
            env["survey.user_input"].search([("wave_id", "in", campaign.wave_ids.ids)]).unlink()
            cr.execute("DELETE FROM satisfaction_wave WHERE campaign_id = %s", [campaign.id])
            env.invalidate_all()
            campaign.unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def _race(self, work):
        """Run ``work(env)`` in several transactions that begin together, as requests do."""
        barrier, results = Barrier(WORKERS), []

        def run():
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["satisfaction.campaign"].browse(self.campaign_id).mapped("name")
                barrier.wait()
                results.append(retrying(lambda: work(env), env))

        threads = [Thread(target=run) for _n in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_everything_happens_once(self):
        def open_wave(env):
            return env["satisfaction.campaign"].browse(self.campaign_id).action_open_wave()

        self.assertEqual(len(set(self._race(open_wave))), 1, "one wave")

        def send(env):
            domain = [("campaign_id", "=", self.campaign_id), ("state", "=", "planned")]
            return env["satisfaction.invitation"].search(domain)._send_batch()

        self.assertEqual(sum(self._race(send)), 1, "one mail")

        def start(env):
            domain = [("campaign_id", "=", self.campaign_id)]
            return env["satisfaction.invitation"].search(domain)._start().id

        self.assertEqual(len(set(self._race(start))), 1, "one response")
