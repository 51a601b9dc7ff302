from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.models.form_print import CLEAN
from tests.tui.terminal import Terminal


@pytest.fixture
def at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A command line at an empty vault, a messy form beside it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words").write_text("fictional words\n")
    messy = CLEAN.replace("\u2612 Unlikely", "Unlikely")
    (tmp_path / "form.txt").write_text(messy, encoding="utf-8")
    found = Terminal(capsys, "--vault", str(tmp_path / "v"), "--passphrase-file", "words")
    found.ok(
        "vault", "init", "--role", "regulator", "--organisation", "Sample", "--person",
        "A. Person", "--zone", "Europe/London", "--kdf-memory", "19", "--recovery-file", "r",
    )  # fmt: skip
    return found


def test_a_form_is_shown_without_a_vault(capsys: pytest.CaptureFixture[str], at: Terminal) -> None:
    ran = Terminal(capsys)("read-form", "form.txt")

    assert ran.code == 1
    lines = ran.out.splitlines()
    assert "Q6   cyber: Yes" in lines
    assert "Q17  likelihood: UNREADABLE (a box has no mark that can be told), left blank" in lines
    assert lines[-1].startswith("not found in it: spoken_to, ")
    assert at.options


def test_what_was_read_becomes_a_draft_to_be_confirmed(at: Terminal) -> None:
    ran = at("read-form", "form.txt", "--new", "Open folder", "--json")

    told = json.loads(ran.out)
    assert told["unreadable"] == {"likelihood": "a box has no mark that can be told"}
    shown = at.ok("show", "open-folder", "--blanks")
    assert "(taken over from the form as it came)" in shown
    assert "(unreadable)" in shown
    assert at("form", "confirm", "open-folder", "ico-2019", "cyber").err == "confirmed: cyber\n"


def test_what_a_person_has_answered_stays(at: Terminal) -> None:
    at.ok("new", "Open folder")
    at.ok("edit", "open-folder", "--set", "cyber=No")

    at("read-form", "form.txt", "--case", "open-folder")

    report = json.loads(at.ok("show", "open-folder", "--json"))["reports"][0]
    assert report["answers"]["cyber"] == {"state": "answered", "value": "No"}
    assert report["answers"]["staff_training"]["value"] == "Don't know"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["form.txt", "--new", "a", "--case", "b"], 2, "exclude each other"),
        (["form.txt", "--form", "oaic-ndb"], 2, "print of oaic-ndb"),
        (["words"], 65, "no question of ico-2019"),
        (["nothing.txt"], 66, "no file"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_line(
    at: Terminal, words: list[str], code: int, said: str
) -> None:
    ran = at("read-form", *words)

    assert (ran.code, said in ran.err) == (code, True)
