"""Serve a database in the foreground, and find or stop a server that is running."""

import os
import signal
import socket
import subprocess
import time
import urllib.request

from . import places, process
from .console import Stop

#: seconds Odoo may take until it answers, on a machine that is busy with other things
PATIENCE = 300


def pid_file(database):
    return places.local() / f"{database}.pid"


def running(database):
    """Process id and port of the server of a database, or None."""
    try:
        pid, port = map(int, pid_file(database).read_text().split())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return (pid, port) if answers(port) else None


def answers(port):
    """Tell whether a web client is served on a port of this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port():
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(databases, database, port, log):
    """Start a server in the background and wait until it answers.

    :return: the process
    """
    if not is_free(port):
        raise Stop(f"port {port} is taken by another program; give another with --port.")
    command = databases.odoo(
        "server", database, http_port=port, gevent_port=free_port(), logfile=log
    )
    child = subprocess.Popen(
        [str(part) for part in command],
        cwd=places.ROOT,
        stdin=subprocess.DEVNULL,
        preexec_fn=process.end_with_parent,
    )
    pid_file(database).write_text(f"{child.pid} {port}")
    deadline = time.monotonic() + PATIENCE
    while not answers(port):
        if child.poll() is not None:
            raise Stop(f"Odoo did not start; see {log}.")
        if time.monotonic() > deadline:
            child.terminate()
            raise Stop(f"Odoo did not answer on port {port} in {PATIENCE} seconds; see {log}.")
        time.sleep(0.1)
    return child


def stop(database, console):
    """Stop the server of a database, if one runs."""
    found = running(database)
    if not found:
        console.say("no server is running")
        return
    os.kill(found[0], signal.SIGTERM)
    for _attempt in range(100):
        try:
            os.kill(found[0], 0)
        except OSError:
            break
        time.sleep(0.1)
    pid_file(database).unlink(missing_ok=True)
    console.say(f"the server on port {found[1]} is stopped")
