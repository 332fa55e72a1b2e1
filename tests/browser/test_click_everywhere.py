# weight: 8
"""Odoo's own robot clicks every menu, view and filter of the apps in which we have menus."""

from odoo.tests import HttpCase, tagged

from suite import our_records

CLICK = "odoo.loader.modules.get('@web/webclient/clickbot/clickbot_loader').startClickEverywhere"


@tagged("post_install", "-at_install")
class TestClickEverywhere(HttpCase):
    allow_end_on_form = True

    def _our_apps(self):
        """Root menus below which a menu of ours is."""
        menus = our_records(self.env, "ir.ui.menu")
        ids = {int(menu.parent_path.split("/")[0]) for menu in menus if menu.active}
        return self.env["ir.ui.menu"].browse(sorted(ids))

    def test_every_app_with_menus_of_ours(self):
        self.env.ref("base.user_admin").tour_enabled = False
        apps = self._our_apps()
        self.assertTrue(apps)
        for app in apps:
            with self.subTest(app=app.name):
                self.browser_js(
                    "/odoo",
                    f"{CLICK}('{app.get_external_id()[app.id]}');",
                    "odoo.isReady === true",
                    login="admin",
                    timeout=1200,
                    success_signal="clickbot test succeeded",
                )
