"""The commands on what a case holds beside its reports: files, notes, holds, conflicts, undo."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from models.answer import Answer
from models.moment import Moment
from store.casework import set_answers
from tests.store.build import flip, opened
from tests.store.colleague import arrive, set_op
from tests.tui.terminal import ENTRANCE, Ran, Terminal, founded, python, python_bytes

if TYPE_CHECKING:
    from pathlib import Path

MINE = "2026-01-02T10:00[Europe/London]"
THEIRS = "2026-01-01T09:30[Europe/London]"


@pytest.fixture
def at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A command line at a vault with one open case, `lost-laptop`."""
    terminal = founded(capsys, monkeypatch, tmp_path)
    terminal.ok("new", "Lost laptop")
    return terminal


def refused(ran: Ran, code: int, words: str) -> None:
    assert ran.code == code, ran
    assert words in ran.err


def told(at: Terminal) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(at.ok("show", "lost-laptop", "--json"))
    return found


# --- files


def test_a_file_goes_into_a_case_is_listed_and_comes_out_again(
    at: Terminal, tmp_path: Path
) -> None:
    data = os.urandom(600_000)
    (tmp_path / "mailbox.pst").write_bytes(data)

    made = json.loads(at.ok("attach", "lost-laptop", "mailbox.pst", "--json"))
    out = at.ok("extract", "lost-laptop", "mailbox.pst").strip()
    at.ok("extract", "lost-laptop", made["id"][:8], "-o", "copy")

    assert out == f"attachment-{made['id'][:8]}.pst"
    for name in (out, "copy"):
        assert (tmp_path / name).read_bytes() == data
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    shown = at.ok("show", "lost-laptop")
    assert f"{made['id'][:8]}  600,000 bytes  a.officer  mailbox.pst" in shown
    assert told(at)["attachments"] == [made]


def test_a_name_is_shown_without_its_escapes_and_steers_no_path(
    at: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "x").write_bytes(b"x")

    at.ok("attach", "lost-laptop", "x", "--name", "../../\x1b]52;c;evil\x07.desktop\u202e")

    shown = at.ok("show", "lost-laptop")
    assert "\x1b" not in shown
    assert "../../]52;c;evil.desktop" in shown
    at.ok("extract", "lost-laptop", "../../]52;c;evil.desktop")
    assert len(list(tmp_path.glob("attachment-*.desktop"))) == 1


def test_an_attachment_can_go_to_standard_output(at: Terminal, tmp_path: Path) -> None:
    data = os.urandom(600_000)
    (tmp_path / "x").write_bytes(data)
    at.ok("attach", "lost-laptop", "x")

    out = python_bytes(ENTRANCE, *at.options, "extract", "lost-laptop", "x", "-o", "-")

    assert out == data


def test_of_a_damaged_attachment_not_a_byte_comes_out(at: Terminal, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(os.urandom(600_000))
    at.ok("attach", "lost-laptop", "x")
    flip(next((tmp_path / "vault" / "blobs").glob("*/*")), -1)
    before = sorted(path.name for path in tmp_path.iterdir())

    printed = python(ENTRANCE, *at.options, "extract", "lost-laptop", "x", "-o", "-")
    refused(at("extract", "lost-laptop", "x", "-o", "copy"), 65, "damaged")

    assert (printed.code, printed.out) == (65, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_extract_never_writes_over_a_file(at: Terminal, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"keep me")
    at.ok("attach", "lost-laptop", "x")

    refused(at("extract", "lost-laptop", "x", "-o", "x"), 73, "there already")

    assert (tmp_path / "x").read_bytes() == b"keep me"


def test_a_link_is_not_attached(at: Terminal, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("words")

    refused(at("attach", "lost-laptop", "link"), 2, "symbolic link")
    refused(at("attach", "lost-laptop", "nothing"), 66, "no such file")
    refused(at("extract", "lost-laptop", "nothing"), 66, "no attachment")


# --- the incident log


def test_notes_are_printed_in_order_of_the_time_stated(at: Terminal) -> None:
    at.ok("note", "lost-laptop", "reported by the guard", "--at", MINE, "--who", "B. Guard")
    first = at.ok("note", "lost-laptop", "it was locked", "--at", THEIRS).strip()
    at.ok("note", "lost-laptop", "it was not locked", "--at", MINE, "--corrects", first)

    for command in ("show", "log"):
        out = at.ok(command, "lost-laptop")
        assert "B. Guard: reported by the guard" in out
        assert out.index("(corrected): it was locked") < out.index("reported by the guard")
        assert f"a.officer (corrects {first}): it was not locked" in out
    entries = told(at)["incident_log"]
    assert [each["corrected"] for each in entries] == [True, False, False]
    logged = json.loads(at.ok("log", "lost-laptop", "--json"))
    assert logged["incident_log"] == entries


def test_a_note_is_read_from_standard_input_and_dated_now(
    at: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("first line\nsecond\x1b[31m line\n")
    with (tmp_path / "text").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        made = json.loads(at.ok("note", "lost-laptop", "-", "--json"))

    (entry,) = told(at)["incident_log"]
    assert (entry["id"], entry["text"]) == (made["id"], "first line\nsecond[31m line")
    assert str(entry["at"]).endswith("[Europe/London]")
    refused(at("note", "lost-laptop", " "), 2, "needs a text")
    refused(at("note", "lost-laptop", "x", "--corrects", "ffff"), 66, "no entry")


# --- undo


def test_an_undo_restores_the_answer_before_and_says_so(at: Terminal) -> None:
    at.ok("edit", "lost-laptop", "--set", "cyber=no")
    at.ok("edit", "lost-laptop", "--set", "cyber=yes")

    ran = at("undo", "lost-laptop")

    assert "taken back: report/" in ran.err
    report = json.loads(at.ok("show", "lost-laptop", "--report", "0"))
    assert report["answers"]["cyber"]["value"] == "No"
    log = at.ok("log", "lost-laptop")
    assert "takes back" in log
    assert "taken back by" in log


def test_an_undo_under_a_later_edit_leaves_a_conflict(at: Terminal) -> None:
    at.ok("edit", "lost-laptop", "--set", "cyber=no")
    at.ok("edit", "lost-laptop", "--set", "cyber=yes")
    older = json.loads(at.ok("log", "lost-laptop", "--json"))["changes"][1]["id"]
    at.ok("edit", "lost-laptop", "--set", "subjects_count=12", "--set", "cyber=Not yet known")
    second = json.loads(at.ok("log", "lost-laptop", "--json"))["changes"][2]["id"]

    ran = at("undo", "lost-laptop", second)

    assert "written on since: now in conflict" in ran.err
    assert "1 in conflict" in at.ok("ls")
    undone = json.loads(at.ok("undo", "lost-laptop", "--json"))
    assert undone["undone"] not in {older, second}


def test_what_was_noted_cannot_be_undone(at: Terminal) -> None:
    at.ok("note", "lost-laptop", "called them")

    refused(at("undo", "lost-laptop"), 2, "incident log is there for good")
    refused(at("undo", "lost-laptop", "ffffffff"), 66, "no change of that id")


# --- open, closed, held


def test_a_closed_case_is_reopened_with_a_reason(at: Terminal) -> None:
    at.ok("close", "lost-laptop", "--at", THEIRS)

    refused(at("reopen", "lost-laptop"), 2, "--reason")
    at.ok("reopen", "lost-laptop", "--reason", "more files were found", "--at", MINE)

    assert "closed to reopened" in at.ok("show", "lost-laptop")
    assert "more files were found" in at.ok("log", "lost-laptop")
    refused(at("reopen", "lost-laptop", "--reason", "x"), 2, "open already")


def test_a_hold_is_shown_until_it_is_lifted(at: Terminal) -> None:
    refused(at("hold", "lost-laptop"), 2, "needs a reason")

    at.ok("hold", "lost-laptop", "--reason", "claim 12")

    assert "open, held" in at.ok("ls")
    assert json.loads(at.ok("ls", "--json"))["cases"][0]["held"] is True
    assert "claim 12 (a.officer" in at.ok("show", "lost-laptop")
    assert told(at)["holds"][0]["reason"] == "claim 12"
    at.ok("hold", "lost-laptop", "--lift", "--reason", "settled")
    assert "held" not in at.ok("ls")
    refused(at("hold", "lost-laptop", "--lift"), 2, "not held")


# --- conflicts


def parted(tmp_path: Path) -> None:
    """Give the discovery two values, by two devices that had not seen each other's."""
    path = tmp_path / "vault"
    with opened(path) as vault:
        case_id = vault.find("lost-laptop")
        shown, draft = vault.state(case_id), vault.case(case_id).draft
        assert draft is not None
        answers = {"discovered": Answer(state="answered", value=Moment.parse(MINE))}
        set_answers(vault, case_id, answers, shown=shown, wall="2026-01-02T10:05:00.000Z")
    theirs = Answer(state="answered", value=Moment.parse(THEIRS))
    arrive(path, shown, set_op(shown, f"report/{draft.rid}/discovered", theirs.as_json()))


def test_a_conflict_is_shown_with_every_value_and_what_it_means_for_the_clock(
    at: Terminal, tmp_path: Path
) -> None:
    parted(tmp_path)

    shown = at.ok("show", "lost-laptop")

    assert "in conflict (breachcase resolve):" in shown
    assert "deadline 2026-01-05T10:00+00:00[Europe/London]" in shown
    assert "deadline 2026-01-04T09:30+00:00[Europe/London]" in shown
    assert "mallory, 2026-01-03T03:04:05.678Z, device " in shown
    assert len(told(at)["conflicts"]) == 1
    assert "1 in conflict" in at.ok("ls")


def test_a_conflict_is_settled_by_number_or_by_another_value(at: Terminal, tmp_path: Path) -> None:
    parted(tmp_path)
    shown = at.ok("show", "lost-laptop")
    number = "1" if shown.index("T10:00+00:00[Europe/London]") < shown.index("T09:30") else "2"

    refused(at("resolve", "lost-laptop", "discovered"), 2, "which value")
    refused(at("resolve", "lost-laptop", "cyber", "--take", "1"), 66, "no conflict")
    refused(at("resolve", "lost-laptop", "discovered", "--take", "3"), 2, "no value 3")
    ran = at("resolve", "lost-laptop", "discovered", "--take", number)

    assert "0 in conflict" in ran.err
    assert "2026-01-01T09:30" in ran.err  # what it went over is said
    assert "settles a conflict" in at.ok("log", "lost-laptop")
    report = json.loads(at.ok("show", "lost-laptop", "--report", "0"))
    assert report["answers"]["discovered"]["value"].startswith("2026-01-02T10:00")
    at.ok("undo", "lost-laptop")
    at.ok("resolve", "lost-laptop", "discovered", "--value", "2026-01-01T08:00[Europe/London]")
    report = json.loads(at.ok("show", "lost-laptop", "--report", "0"))
    assert report["answers"]["discovered"]["value"].startswith("2026-01-01T08:00")


# --- the list


def test_the_list_is_sorted_and_searched_as_asked(at: Terminal) -> None:
    at.ok("new", "Alpha mailing")
    at.ok("new", "Zulu mailing")
    at.ok("edit", "alpha", "--set", "what_happened=A courier left it on a train.")
    at.ok("edit", "zulu", "--aware", THEIRS, "--reason", "told by the supplier")

    def listed(*options: str) -> list[str]:
        cases = json.loads(at.ok("ls", "--json", *options))["cases"]
        return [case["title"] for case in cases]

    assert listed() == ["Zulu mailing", "Alpha mailing", "Lost laptop"]
    assert listed("--sort", "title") == ["Alpha mailing", "Lost laptop", "Zulu mailing"]
    assert listed("--sort", "changed")[0] == "Zulu mailing"
    assert listed("--search", "TRAIN courier") == ["Alpha mailing"]
    assert "Alpha" not in at.ok("ls", "--search", "zulu")
    assert at.ok("ls", "--search", "none such") == ""
    refused(at("ls", "--sort", "size"), 2, "clock")


# --- checks that stand


def test_a_gap_is_overridden_with_a_reason_and_lifted_again(at: Terminal) -> None:
    at.ok("override", "lost-laptop", "K47", "--question", "actions", "--reason", "Not yet.")

    ran = at("check", "lost-laptop")
    assert ran.code == 1
    assert "    overridden: Not yet." in ran.out.splitlines()

    at.ok("override", "lost-laptop", "k47", "--question", "actions", "--lift")
    assert "overridden" not in at("check", "lost-laptop").out


def test_an_override_says_what_it_needs(at: Terminal) -> None:
    refused(at("override", "lost-laptop", "K47"), 2, "needs a reason")
    refused(at("override", "lost-laptop", "K47", "--reason", "x"), 2, "2 questions")
    refused(at("override", "lost-laptop", "K04", "--reason", "x"), 2, "K04 is error here")
    refused(at("override", "lost-laptop", "K38", "--reason", "x"), 66, "found nothing")


def test_a_case_is_closed_with_the_reason_why_nothing_was_reported(at: Terminal) -> None:
    at.ok("close", "lost-laptop", "--unreported", "Encrypted, and back the next day.")

    assert "K48" not in at("check", "lost-laptop").out
