"""`breachcase form`, and forms of one's own under the other commands."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import get_args

import pytest

from models.pack import Kind
from tests.build import form_toml
from tests.tui.terminal import Terminal


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def put(**found: bytes) -> Path:
    folder = Path(os.environ["XDG_DATA_HOME"]) / "breachcase" / "forms"
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in found.items():
        (folder / f"{name}.toml").write_bytes(raw)
    return folder


def test_the_forms_are_listed_with_where_they_are_from(at: Terminal) -> None:
    put(mine=form_toml())

    lines = at.ok("form", "ls").splitlines()

    assert [line.split("  ")[0] for line in lines] == [
        "gdpr-art33", "ico-2019", "oaic-2014", "oaic-ndb", "sample-1",
    ]  # fmt: skip
    assert lines[-1].split()[:2] == ["sample-1", "mine.toml"]
    told = json.loads(at.ok("form", "ls", "--json"))
    assert told["forms"][-1]["file"] == "mine.toml"
    assert told["forms"][0]["file"] is None
    assert told["refused"] == []


def test_a_file_of_one_s_own_that_is_no_form_is_named_with_why(at: Terminal) -> None:
    folder = put(a=form_toml("sample-1", "ico-2019"), b=b"\xff")
    (folder / "c.toml").mkdir()
    (folder / "notes.txt").write_text("not looked at")
    (folder / "d.toml").symlink_to("d.toml")

    ran = at("form", "ls")

    assert ran.code == 0
    assert ran.err.splitlines()[:4] == [
        "refused: a.toml: ico-2019 comes with breachcase: give yours another id",
        "refused: b.toml: form is not toml",
        "refused: c.toml: the file cannot be read",
        "refused: d.toml: the file cannot be read",
    ]


def test_a_form_is_printed_with_its_dates_offices_and_sources(at: Terminal) -> None:
    shown = at.ok("form", "show", "oaic-2014")

    assert "as of  2014-08-01" in shown
    assert "office: Ombudsman Tasmania, phone 1800 001 170; 1300 766 725" in shown
    assert "OAIC guide 2014, step 3 (c); our words" in shown
    assert "our words, not seen in the source" in shown
    ico = at.ok("form", "show", "ico-2019")
    assert "due to be  Information Commission" in ico
    assert "the regulator's words" in ico


def test_what_is_wrong_with_a_form_is_said_by_line(at: Terminal, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(form_toml('kind = "tick"', 'kind = "guess"'))

    ran = at("form", "check", str(tmp_path / "mine.toml"))

    assert ran.code == 1
    assert ran.out.splitlines() == [
        "mine.toml:38: form.questions.1.kind is none of the values allowed there",
        f"    hint: write one of {', '.join(get_args(Kind))}",
    ]
    told = at("form", "check", str(tmp_path / "mine.toml"), "--json")
    assert (told.code, json.loads(told.out)["problems"][0]["line"]) == (1, 38)


def test_a_form_with_nothing_wrong_exits_0(at: Terminal, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(form_toml())

    assert at.ok("form", "check", str(tmp_path / "mine.toml")) == "mine.toml: no problems found\n"
    assert at("form", "check", str(tmp_path / "none.toml")).code == 66


def test_a_case_is_opened_with_any_form_and_runs_by_its_rule(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put(mine=form_toml())
    (tmp_path / "words").write_text("fictional words\n")
    at = Terminal(
        capsys, "--vault", str(tmp_path / "v"), "--passphrase-file", str(tmp_path / "words")
    )
    at.ok(
        "vault", "init", "--role", "controller", "--organisation", "Sample", "--person",
        "A. Person", "--zone", "Australia/Sydney", "--kdf-memory", "19",
        "--recovery-file", str(tmp_path / "r"),
    )  # fmt: skip

    at.ok("new", "Lost stick", "--form", "oaic-ndb")
    at.ok("edit", "lost-stick", "--set", "discovered=2026-01-02T09:00+11:00[Australia/Sydney]")
    at.ok("new", "Own form", "--form", "sample-1")
    at.ok("edit", "own-form", "--set", "cyber=Yes")

    clock = json.loads(at.ok("clock", "lost-stick", "--json"))
    assert (clock["rule"], clock["status"], clock["deadline_min"]) == (
        "au-ndb-26wk", "running", None,
    )  # fmt: skip
    assert "running" in at.ok("ls")
    assert "form sample-1" in at.ok("show", "own-form")
    ran = at("new", "Neither", "--form", "oaic-2020")
    assert ran.code == 66
    assert "oaic-ndb, sample-1" in ran.err
    (put() / "mine.toml").unlink()
    assert at("edit", "own-form", "--set", "cyber=No").code == 66


@pytest.fixture
def stick(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """A command line at a vault with one case."""
    (tmp_path / "words").write_text("fictional words\n")
    at = Terminal(
        capsys, "--vault", str(tmp_path / "v"), "--passphrase-file", str(tmp_path / "words")
    )
    at.ok(
        "vault", "init", "--role", "controller", "--organisation", "Sample", "--person",
        "A. Person", "--zone", "Europe/London", "--kdf-memory", "19",
        "--recovery-file", str(tmp_path / "r"),
    )  # fmt: skip
    at.ok("new", "Lost stick")
    return at


def test_a_case_is_reported_on_a_further_form_once_each_answer_is_confirmed(
    stick: Terminal,
) -> None:
    at = stick
    at.ok("edit", "lost-stick", "--set", "discovered=2026-01-02T09:00[Europe/London]")

    added = at("form", "add", "lost-stick", "gdpr-art33")
    assert "taken over, to be confirmed: discovered" in added.err
    shown = at.ok("show", "lost-stick", "--form", "gdpr-art33")
    assert "ico-2019 [gdpr-art33]" in shown
    assert "(taken over from ico-2019)" in shown
    main = at.ok("show", "lost-stick")
    assert "  gdpr-art33  initial report, a draft; 1 taken over, to be confirmed" in main
    assert "gdpr-33-1 (gdpr-art33)" in main
    assert at("sent", "lost-stick", "--form", "gdpr-art33", "--via", "portal", "--at",
              "2026-01-03T09:00[Europe/London]").code == 2  # fmt: skip
    assert "confirmed: discovered" in at("form", "confirm", "lost-stick", "gdpr-art33").err
    at.ok("sent", "lost-stick", "--form", "gdpr-art33", "--via", "portal", "--at",
          "2026-01-03T09:00[Europe/London]")  # fmt: skip

    told = json.loads(at.ok("show", "lost-stick", "--form", "gdpr-art33", "--json"))
    assert (told["clock"]["rule"], told["clock"]["status"]) == ("gdpr-33-1", "on_time")
    assert json.loads(at.ok("show", "lost-stick", "--json"))["clock"]["status"] == "running"
    refused = at("check", "lost-stick", "--form", "oaic-ndb")
    assert (refused.code, "not reported on that form" in refused.err) == (66, True)
    sheet = at.ok("doc", "lost-stick", "sheet", "--form", "gdpr-art33", "--yes", "-o", "-")
    assert "ART. 33" in sheet.upper()
    assert "breachcase sent CASE --form gdpr-art33 --at MOMENT" in sheet
    assert at("clock", "--form", "gdpr-art33").code == 2
    clock = at.ok("clock", "lost-stick", "--form", "gdpr-art33")
    assert "uk-gdpr-33-1 (ico-2019)" in clock


def test_what_is_found_on_a_further_form_is_named_by_its_questions(stick: Terminal) -> None:
    at = stick
    at.ok("form", "add", "lost-stick", "gdpr-art33")
    told = "Write to jane.roe@post.example."
    at.ok("edit", "lost-stick", "--form", "gdpr-art33", "--set", f"what_happened={told}")
    unlooked = at("doc", "lost-stick", "sheet", "--form", "gdpr-art33", "--yes", "-o", "-")
    assert (unlooked.code, "1 what_happened: e-mail" in unlooked.err) == (2, True)
    found = at("scan", "lost-stick", "--form", "gdpr-art33")
    assert (found.code, "1 what_happened" in found.out) == (1, True)
    assert at("scan", "lost-stick").code == 0
