"""`doc`, `acked` and `decided`: a case with a regulator that takes no bundles."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from tests.tui.line import line_to
from tests.tui.terminal import ENTRANCE, Ran, Terminal, founded, python_bytes
from tui.sample.story import twin

if TYPE_CHECKING:
    from pathlib import Path

L = "[Europe/London]"
ACK = b"Subject: Acknowledgement - IC-40717-T3W9\r\nMessage-ID: <4417@a.example>\r\n\r\nThanks"


@pytest.fixture
def at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A command line at a vault with the twin's initial report in one case, `staff`."""
    (tmp_path / "ack.eml").write_bytes(ACK)
    (tmp_path / "twin.json").write_bytes(json.dumps(twin("initial").as_json()).encode())
    terminal = founded(capsys, monkeypatch, tmp_path)
    terminal.ok("new", "Staff")
    terminal.ok("edit", "staff", "--from", "twin.json")
    return terminal


def refused(ran: Ran, code: int, words: str) -> None:
    assert ran.code == code, ran
    assert words in ran.err
    assert "breachcase: hint: " in ran.err


def read(path: Path) -> EmailMessage:
    """Return a draft as a mail program reads it."""
    found = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def events(at: Terminal) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(at.ok("show", "staff", "--json"))["events"]
    return found


def test_a_sheet_is_written_private_and_new_and_the_history_says_so(
    at: Terminal, tmp_path: Path
) -> None:
    ran = at("doc", "staff", "sheet", "-o", "sheet.txt", "--yes")

    assert ran.out == "sheet.txt\n"
    assert "breachcase sent CASE" in ran.err
    assert (tmp_path / "sheet.txt").stat().st_mode & 0o777 == 0o600
    assert "\n121,109 (with a National Insurance number: 48,740)\n" in (
        tmp_path / "sheet.txt"
    ).read_text(encoding="utf-8")
    [event] = events(at)
    assert (event["name"], event["via"], event["ref"]) == ("exported", "sheet", "sheet.txt")
    assert "sheet written in clear: sheet.txt" in at.ok("show", "staff")
    assert "121,109" not in at.ok("log", "staff", "--json").partition("event/")[2]


def test_without_a_yes_nothing_is_written_and_nothing_recorded(
    at: Terminal, tmp_path: Path
) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())

    refused(at("doc", "staff", "sheet"), 2, "not confirmed")

    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert not events(at)


def test_a_person_is_asked_about_the_file_by_its_name(at: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "draft.eml"
    words = ("-I", "-c", ENTRANCE, *at.options, "doc", "staff", "eml", "-o", str(target))

    codes = []
    for answer in ("n", "y"):
        with line_to(words) as line:
            line.shows("draft.eml? nothing protects it")
            assert not target.exists()
            line.type(f"{answer}\r")
            codes.append(line.ended())

    assert codes == [130, 0]
    assert target.exists()
    assert [event["ref"] for event in events(at)] == ["draft.eml"]


def test_nothing_is_written_over_a_file(at: Terminal, tmp_path: Path) -> None:
    refused(at("doc", "staff", "sheet", "-o", "ack.eml", "--yes"), 73, "there already")

    assert (tmp_path / "ack.eml").read_bytes() == ACK
    assert not events(at)


def test_a_sheet_goes_to_standard_output_too(at: Terminal) -> None:
    out = python_bytes(ENTRANCE, *at.options, "doc", "staff", "sheet", "-o", "-", "--yes")

    assert out.startswith(b"=" * 80 + b"\nPORTAL COPY-SHEET\n")
    assert events(at)[0]["ref"] == "standard output"


def test_without_a_name_the_file_tells_nothing(at: Terminal, tmp_path: Path) -> None:
    name = at.ok("doc", "staff", "sheet", "--yes").strip()

    assert name.startswith("breachcase-")
    assert (tmp_path / name).exists()


def test_a_draft_carries_the_bundle_under_a_name_that_tells_nothing(
    at: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "staff.age").write_bytes(b"age-encryption.org/v1\nx")
    (tmp_path / "breachcase-0a1b2c3d.age").write_bytes(b"age-encryption.org/v1\nx")
    (tmp_path / "staff.age.txt").write_bytes(b"-----BEGIN AGE ENCRYPTED FILE-----\n")

    names = []
    for bundle in ("staff.age", "breachcase-0a1b2c3d.age", "staff.age.txt"):
        target = f"{bundle}.eml"
        ran = at("doc", "staff", "eml", "--bundle", bundle, "-o", target, "--yes")
        assert "nothing is attached" not in ran.err
        [attached] = read(tmp_path / target).iter_attachments()
        names.append(attached.get_filename() or "")

    assert names[1] == "breachcase-0a1b2c3d.age"
    assert not any("staff" in name for name in names)
    assert names[2].endswith(".age.txt")


def test_what_is_not_sealed_is_not_attached_as_a_bundle(at: Terminal) -> None:
    refused(at("doc", "staff", "eml", "--bundle", "twin.json", "--yes"), 2, "not sealed")


def test_a_draft_without_anything_attached_says_so(at: Terminal, tmp_path: Path) -> None:
    ran = at("doc", "staff", "eml", "-o", "draft.eml", "--yes")
    plain = at("doc", "staff", "eml", "--plain", "-o", "plain.eml", "--yes")

    assert "nothing is attached" in ran.err
    assert "nothing is attached" not in plain.err
    assert b"report.txt" in (tmp_path / "plain.eml").read_bytes()


def test_options_of_a_draft_are_no_options_of_a_sheet(at: Terminal) -> None:
    refused(at("doc", "staff", "sheet", "--plain", "--yes"), 2, "e-mail draft")


def test_a_report_is_named_by_its_number(at: Terminal) -> None:
    at.ok("sent", "staff", "--at", f"2019-12-20T18:16{L}", "--via", "portal")
    at.ok("followup", "staff")

    at.ok("doc", "staff", "eml", "--report", "0", "-o", "first.eml", "--yes")

    refused(at("doc", "staff", "sheet", "--report", "7", "--yes"), 66, "no report 7")


def test_a_regulator_has_no_report_of_its_own_to_write(
    at: Terminal, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    theirs = Terminal(capsys, "--vault", str(tmp_path / "theirs"), *at.options[2:])
    theirs.ok(
        "vault", "init", "--role", "regulator", "--organisation", "Sample Commission",
        "--person", "c.officer", "--zone", "Europe/London", "--kdf-memory", "19",
        "--recovery-file", "theirs.recovery",
    )  # fmt: skip
    theirs.ok("new", "Staff")

    refused(theirs("doc", "staff", "sheet", "--yes"), 2, "no report of ours")


def test_a_plain_acknowledgement_with_a_filing_stamp_is_told_in_one_line(at: Terminal) -> None:
    at.ok("sent", "staff", "--at", f"2019-12-20T18:16{L}", "--via", "portal")

    ran = at(
        "acked", "staff", "--ref", "IC-40717-T3W9", "--from", "ack.eml",
        "--at", f"2019-12-23T11:23{L}", "--reported", f"2019-12-23{L}",
    )  # fmt: skip

    assert ran.code == 0
    told = [line for line in ran.err.splitlines() if "filing stamp" in line]
    assert len(told) == 1
    assert "acknowledgement recorded; reference IC-40717-T3W9" in ran.err
    shown = at.ok("show", "IC-40717-T3W9")
    assert "came by          email, in plain words: nobody signed it" in shown
    assert "filing stamp" in shown
    message = json.loads(at.ok("show", "staff", "--json"))["messages"][0]
    assert message["via"] == "email"
    assert "filing stamp" in message["filing_stamp"]


def test_a_follow_up_draft_answers_the_letter_that_was_filed(at: Terminal, tmp_path: Path) -> None:
    at.ok("sent", "staff", "--at", f"2019-12-20T18:16{L}", "--via", "email")
    at.ok("acked", "staff", "--from", "ack.eml", "--at", f"2019-12-23T11:23{L}")
    at.ok("followup", "staff")

    at.ok("doc", "staff", "eml", "-o", "draft.eml", "--yes")

    mail = read(tmp_path / "draft.eml")
    assert mail["Subject"] == "Re: Acknowledgement - IC-40717-T3W9"
    assert mail["In-Reply-To"] == "<4417@a.example>"
    assert mail["From"] == "dp@northmoor.example"


def test_a_letter_from_standard_input_and_a_stated_subject(
    at: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "ack.eml").open(encoding="latin-1") as letter:
        monkeypatch.setattr("sys.stdin", letter)
        at.ok(
            "acked", "staff", "--via", "post", "--from", "-", "--subject", "Your report",
            "--at", f"2019-12-23{L}",
        )  # fmt: skip

    at.ok("extract", "staff", "letter", "-o", "again")
    assert (tmp_path / "again").read_bytes() == ACK
    assert "subject          Your report" in at.ok("show", "staff")


def test_the_same_words_twice_are_recorded_once(at: Terminal) -> None:
    said = ("acked", "staff", "--via", "phone", "--at", f"2019-12-23{L}")

    first, second = at(*said), at(*said)

    assert "no report of this case is recorded as sent" in first.err
    assert (second.code, second.out) == (0, "")
    assert "recorded already" in second.err
    assert len(events(at)) == 1


def test_a_reference_of_another_pattern_says_how_it_is_written(at: Terminal) -> None:
    said = ("acked", "staff", "--at", f"2019-12-23{L}", "--ref", "COM/17")

    refused(at(*said), 2, "reference is not as Information Commissioner's Office writes it")
    at.ok(*said, "--reason", "another department")

    assert json.loads(at.ok("show", "staff", "--json"))["reference"] == "COM/17"


@pytest.mark.parametrize("verb", [("acked",), ("decided", "--outcome", "no further action")])
def test_a_letter_without_a_time_is_refused(at: Terminal, verb: tuple[str, ...]) -> None:
    refused(at(verb[0], "staff", *verb[1:]), 2, "no --at")


def test_a_decision_in_plain_words_is_shown_with_its_reasons(at: Terminal) -> None:
    at.ok("sent", "staff", "--at", f"2019-12-20T18:16{L}", "--via", "phone")
    ran = at(
        "decided", "staff", "--via", "post", "--at", f"2020-01-14T15:47{L}",
        "--outcome", "no further action", "--reason", "isolated", "--reason", "contained",
        "--recommend", "train",
    )  # fmt: skip

    assert "decision recorded; clock" in ran.err
    shown = at.ok("show", "staff")
    assert "2. contained" in shown
    assert "1. train" in shown
    assert "sent to decision" in shown
    assert "decided by post, as they state" in shown
