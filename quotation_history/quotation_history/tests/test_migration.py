from importlib.util import module_from_spec, spec_from_file_location

from odoo.tests import tagged
from odoo.tools import file_path

from .common import OfferCommon

SCRIPT = "quotation_history/migrations/19.0.1.0.1/pre-migration.py"


@tagged("post_install", "-at_install")
class TestMigration(OfferCommon):
    """Offers frozen before the payload was text."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        spec = spec_from_file_location("offer_payload_migration", file_path(SCRIPT))
        cls.script = module_from_spec(spec)
        spec.loader.exec_module(cls.script)

    def _get_payloads(self):
        self.env.flush_all()
        self.cr.execute("SELECT id, payload FROM sale_offer_line ORDER BY id")
        return self.cr.fetchall()

    def _go_back_to_json(self):
        """Give the column the type it had."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.cr.execute(
            "ALTER TABLE sale_offer_line ALTER COLUMN payload TYPE jsonb USING payload::jsonb"
        )

    def test_payload_survives(self):
        self._line().write({"name": '泵 "A" \\ 50%', "technical_price_unit": 1e-7})
        offer = self._send()
        before = self._get_payloads()
        self.assertTrue(before)
        self._go_back_to_json()
        self.script.migrate(self.cr, "19.0.1.0.0")
        self.assertEqual(self._get_payloads(), before)
        self.assertTrue(offer.verify_digest())

    def test_migrated_offer_can_be_loaded(self):
        offer = self._send()
        self._line().write({"price_unit": 1, "name": "Changed"})
        self._go_back_to_json()
        self.script.migrate(self.cr, "19.0.1.0.0")
        offer.action_load()
        self.assertEqual(self._line().price_unit, 100)
        self.assertNotEqual(self._line().name, "Changed")

    def test_batches_leave_nothing_behind(self):
        self._send()
        before = self._get_payloads()
        self._go_back_to_json()
        self.patch(self.script, "BATCH", 1)
        self.script.migrate(self.cr, "19.0.1.0.0")
        self.assertEqual(self._get_payloads(), before)

    def test_text_is_left_alone(self):
        self._send()
        before = self._get_payloads()
        self.script.migrate(self.cr, "19.0.1.0.0")
        self.script.migrate(self.cr, None)
        self.assertEqual(self._get_payloads(), before)
