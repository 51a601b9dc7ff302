"""A program at the other end of a real terminal line, and what its screen shows."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


def _own_terminal() -> None:
    # as a login gives them: tests started in the background ignore some, and children inherit it
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Line:
    """Our own interpreter with `words` on a line of 80x24."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str]) -> None:
        self.ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = b""
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, *words],
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color", **environ},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - the child has one thread and its own line
        )
        os.close(theirs)

    def read_until(self, met: Callable[[], bool]) -> None:
        """Read what the program draws until `met`, or fail."""
        end = time.monotonic() + PATIENCE_S
        while not met():
            ready, _, _ = select.select([self.ours], [], [], end - time.monotonic())
            assert ready, "\n".join(self.screen.display)
            self._take(os.read(self.ours, 65536))

    def shows(self, text: str) -> None:
        """Wait until the screen shows `text`."""
        self.read_until(lambda: any(text in row for row in self.screen.display))

    def type(self, text: str) -> None:
        """Send what a person types."""
        os.write(self.ours, text.encode())

    def pour(self, text: str) -> None:
        """Send more than the line holds at once, reading what the program draws meanwhile."""
        left = memoryview(text.encode())
        os.set_blocking(self.ours, False)
        while left:
            ready, free, _ = select.select([self.ours], [self.ours], [], PATIENCE_S)
            assert ready or free, "the program takes nothing"
            if ready:
                self._take(os.read(self.ours, 65536))
            if free:
                left = left[os.write(self.ours, left[:65536]) :]
        os.set_blocking(self.ours, True)

    def settle(self, quiet_s: float = 0.2) -> None:
        """Read what the program draws until nothing has come for a while."""
        with suppress(OSError):  # Linux ends a line so, with the last process on it
            while select.select([self.ours], [], [], quiet_s)[0]:
                self._take(os.read(self.ours, 65536))

    def resize(self, rows: int, columns: int) -> None:
        """Give the line another size, as a window does."""
        termios.tcsetwinsize(self.ours, (rows, columns))
        self.screen.resize(rows, columns)

    def modes(self) -> list[int]:
        """Return the line's modes: iflag, oflag, cflag, lflag."""
        return termios.tcgetattr(self.ours)[:4]

    def ended(self) -> int:
        """Read to the end of the line and return the exit code."""
        while select.select([self.ours], [], [], PATIENCE_S)[0]:
            try:
                self._take(os.read(self.ours, 65536))
            except OSError:  # Linux ends a line so, with the last process on it
                break
        return self.process.wait(PATIENCE_S)

    def _take(self, data: bytes) -> None:
        self.sent += data
        self._stream.feed(data.replace(b"\x1b[>25u", b"").replace(b"\x1b[<u", b""))


@contextmanager
def line_to(words: Sequence[str], environ: Mapping[str, str] | None = None) -> Iterator[Line]:
    """Start a program on a line; at the end it is gone, whatever it did."""
    session = Line(words, environ or {})
    try:
        yield session
    finally:
        if session.process.poll() is None:
            session.process.kill()
            session.process.wait()
        os.close(session.ours)
