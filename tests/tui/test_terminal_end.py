from __future__ import annotations

import os
import signal
from collections.abc import Iterator
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


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    with office(tmp_path / "v") as opened:
        case(opened, "Lost \x9b2Jlist", {})
    return tmp_path / "v"


@pytest.fixture
def line(vault: Path) -> Iterator[Line]:
    log = {"TEXTUAL_LOG": "/nonexistent/log"}
    with line_to(["-c", PROGRAM, str(vault)], log) as session:
        yield session


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
