"""`scan`, and what stands between personal data in a text and the world: the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.tui.line import line_to
from tests.tui.terminal import ENTRANCE, Terminal, founded

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = "QQ 12 34 56 C"
TOLD = f"what_happened=A letter with NI number {NUMBER} went to ada.fenwick@mail.example."
CONFIRM = ("--confirm-personal-data", "an invented person")


@pytest.fixture
def at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A command line at a vault with one case, `letter`, whose narrative holds two findings."""
    terminal = founded(capsys, monkeypatch, tmp_path)
    terminal.ok("new", "Letter")
    terminal.ok("edit", "letter", "--set", TOLD)
    return terminal


def test_scan_lists_findings_masked_until_they_are_confirmed(at: Terminal, tmp_path: Path) -> None:
    listed, told = at("scan", "letter"), at("scan", "letter", "--json")

    assert (listed.code, told.code) == (1, 1)
    assert "Q5 what_happened  National Insurance number (certain" in listed.out
    assert "[Q***C] went to a***e" in listed.out
    assert [each["kind"] for each in json.loads(told.out)["findings"]] == ["ni", "email"]
    assert NUMBER not in listed.out + told.out

    refused = at("doc", "letter", "sheet", "--yes", "-o", "sheet.txt")

    assert refused.code == 2
    assert "2 found that looks like personal data: nothing left" in refused.err
    assert "--confirm-personal-data TEXT" in refused.err
    assert NUMBER not in refused.err
    assert not (tmp_path / "sheet.txt").exists()
    at.ok("doc", "letter", "sheet", "--yes", "-o", "sheet.txt", *CONFIRM)
    assert NUMBER in (tmp_path / "sheet.txt").read_text()
    assert at("scan", "letter").code == 0
    at.ok("doc", "letter", "sheet", "--yes", "-o", "again.txt")
    assert "an invented person" in at.ok("log", "letter")


def test_a_new_finding_is_asked_for_and_the_old_ones_are_not(at: Terminal) -> None:
    at.ok("doc", "letter", "sheet", "--yes", "-o", "sheet.txt", *CONFIRM)
    at.ok("edit", "letter", "--set", f"{TOLD} She rang from 07700 900123.")

    told = at("scan", "letter", "--json")

    assert [each["kind"] for each in json.loads(told.out)["findings"]] == ["phone"]


def test_of_very_many_findings_the_first_hundred_are_printed(at: Terminal) -> None:
    at.ok("edit", "letter", "--set", "what_happened=" + "a.fenwick@mail.example " * 101)

    listed, refused = at("scan", "letter"), at("doc", "letter", "sheet", "--yes")

    assert len(listed.out.splitlines()) == 100
    assert "and 1 more" in listed.err
    assert "and 1 more" in refused.err


def test_an_email_draft_without_the_answers_in_it_needs_no_confirmation(at: Terminal) -> None:
    at.ok("doc", "letter", "eml", "--yes", "-o", "draft.eml")

    assert at("doc", "letter", "eml", "--plain", "--yes", "-o", "plain.eml").code == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("k", "an invented person", "k"), "sheet.txt"),
        (("r", "k", "an invented person", "e"), "breachcase edit CASE --set what_happened=-"),
        (("s",), "what was kept so far is not asked again"),
    ],
)
def test_at_a_terminal_findings_are_asked_for_one_by_one(
    at: Terminal, tmp_path: Path, typed: tuple[str, ...], says: str
) -> None:
    words = [*at.options, "doc", "letter", "sheet", "--yes", "-o", str(tmp_path / "sheet.txt")]
    with line_to(["-I", "-c", ENTRANCE, *words]) as line:
        line.shows("1 of 2: Q5 what_happened: National Insurance number")
        for answer in typed:
            line.settle()
            line.type(f"{answer}\n")
        line.ended()

        screen = " ".join(row.strip() for row in line.screen.display)
    assert says.replace(" ", "") in screen.replace(" ", "")
    assert (NUMBER in screen) == ("r" in typed)
    assert (tmp_path / "sheet.txt").exists() == ("e" not in typed and "s" not in typed)
    left = json.loads(at("scan", "letter", "--json").out)["findings"]
    assert len(left) == 2 - sum(word == "k" for word in typed)
