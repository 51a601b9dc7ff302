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
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest

from store.vault import Vault
from tests.tui.desks import case, office

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os, sys
from pathlib import Path
from tui.environment import scrub
scrub(os.environ)
from store.vault import Vault
from tests.tui.desks import NOW, WALL
from tui.app import run_app
with Vault.open(Path(sys.argv[1]), bytearray(b"correct horse")) as vault:
    sys.exit(run_app(vault, now=lambda: NOW, wall=lambda: WALL))
"""
PATIENCE_S = 60.0


def own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Line:
    """The app at the other end of a real terminal line of 80x24."""

    def __init__(self, vault: Path) -> None:
        self.ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = b""
        environ = {**os.environ, "TERM": "xterm-256color", "TEXTUAL_LOG": "/nonexistent/log"}
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", PROGRAM, str(vault)],
            cwd=ROOT,
            env=environ,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=own_terminal,  # noqa: PLW1509 - the child has one thread and its own line
        )
        os.close(theirs)

    def read_until(self, met: Callable[[], bool]) -> None:
        """Read what the app draws until `met`, or fail."""
        end = time.monotonic() + PATIENCE_S
        while not met():
            ready, _, _ = select.select([self.ours], [], [], end - time.monotonic())
            assert ready, "\n".join(self.screen.display)
            self._take(os.read(self.ours, 65536))

    def shows(self, text: str) -> None:
        """Wait until the screen shows `text`."""
        self.read_until(lambda: any(text in row for row in self.screen.display))

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

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


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    with office(tmp_path / "v") as opened:
        case(opened, "Lost \x9b2Jlist", {})
    return tmp_path / "v"


@pytest.fixture
def line(vault: Path) -> Iterator[Line]:
    session = Line(vault)
    yield session
    if session.process.poll() is None:
        session.process.kill()
        session.process.wait()
    os.close(session.ours)


def spoken_to(vault: Path) -> object:
    with Vault.open(vault, bytearray(b"correct horse")) as opened:
        (row,) = opened.rows()
        return opened.case(row.id).reports[-1].report.answer("spoken_to").value


def test_leaving_gives_the_terminal_back(line: Line) -> None:
    line.shows("Lost")
    line.type("q")

    assert line.ended() == 0
    assert line.sent.rindex(b"\x1b[?1049l") > line.sent.rindex(b"\x1b[?1049h")
    assert b"\x1b]52" not in line.sent
    assert b"\x9b".decode("latin-1").encode() not in line.sent


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_saves_the_open_field_and_ends(
    line: Line, vault: Path, number: int, code: int
) -> None:
    line.shows("Lost")
    line.type("\r")
    line.shows("ICO staff member")
    line.type("the duty officer")
    line.shows("the duty officer")
    line.process.send_signal(number)

    assert line.ended() == code
    assert spoken_to(vault) == "the duty officer"


def test_a_line_that_is_lost_loses_no_text(line: Line, vault: Path) -> None:
    line.shows("Lost")
    line.type("\r")
    line.shows("ICO staff member")
    line.type("half a sen")
    line.shows("half a sen")
    os.close(line.ours)
    code = line.process.wait(PATIENCE_S)
    line.ours = os.open(os.devnull, os.O_RDONLY)

    assert code == 129
    assert spoken_to(vault) == "half a sen"
