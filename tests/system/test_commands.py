# weight: 4
"""The commands: what they find, what they refuse, and that a killed set-up can be called again."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from host import debian, places, postgres, python_env, settings, source
from host.console import Console, Stop

ERP = [sys.executable, str(places.ROOT / "erp")]


def erp_command(*arguments, **environment):
    return subprocess.run(
        [*ERP, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def odoo_at(tmp_path):
    """Make a folder that looks like an Odoo of a version."""

    def make(version):
        (tmp_path / "odoo").mkdir()
        (tmp_path / "odoo/release.py").write_text(f"version_info = {version}\n")
        return tmp_path

    return make


def test_an_own_odoo_wins(odoo_at, monkeypatch):
    home = odoo_at((19, 0, 0, "final", 0, ""))
    monkeypatch.setenv("ODOO_HOME", str(home))
    assert source.find().packages == home
    assert source.find().origin == "ODOO_HOME"


def test_an_odoo_of_another_series_is_refused_with_a_sentence(odoo_at):
    done = erp_command("doctor", ODOO_HOME=str(odoo_at((18, 0, 0, "final", 0, ""))))
    assert done.returncode == 1
    assert "where no Odoo 19.0 is; correct it or unset it." in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_an_own_postgresql_wins_and_is_never_stopped(monkeypatch, capsys):
    monkeypatch.setenv("PGHOST", "db.example.com")
    server = postgres.connect(settings.Settings())
    assert isinstance(server, postgres.OwnServer)
    assert server.options["db_host"] == "db.example.com"
    server.stop(Console())
    assert "left as it is" in capsys.readouterr().out


def test_an_own_postgresql_that_does_not_answer_is_named(tmp_path):
    done = erp_command("run", PGHOST=str(tmp_path), PGPORT="1")
    assert done.returncode == 1
    assert "does not answer; correct PGHOST or odoo.conf." in done.stdout


def test_the_mirror_is_the_machines_own():
    if not debian.is_possible():
        pytest.skip("not a Debian")
    assert debian.mirror().rstrip("/").endswith("/debian")


def test_an_unsupported_python_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Stop, match="Odoo 19 needs Python 3.10 to 3.13"):
        python_env.interpreter()


def test_every_requirement_is_pinned_with_a_hash():
    for name in (*python_env.RUN, *python_env.TEST, *python_env.BENCH):
        text = (places.ROOT / name).read_text()
        entries = text.replace("\\\n", " ").splitlines()
        assert entries
        assert [line for line in entries if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_tests_find_no_addon_but_ours_and_what_ours_need(erp):
    """Benchmarks bring other addons, which neither servers nor tests may find."""
    pinned = (places.ROOT / "requirements-addons.txt").read_text()
    wanted = set(re.findall(r"(?m)^odoo-addon-([\w-]+)==", pinned))
    manifests = erp.environment.home.glob(
        "lib/python3*/site-packages/odoo/addons/*/__manifest__.py"
    )
    assert {path.parent.name.replace("_", "-") for path in manifests} == wanted


def test_the_addons_of_benchmarks_have_an_environment_of_their_own(erp):
    apart = python_env.Environment(erp.odoo, with_peers=True)
    assert apart.home != erp.environment.home
    assert set(apart.known) - set(erp.environment.known) == set(python_env.BENCH)


def test_doctor_fetches_nothing(tmp_path):
    done = erp_command("doctor", XDG_CACHE_HOME=str(tmp_path), ODOO_HOME="")
    assert done.returncode == 0
    assert "PostgreSQL" in done.stdout
    assert not (tmp_path / places.NAME / "debs").exists()


def test_an_unknown_target_is_refused_with_the_known_ones():
    done = erp_command("test", "no_such_addon")
    assert done.returncode == 1
    assert "no tests called no_such_addon; there are:" in done.stdout


def test_reset_asks_first(erp, scratch):
    name = scratch(erp.templates.empty())
    asked = subprocess.run(
        [*ERP, "reset", "--db", name], input="n\n", capture_output=True, text=True
    )
    assert "nothing was thrown away" in asked.stdout
    assert name in erp.databases.names()
    done = erp_command("reset", "--yes", "--db", name)
    assert done.returncode == 0
    assert name not in erp.databases.names()


def test_a_database_in_use_can_be_dropped(erp, scratch):
    name = scratch(erp.templates.empty())
    user = subprocess.Popen(
        ["psql", "-XAtd", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **erp.server.environment},
    )
    user.stdin.write("SELECT 'connected';\n")
    user.stdin.flush()
    assert user.stdout.readline() == "connected\n"
    erp.databases.drop(name)
    assert name not in erp.databases.names()
    user.communicate("SELECT 1;\n")
    assert user.returncode != 0, "the session outlived its database"


def test_a_killed_setup_can_be_called_again(erp, scratch):
    """Kill ``./erp run`` at several moments of making a database; the last call serves it."""
    erp.templates.host()
    name = scratch(erp.templates.empty())
    erp.databases.drop(name)
    command = [*ERP, "run", "--db", name, "--port", "8931"]
    moments = (
        lambda: f"{name}_part" in erp.databases.names(),
        lambda: _count(erp, f"{name}_part", "installed") > 0,
        lambda: _count(erp, f"{name}_part", "to install") == 0,
    )
    for moment in moments:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _wait_until(moment)
        child.kill()
        child.wait()
        assert name not in erp.databases.names(), "a half-made database has its final name"
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        printed = _read_until(child, "Ctrl+C stops it")
        assert "is served on http://localhost:8931" in printed
        again = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert "already served on http://localhost:8931" in again.stdout
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=60)
    assert child.returncode == 0


def _count(erp, database, state):
    """How many of our addons are in a state; -1 while there is no such table."""
    names = ", ".join(f"'{name}'" for name in erp.settings.addons)
    query = f"SELECT count(*) FROM ir_module_module WHERE state = '{state}' AND name IN ({names})"
    done = subprocess.run(
        ["psql", "-XAtd", database, "-c", query],
        capture_output=True,
        text=True,
        env={**os.environ, **erp.server.environment},
    )
    return int(done.stdout) if done.returncode == 0 else -1


def _wait_until(condition):
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "the moment to kill it never came"
        time.sleep(0.05)


def _read_until(child, text):
    lines = []
    for line in child.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError("".join(lines))
