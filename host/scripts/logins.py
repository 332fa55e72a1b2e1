# Print the logins a visitor can use. Runs in an Odoo shell.
for user in env["res.users"].search([("share", "=", False)], order="id"):
    print(f"login: {user.login}\t{user.name}")
