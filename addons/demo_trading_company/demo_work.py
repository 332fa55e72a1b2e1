"""Give the work of the suite's demo data to the people of the demo company.

The demo data of every other addon stands alone, so nobody but the administrator is responsible
in it. Where the demo company's people exist, what they log in to should hold work of theirs.
"""

#: models whose ``user_id`` is responsible for something with a partner
MODELS = ("sale.order", "consignment.agreement", "satisfaction.case", "res.partner")


def hand_out(env):
    """Hand the administrator's orders, agreements, cases and customers to their people, open
    activities included: two customers of three to the salesperson, the third to the head of
    sales, goods of others to the warehouse."""
    admin = env.ref("base.user_admin")
    _speak_chinese(env, admin)
    _leave_department(env)
    for model in filter(env.registry.__contains__, MODELS):
        for record in _get_work(env[model], admin):
            person = env.ref(f"demo_trading_company.{_get_person(record)}")
            activities = record.activity_ids.filtered_domain([("user_id", "=", admin.id)])
            activities.user_id = person
            record.user_id = person


def _speak_chinese(env, admin):
    """The story plays in China: its people and their customers read Chinese."""
    env["res.users"].search([("id", "!=", admin.id)]).lang = "zh_CN"
    env["res.partner"].search([("country_id.code", "=", "CN")]).lang = "zh_CN"


def _leave_department(env):
    """Whoever develops customers by a process looks at its stages, not at the general ones."""
    member = env.ref("demo_trading_company.team_member_salesperson", raise_if_not_found=False)
    if member and member.user_id.crm_team_ids - member.crm_team_id:
        member.unlink()


def _get_work(model, admin):
    quiet = {"tracking_disable": True, "mail_auto_subscribe_no_notify": True}
    return model.with_context(**quiet).search([("user_id", "=", admin.id)])


def _get_person(record):
    if record._name == "consignment.agreement" and record.direction == "in":
        return "user_warehouse"
    partner = record if record._name == "res.partner" else record.partner_id
    return "user_sales_head" if partner.commercial_partner_id.id % 3 == 0 else "user_salesperson"
