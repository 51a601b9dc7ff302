from __future__ import annotations

import os
import signal
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.vault import Vault
from tests.tui.desks import case, office
from tests.tui.line import PATIENCE_S, Line, line_to

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
CRASHING = PROGRAM.replace(
    "with Vault",
    """
from tui.screens.case import CaseScreen
def broken(self):
    passphrase = "correct horse"
    raise ValueError(passphrase)
CaseScreen.action_next = broken
with Vault""",
)
UNREADABLE = "2019-13-4"
# kitty keys, alternate screen, hidden cursor, no line wrap, focus and paste reports: all off again
GIVEN_BACK = (
    b"\x1b[<u",
    b"\x1b[?1049l",
    b"\x1b[?25h",
    b"\x1b[?7h",
    b"1004",
    b"2004l",
)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    with office(tmp_path / "v") as opened:
        case(opened, "Lost \x9b2Jlist", {})
    return tmp_path / "v"


@contextmanager
def program(vault: Path, text: str = PROGRAM) -> Iterator[Line]:
    log = {"TEXTUAL_LOG": "/nonexistent/log"}
    with line_to(["-c", text, str(vault)], log) as session:
        yield session


@pytest.fixture
def line(vault: Path) -> Iterator[Line]:
    with program(vault) as session:
        yield session


def spoken_to(vault: Path) -> object:
    with Vault.open(vault, bytearray(b"correct horse")) as opened:
        (row,) = opened.rows()
        return opened.case(row.id).reports[-1].report.answer("spoken_to").value


def drafts(vault: Path) -> list[str]:
    with Vault.open(vault, bytearray(b"correct horse")) as opened:
        return [kept.text for kept in opened.drafts.left()]


def type_half_an_answer(line: Line, text: str = "half a sen") -> None:
    line.shows("Lost")
    line.type("\r")
    line.shows("ICO staff member")
    line.type(text)
    line.shows(text)


def no_process_left(line: Line) -> bool:
    """Whether within two seconds nobody of the session is there any more."""
    end = time.monotonic() + 2
    while time.monotonic() < end:
        found = subprocess.run(  # noqa: S603 - our own number
            ["ps", "-o", "stat=", "--sid", str(line.process.pid)],  # noqa: S607 - the system's
            capture_output=True,
            text=True,
            check=False,
        )
        if not [state for state in found.stdout.split() if not state.startswith("Z")]:
            return True
    return False


def hang_up(line: Line) -> int:
    """Close the line, as a lost connection does; return the exit code."""
    os.close(line.ours)
    assert no_process_left(line)
    code = line.process.wait(PATIENCE_S)
    line.ours = os.open(os.devnull, os.O_RDONLY)
    return code


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
    type_half_an_answer(line, "the duty officer")
    line.process.send_signal(number)

    assert line.ended() == code
    assert spoken_to(vault) == "the duty officer"
    assert drafts(vault) == []


def test_a_line_that_is_lost_loses_no_text(line: Line, vault: Path) -> None:
    type_half_an_answer(line)

    assert hang_up(line) == 129
    assert spoken_to(vault) == "half a sen"


def test_a_line_that_stands_still_and_then_is_lost_loses_no_text(line: Line, vault: Path) -> None:
    type_half_an_answer(line)
    line.type("\x0c" * 40)  # redraw: nobody reads it, and the line is full
    line.type("xy" * 200)
    drafted(vault, "half a sen" + "xy" * 200)

    assert hang_up(line) == 129
    assert spoken_to(vault) == "half a sen" + "xy" * 200


def drafted(vault: Path, text: str) -> None:
    """Wait until the only draft on disk is `text`."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := live_drafts(vault)) != [text]:
        assert time.monotonic() < deadline, found


def live_drafts(vault: Path) -> list[str]:
    """What a second opener, who only reads, finds."""
    passphrase = bytearray(b"correct horse")
    with Vault.open(vault, passphrase, writable=False) as opened:
        return [kept.text for kept in opened.drafts.left()]


def test_a_killed_process_leaves_its_text_to_the_next_start(line: Line, vault: Path) -> None:
    type_half_an_answer(line)
    drafted(vault, "half a sen")
    line.process.kill()
    line.process.wait(PATIENCE_S)

    assert spoken_to(vault) is None
    with program(vault) as again:
        again.shows("half a sen")
        again.shows("recovered from 2019-12-19 10:00: Q1")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_text_that_cannot_be_read_survives_the_end(line: Line, vault: Path, number: int) -> None:
    line.shows("Lost")
    line.type("\r")
    line.shows("ICO staff member")
    line.type("\x1b[19~")  # F8: the date of discovery is the first thing that is missing
    line.shows("K04 give the date")
    line.type(UNREADABLE)
    drafted(vault, UNREADABLE)
    line.process.send_signal(number)
    line.ended()

    assert drafts(vault) == [UNREADABLE]
    with program(vault) as again:
        again.shows(UNREADABLE)


def test_a_termination_gives_the_terminal_back(line: Line) -> None:
    type_half_an_answer(line)
    before = line.modes()
    line.process.send_signal(signal.SIGTERM)
    line.ended()
    tail = line.sent[line.sent.rindex(b"half a sen"[-1:]) :]

    assert not before[3] & termios.ECHO
    assert line.modes()[3] & termios.ECHO
    assert [code for code in GIVEN_BACK if code not in tail] == []


def test_a_crash_gives_the_terminal_back_tells_no_value_and_keeps_the_text(vault: Path) -> None:
    with program(vault, CRASHING) as line:
        type_half_an_answer(line)
        drafted(vault, "half a sen")
        line.type("\x1b[18~")  # F7
        code = line.ended()
        modes = line.modes()

    assert code == 70
    assert b"correct horse" not in line.sent
    assert b"bug: ValueError" in line.sent
    assert modes[3] & termios.ECHO
    assert line.sent.rindex(b"\x1b[?1049l") > line.sent.rindex(b"\x1b[?1049h")
    with program(vault) as again:
        again.shows("half a sen")
