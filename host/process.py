"""Run other programs: their output goes to a log, the lines that tell progress to the console."""

import ctypes
import os
import re
import signal
import subprocess
import sys

from .console import Stop

PR_SET_PDEATHSIG = 1


def end_with_parent():
    """Have the kernel end a child whose parent was killed, so that nothing is left at work on
    what the next call will make again."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(command, *, problem, log=None, env=None, cwd=None, user=None, on_line=None, given=None):
    """Run ``command`` to its end.

    :param problem: the sentence to stop with when the command fails
    :param log: file that receives everything the command prints
    :param user: system account to run as, for root
    :param on_line: called with every printed line
    :param given: file that is the command's standard input
    :return: everything that was printed
    """
    lines = []
    with (
        open(log or os.devnull, "a", encoding="utf-8") as kept,
        open(given or os.devnull, encoding="utf-8") as typed,
        subprocess.Popen(
            [str(part) for part in command],
            stdin=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **(env or {})},
            cwd=cwd,
            preexec_fn=end_with_parent,
            **_account(user),
        ) as child,
    ):
        for line in child.stdout:
            kept.write(line)
            lines.append(line)
            if on_line:
                on_line(line.rstrip())
    if child.returncode:
        raise Stop(_explained(problem, lines, log))
    return "".join(lines)


def succeeds(command, *, env=None, user=None):
    """Tell whether a quick check passes, printing nothing."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
        cwd="/",
        **_account(user),
    )
    return done.returncode == 0


def _account(user):
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def _explained(problem, lines, log):
    """The sentence, with the line that most likely tells the cause."""
    told = [line.strip() for line in lines if line.strip()]
    causes = [
        line for line in told if re.search(r"\b(\w*Error|ERROR|CRITICAL|error|fatal)\b:? ", line)
    ]
    last = (causes or told or ["it printed nothing"])[-1]
    return f"{problem} ({last}{f'; the whole output is in {log}' if log else ''})"
