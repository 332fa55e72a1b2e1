"""Two people, two tabs, a worker that dies: real transactions on several connections.

Everything is committed, therefore this runs only on a database that is thrown away.
"""

import os
import unittest
from threading import Barrier, Thread
from unittest.mock import patch

from psycopg2 import Error as DatabaseError

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger

SENDING = "odoo.addons.survey_satisfaction.models.satisfaction_invitation_sending"
WORKERS = 4


@unittest.skipUnless(
    os.environ.get("ODOO_TEST_COMMIT"), "commits: for a database that is thrown away"
)
class CommittedCase(BaseCase):
    """A running campaign that other connections can see."""

    contacts = 1

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.cursor() as env:
            partners = env["res.partner"].create(
                [
                    {"name": f"Race {n}", "email": f"race{n}@example.com", "is_company": True}
                    for n in range(self.contacts)
                ]
            )
            campaign = env["satisfaction.campaign"].create(
                {
                    "name": self.id(),
                    "survey_id": env.ref("survey_satisfaction.survey_recovery").id,
                    "target_domain": str([("id", "in", partners.ids)]),
                    "quarantine_exempt": True,
                    "rule_ids": [],
                }
            )
            self.campaign_id = campaign.id
            # Invitations of other tests are not ours to send.
            env["satisfaction.campaign"].search([("id", "!=", campaign.id)])._set_state("paused")

    def cursor(self):
        """A connection of its own, committed at the end."""
        return _Connection(self.registry)

    def find(self, env, *domain):
        return env["satisfaction.invitation"].search(
            [("campaign_id", "=", self.campaign_id), *domain], order="id"
        )


class _Connection:
    def __init__(self, registry):
        self.cr = registry.cursor()

    def __enter__(self):
        self.cr.__enter__()
        return api.Environment(self.cr, SUPERUSER_ID, {})

    def __exit__(self, *error):
        return self.cr.__exit__(*error)


@tagged("post_install", "-at_install", "-standard", "database_breaking")
class TestRace(CommittedCase):
    """Several workers do the same in the same moment: it happens once."""

    def race(self, work):
        """Run ``work(env)`` in several transactions that begin together, as requests do."""
        barrier, results = Barrier(WORKERS), []

        def run():
            with self.cursor() as env:
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

        self.assertEqual(len(set(self.race(open_wave))), 1, "one wave")
        sent = self.race(lambda env: self.find(env, ("state", "=", "planned"))._send_batch())
        self.assertEqual(sum(sent), 1, "one mail")
        answers = self.race(lambda env: self.find(env)._start().id)
        self.assertEqual(len(set(answers)), 1, "one response")

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_events_at_once_are_one_invitation(self):
        with self.cursor() as env:
            campaign = env["satisfaction.campaign"].browse(self.campaign_id)
            [partner] = campaign._get_frame_contacts()
            partner_id = partner.id

        def enqueue(env):
            campaign = env["satisfaction.campaign"].browse(self.campaign_id)
            return campaign.enqueue(partner_id, "res.partner", partner_id)

        self.assertEqual(len(set(self.race(enqueue))), 1)


@tagged("post_install", "-at_install", "-standard", "database_breaking")
class TestKilledWorker(CommittedCase):
    """The worker that sends a wave loses its connection in the middle of a batch."""

    contacts = 10

    def setUp(self):
        super().setUp()
        self.startPatcher(patch(f"{SENDING}.BATCH", 3))
        with self.cursor() as env:
            env["satisfaction.campaign"].browse(self.campaign_id).action_open_wave()

    def mails(self, env):
        """The invitation behind each queued mail."""
        queued = [
            ("model", "=", "satisfaction.invitation"),
            ("res_id", "in", self.find(env).ids),
        ]
        return sorted(env["mail.mail"].search(queued).mapped("res_id"))

    def kill_in_batch(self, number):
        """Send until batch ``number``, whose mails are written when the connection dies."""
        Invitation = self.registry["satisfaction.invitation"]
        write_mails, batches = Invitation._queue_mails, []

        def dying(invitations, template_field):
            write_mails(invitations, template_field)
            batches.append(invitations)
            if len(batches) == number:
                invitations.env.flush_all()
                with self.cursor() as other:
                    pid = invitations.env.cr._cnx.get_backend_pid()
                    other.execute_query(SQL("SELECT pg_terminate_backend(%s)", pid))

        with patch.object(Invitation, "_queue_mails", dying), mute_logger("odoo.sql_db"):
            with self.assertRaises(DatabaseError), self.cursor() as env:
                env["satisfaction.invitation"]._cron_send()

    def test_nobody_is_written_to_twice_and_nobody_is_forgotten(self):
        self.kill_in_batch(3)
        with self.cursor() as env:
            self.assertEqual(len(self.find(env, ("state", "=", "sent"))), 6)
            self.assertEqual(len(self.mails(env)), 6)
            env["satisfaction.invitation"]._cron_send()
        with self.cursor() as env:
            self.assertEqual(set(self.find(env).mapped("state")), {"sent"})
            self.assertEqual(self.mails(env), self.find(env).ids)

    def test_a_second_worker_takes_what_the_first_has_not_locked(self):
        with self.cursor() as first, self.cursor() as second:
            self.find(first)[:3]._send_batch()
            self.assertEqual(self.find(second)._send_batch(), self.contacts - 3)
        with self.cursor() as env:
            self.assertEqual(self.mails(env), self.find(env).ids)
