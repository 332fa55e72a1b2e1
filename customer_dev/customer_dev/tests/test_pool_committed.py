import os
import unittest
from threading import Barrier, Thread

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tests.common import get_db_name

PEOPLE = ("pool_first", "pool_second")


@tagged("post_install", "-at_install", "-standard", "database_breaking")
@unittest.skipUnless(
    os.environ.get("ODOO_TEST_COMMIT"), "commits: for a database that is thrown away"
)
class TestPoolCommitted(BaseCase):
    """Two salespeople, each on a connection of their own, take the same prospect at once."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.people = {login: self._person(env, login).id for login in PEOPLE}
            lead = env["crm.lead"].create(
                {
                    "name": "Raced prospect",
                    "type": "opportunity",
                    "user_id": False,
                    "team_id": env.ref("customer_dev.team_key5").id,
                }
            )
            self.lead = lead.id

    def _person(self, env, login):
        known = env["res.users"].search([("login", "=", login)])
        return known or new_test_user(
            env, login, groups="sales_team.group_sale_salesman", name=login, lang="en_US"
        )

    def _race(self, take):
        """Both take the prospect at the same moment.

        :return: the messages of those who were refused
        """
        barrier, outcomes = Barrier(len(PEOPLE)), []

        def run(uid):
            try:
                with self.registry.cursor() as cr:  # commits when left without an error
                    env = api.Environment(cr, uid, {})
                    lead = env["crm.lead"].browse(self.lead)
                    lead.read(["user_id"])  # both see that it is free, then both press
                    barrier.wait(30)
                    retrying(lambda: take(lead), env)
            except UserError as error:
                outcomes.append(str(error))
            else:
                outcomes.append("")

        threads = [Thread(target=run, args=(uid,)) for uid in self.people.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertEqual(len(outcomes), len(PEOPLE), "no error but a told one")
        return [message for message in outcomes if message]

    def _owner_and_picks(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            lead = env["crm.lead"].browse(self.lead)
            return lead.user_id.login, len(lead.pool_log_ids.filtered(lambda p: p.kind == "picked"))

    def test_one_of_two_wins_and_the_other_is_told(self):
        [message] = self._race(lambda lead: lead.action_pick_from_pool())
        self.assertRegex(message, "Somebody is just taking|taken by pool_")
        owner, picks = self._owner_and_picks()
        self.assertIn(owner, PEOPLE)
        self.assertEqual(picks, 1)

    def test_a_pooled_prospect_is_picked_once(self):
        with self.registry.cursor() as cr:
            lead = api.Environment(cr, SUPERUSER_ID, {})["crm.lead"].browse(self.lead)
            lead.write({"pool_date": "2020-01-01 00:00:00"})
        [message] = self._race(lambda lead: lead.action_pick_from_pool())
        self.assertTrue(message)
        self.assertEqual(self._owner_and_picks()[1], 1)

    def test_the_late_one_is_told_by_whom_it_was_taken(self):
        first, second = self.people.values()
        with self.registry.cursor() as cr:
            api.Environment(cr, first, {})["crm.lead"].browse(self.lead).action_pick_from_pool()
        with self.registry.cursor() as cr:
            late = api.Environment(cr, second, {})["crm.lead"].browse(self.lead)
            with self.assertRaisesRegex(UserError, "taken by pool_first"):
                late.action_pick_from_pool()

    def test_writing_oneself_as_owner_is_no_way_around(self):
        """A form that was opened while the prospect was free, saved after somebody took it."""
        with self.registry.cursor() as cr:
            lead = api.Environment(cr, SUPERUSER_ID, {})["crm.lead"].browse(self.lead)
            lead.write({"pool_date": "2020-01-01 00:00:00"})
        refused = self._race(lambda lead: lead.write({"user_id": lead.env.uid}))
        self.assertTrue(refused)
        self.assertEqual(self._owner_and_picks()[1], 1)
