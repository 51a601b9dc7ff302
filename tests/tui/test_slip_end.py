"""A dialog half typed when the line hangs or the process is killed: offered at the next start."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tui.desks import case, office
from tests.tui.line import PATIENCE_S, Line
from tests.tui.test_terminal_end import drafted, drafts, hang_up, program

Begin = Callable[[Line], None]
TYPED = "the courier lo"
RECOVERED = "recovered from 2019-12-19 10:00"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    with office(tmp_path / "v") as opened:
        case(opened, "Stolen bag", {})
    return tmp_path / "v"


@pytest.fixture
def line(vault: Path) -> Iterator[Line]:
    with program(vault) as session:
        yield session


def begin_a_title(line: Line) -> None:
    line.shows("Stolen bag")
    line.type("n")
    line.shows("Title, without personal data")
    line.type(TYPED)
    line.shows(TYPED)


def begin_an_entry(line: Line) -> None:
    line.shows("Stolen bag")
    line.type("\r")
    line.shows("ICO staff member")
    line.type("\x1bOR")  # F3
    line.shows("Incident log (0)")
    line.type("jjj\r")
    line.shows("n adds the first entry")
    line.type("n")
    line.shows("What happened (tab goes on)")
    line.type(TYPED)
    line.shows(TYPED)


@pytest.mark.parametrize("begin", [begin_a_title, begin_an_entry])
def test_a_line_that_is_lost_loses_no_text_of_a_dialog(
    line: Line, vault: Path, begin: Begin
) -> None:
    begin(line)

    assert hang_up(line) == 128 + signal.SIGHUP
    assert drafts(vault) == [TYPED]
    with program(vault) as again:
        again.shows(RECOVERED)
        again.shows(TYPED)


@pytest.mark.parametrize("begin", [begin_a_title, begin_an_entry])
def test_a_killed_process_leaves_the_text_of_a_dialog(
    line: Line, vault: Path, begin: Begin
) -> None:
    begin(line)
    drafted(vault, TYPED)
    line.process.kill()
    line.process.wait(PATIENCE_S)

    with program(vault) as again:
        again.shows(RECOVERED)
        again.type("st it")
        again.shows(f"{TYPED}st it")
