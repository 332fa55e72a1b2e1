"""What the user sees: steps with the time that has passed, one moving line for long ones."""

import sys
import time
from contextlib import contextmanager


class Stop(Exception):
    """The command cannot go on; the message is one sentence that says what to do."""


class Console:
    """Print steps with elapsed time; redraw progress on a terminal, thin it out elsewhere."""

    THINNED_SECONDS = 10.0

    def __init__(self, stream=None):
        self.stream = stream or sys.stdout
        self.started = time.monotonic()
        self.drawn = 0.0
        self.pending = False

    @property
    def is_terminal(self):
        return self.stream.isatty()

    def _write(self, text, end="\n"):
        self.stream.write(text + end)
        self.stream.flush()

    def _elapsed(self):
        return f"[{time.monotonic() - self.started:6.1f}s]"

    def say(self, text):
        """Print a line of its own."""
        if self.pending:
            self._write("\r\033[K", end="")
            self.pending = False
        self._write(f"{self._elapsed()} {text}")

    def progress(self, text):
        """Show how far a long step is: every half second on a terminal, else every ten."""
        now = time.monotonic()
        if now - self.drawn < (0.5 if self.is_terminal else self.THINNED_SECONDS):
            return
        self.drawn = now
        if self.is_terminal:
            self._write(f"\r\033[K{self._elapsed()}   {text}"[:200], end="")
            self.pending = True
        else:
            self._write(f"{self._elapsed()}   {text}")

    @contextmanager
    def step(self, text):
        """Announce a step and say how long it took."""
        self.say(f"{text} …")
        self.drawn = time.monotonic()
        started = time.monotonic()
        yield
        self.say(f"{text}: done in {time.monotonic() - started:.1f} s")
