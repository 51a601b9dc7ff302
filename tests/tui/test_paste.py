"""A paste longer than any answer is refused in words, and keeps the screen free."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events

from models.text import normalise
from tests.tui.desks import app_on, case, office
from tests.tui.line import Line
from tests.tui.test_terminal_end import drafted, program, type_half_an_answer
from tui.widgets.entry import LONGEST_PASTE, Entry

BIG = "[/] \x1b]52;c;aGk=\x07 " * (10 * 1024 * 1024 // 18)


async def test_ten_megabytes_are_not_pasted_into_a_field(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        async with app_on(vault).run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            entry = pilot.app.focused
            assert isinstance(entry, Entry)
            entry.post_message(events.Paste(BIG))
            entry.post_message(events.Paste("word"))
            await pilot.pause()

            assert entry.text == "word"
    assert len(BIG) > LONGEST_PASTE


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    with office(tmp_path / "v") as opened:
        case(opened, "Lost list", {})
    return tmp_path / "v"


@pytest.fixture
def line(vault: Path) -> Iterator[Line]:
    with program(vault) as session:
        yield session


def peak_mib(line: Line) -> int:
    """Return the most memory that the program has had."""
    told = Path(f"/proc/{line.process.pid}/status").read_text(encoding="utf-8")
    (row,) = (row for row in told.splitlines() if row.startswith("VmHWM"))
    return int(row.split()[1]) // 1024


def test_ten_megabytes_pasted_on_a_line_are_refused_and_lose_nothing(
    line: Line, vault: Path
) -> None:
    type_half_an_answer(line)
    drafted(vault, "half a sen")
    before = peak_mib(line)
    line.pour(f"\x1b[200~{BIG}\x1b[201~")
    line.shows("too long for an answer")
    began = time.monotonic()
    line.type("tence")
    line.shows("half a sentence")

    assert time.monotonic() - began < 5  # a busy machine's; 0.1 alone
    assert peak_mib(line) - before < 64
    assert b"\x1b]52" not in line.sent
    drafted(vault, "half a sentence")


def test_a_hostile_paste_that_is_taken_is_text_and_presses_no_key(line: Line, vault: Path) -> None:
    line.shows("Lost")
    line.type("\r")
    line.shows("ICO staff member")
    line.pour("\x1b[200~X\x1b[18~\x1b[19~\x1bY\x1b[201~!")
    line.shows("Y!")

    assert any("Before the report (1 of 8)" in row for row in line.screen.display)  # not F7
    drafted(vault, normalise("X\x1b[18~\x1b[19~\x1bY!"))


def test_bytes_that_are_no_utf_8_do_not_end_the_app(line: Line) -> None:
    type_half_an_answer(line)
    os.write(line.ours, b"\xe9\xff")
    line.type(" more")
    line.shows(" more")

    assert line.process.poll() is None
