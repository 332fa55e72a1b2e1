# weight: 3
"""Every view of ours opens in the browser without an error on the console."""

import json

from odoo.tests import HttpCase, tagged

from suite import our_records

SHOWN = ("list", "kanban", "form", "pivot", "graph", "calendar", "activity", "hierarchy")
OPEN = """
(async () => {
    const views = %s;
    const action = odoo.__WOWL_DEBUG__.root.env.services.action;
    const open = async (view) => {
        await action.doAction(
            {
                type: "ir.actions.act_window",
                name: view.name,
                res_model: view.model,
                views: [[view.id, view.type]],
                res_id: view.record,
                domain: [],
                context: {},
            },
            {clearBreadcrumbs: true}
        );
        const until = Date.now() + 15000;
        while (!document.querySelector(`.o_action_manager .o_${view.type}_view`)) {
            if (Date.now() > until) {
                throw new Error("does not show");
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        if (document.querySelector(".o_error_dialog")) {
            throw new Error("shows an error");
        }
    };
    const problems = [];
    for (const view of views) {
        try {
            await open(view);
        } catch (error) {
            const cause = error.cause || error;
            problems.push(`${view.name} (${view.type} of ${view.model}): ${
                (cause.data && cause.data.debug) || cause.message
            }`);
        }
    }
    if (problems.length) {
        console.error(problems.join("\\n"));
    } else {
        console.log("test successful");
    }
})();
"""


@tagged("post_install", "-at_install")
class TestViews(HttpCase):
    def _our_views(self):
        """Views a person can open: ours, and the host's that ours extend."""
        views = our_records(self.env, "ir.ui.view")
        roots = views.mapped(lambda view: view if view.mode == "primary" else self._root(view))
        return roots.filtered(
            lambda view: (
                view.type in SHOWN
                and view.model in self.env
                and not self.env[view.model]._abstract
                and not self.env[view.model]._transient
            )
        )

    def _described(self, view):
        """What the browser needs to open a view: a form opens on a record where there is one."""
        record = self._get_model(view).search([], limit=1) if view.type == "form" else None
        return {
            "id": view.id,
            "name": view.xml_id,
            "model": view.model,
            "type": view.type,
            "record": record.id if record else False,
        }

    def _is_reachable(self, view):
        """A form of records that nobody creates by hand only opens on one that is there."""
        model = self._get_model(view)
        return view.type != "form" or model.has_access("create") or model.search([], limit=1)

    def _get_model(self, view):
        return self.env[view.model].with_user(self.env.ref("base.user_admin"))

    def _root(self, view):
        while view.inherit_id and view.mode != "primary":
            view = view.inherit_id
        return view

    def test_every_view_opens(self):
        admin = self.env.ref("base.user_admin")
        admin.tour_enabled = False
        # some views are for a few people only, such as personal facts of contacts
        admin.group_ids += our_records(self.env, "res.groups")
        views = [self._described(view) for view in self._our_views() if self._is_reachable(view)]
        self.assertTrue(views)
        self.browser_js(
            "/odoo", OPEN % json.dumps(views), "odoo.isReady === true", login="admin", timeout=900
        )
