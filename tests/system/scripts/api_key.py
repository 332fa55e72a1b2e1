# Print a fresh API key of a user. Runs in an Odoo shell.
from datetime import datetime, timedelta

user = env["res.users"].search([("login", "=", given["login"])])
keys = env["res.users.apikeys"].with_user(user)
print("key:", keys._generate("rpc", "system test", datetime.now() + timedelta(hours=12)))
env.cr.commit()
