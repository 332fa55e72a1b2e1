"""Every message of every addon is translated to Chinese, and the templates are up to date."""

from host import database, process


def test_every_message_is_translated(erp, scratch, tmp_path, addons):
    name = scratch(erp.templates.demo())
    erp.databases.run_script("export_terms.py", name, modules=sorted(addons), folder=str(tmp_path))
    assert any(tmp_path.glob("*.pot"))
    paths = [addon.path for addon in addons.values()]
    printed = process.run(
        [erp.environment.python, database.SCRIPTS / "catalogues.py", "check", tmp_path, *paths],
        problem="translations are missing; ./erp i18n lists them",
    )
    assert "every message is translated" in printed
