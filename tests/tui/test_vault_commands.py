"""The commands on a vault: a responder and a case officer at two command lines."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.tui.terminal import ENTRANCE, Ran, Terminal, python_bytes
from tui.sample.story import twin

if TYPE_CHECKING:
    from pathlib import Path

L = "[Europe/London]"
OLD = f"2019-12-18T16:42{L}"


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def office(
    capsys: pytest.CaptureFixture[str], folder: Path, side: str, organisation: str
) -> Terminal:
    words = folder / f"{side}.pass"
    words.write_text("fictional words\n")
    at = Terminal(capsys, "--vault", str(folder / side), "--passphrase-file", str(words))
    at.ok(
        "vault", "init", "--role", side, "--organisation", organisation, "--person", "A. Person",
        "--zone", "Europe/London", "--kdf-memory", "19",
        "--recovery-file", str(folder / f"{side}.recovery"),
    )  # fmt: skip
    return at


@pytest.fixture
def controller(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return office(capsys, tmp_path, "controller", "Northmoor Agency")


@pytest.fixture
def regulator(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return office(capsys, tmp_path, "regulator", "Sample Commission")


def refused(ran: Ran, code: int, words: str) -> None:
    assert ran.code == code, ran
    assert words in ran.err
    assert "breachcase: hint: " in ran.err


def test_init_writes_the_recovery_key_to_a_file_only_its_owner_reads(
    controller: Terminal, tmp_path: Path
) -> None:
    sheet = tmp_path / "controller.recovery"

    assert "AGE-SECRET-KEY-1" in sheet.read_text()
    assert sheet.stat().st_mode & 0o777 == 0o600
    assert controller.ok("ls") == ""


def test_init_refuses_a_folder_that_holds_something(controller: Terminal) -> None:
    refused(controller("vault", "init", "--recovery-file", "r"), 2, "is not empty")


def test_init_without_a_terminal_says_what_to_pass(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bare = Terminal(capsys, "--vault", str(tmp_path / "new"))

    refused(bare("vault", "init"), 2, "no terminal to show the recovery key on")
    refused(bare("vault", "init", "--recovery-file", "r"), 2, "not said")
    assert not (tmp_path / "new").exists()


def test_a_wrong_passphrase_is_code_77(controller: Terminal, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("other words\n")

    refused(controller("ls", "--passphrase-file", str(tmp_path / "wrong")), 77, "passphrase")


def test_the_passphrase_can_come_from_a_descriptor(
    controller: Terminal, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"fictional words\nmore")
    os.close(writing)
    capsys.readouterr()

    ran = Terminal(capsys)(
        "--vault", str(tmp_path / "controller"), "ls", "--passphrase-fd", str(reading)
    )
    os.close(reading)

    assert ran.code == 0
    assert controller("ls", "--passphrase-fd", "99", "--passphrase-file", "nowhere").code == 66


def test_a_descriptor_that_is_not_open_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], controller: Terminal, tmp_path: Path
) -> None:
    del controller
    bare = Terminal(capsys, "--vault", str(tmp_path / "controller"), "--passphrase-fd", "99")

    refused(bare("ls"), 2, "descriptor 99")


def test_a_passphrase_file_without_line_ends_is_not_read_to_its_end(
    controller: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "image").write_bytes(b"x" * 5000)

    refused(controller("ls", "--passphrase-file", str(tmp_path / "image")), 2, "too long")


def test_no_vault_is_code_66_before_a_passphrase_is_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("BREACHCASE_VAULT", raising=False)

    refused(Terminal(capsys)("ls"), 66, "no vault at")


def test_the_environment_names_the_vault(
    controller: Terminal,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    controller.ok("new", "Lost laptop")
    monkeypatch.setenv("BREACHCASE_VAULT", str(tmp_path / "controller"))

    out = Terminal(capsys).ok("ls", "--passphrase-file", str(tmp_path / "controller.pass"))

    assert "Lost laptop" in out


def test_a_new_case_is_found_by_id_slug_and_listed_with_its_clock(controller: Terminal) -> None:
    made = json.loads(controller.ok("new", "Lost laptop", "--json"))

    listed = json.loads(controller.ok("ls", "--json"))["cases"]
    assert made["slug"] == "lost-laptop"
    assert [case["id"] for case in listed] == [made["id"]]
    assert listed[0]["clock"] == "incomplete"
    assert json.loads(controller.ok("show", made["id"][:8], "--json"))["title"] == "Lost laptop"


def test_edit_answers_by_number_label_state_and_note(controller: Terminal) -> None:
    controller.ok("new", "Lost laptop")

    ran = controller(
        "edit", "lost-laptop", "--set", "cyber=no", "--set", f"discovered={OLD}",
        "--set", "data_categories=Location data; Health data", "--mark", "actions=redacted",
        "--note", "cyber=asked twice",
    )  # fmt: skip

    assert ran.code == 0
    report = json.loads(controller.ok("show", "lost-laptop", "--report", "0"))
    answers = report["answers"]
    assert answers["cyber"] == {"state": "answered", "value": "No", "note": "asked twice"}
    assert answers["data_categories"]["value"] == ["Health data", "Location data"]
    assert answers["actions"]["state"] == "redacted"
    assert "saved lost-laptop; clock overdue" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to change"),
        (("--set", "cyber"), "no = in"),
        (("--mark", "cyber=maybe"), "no state"),
        (("--aware", OLD), "go together"),
        (("--set", "nonsense=1"), "no question of that name"),
        (("--set", "cyber=perhaps"), "cyber"),
        (("--set", "discovered=2019-02-30"), "2019-02-30"),
    ],
)
def test_an_edit_that_cannot_be_done_changes_nothing(
    controller: Terminal, arguments: tuple[str, ...], words: str
) -> None:
    controller.ok("new", "Lost laptop")
    before = controller.ok("log", "lost-laptop")

    ran = (
        controller("edit", "lost-laptop", "--set", "subjects_told=1", *arguments)
        if arguments
        else controller("edit", "lost-laptop")
    )

    assert ran.code in {2, 65, 66}
    assert words in ran.err
    assert controller.ok("log", "lost-laptop") == before


def test_edit_reads_long_text_from_standard_input(
    controller: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    controller.ok("new", "Lost laptop")
    (tmp_path / "text").write_text("first line\nsecond\x1b[31m line\n")
    with (tmp_path / "text").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        controller.ok("edit", "lost-laptop", "--set", "what_happened=-")

    shown = controller.ok("show", "lost-laptop")
    assert "first line" in shown
    assert "\x1b" not in shown


def test_edit_takes_the_answers_of_a_report_file_of_the_same_form(
    controller: Terminal, tmp_path: Path
) -> None:
    controller.ok("new", "Lost laptop")
    (tmp_path / "twin.json").write_text(json.dumps(twin("initial").as_json()))

    controller.ok("edit", "lost-laptop", "--from", str(tmp_path / "twin.json"))

    check = controller("check", "lost-laptop")
    assert check.code == 1
    assert "K04" in check.out


def test_show_and_log_of_an_unknown_case_are_code_66(controller: Terminal) -> None:
    refused(controller("show", "nothing-here"), 66, "no case of that name")
    assert controller("log", "nothing-here").code == 66


def test_a_report_that_is_not_there_is_code_66(controller: Terminal) -> None:
    controller.ok("new", "Lost laptop")

    refused(controller("show", "lost-laptop", "--report", "3"), 66, "no report 3")
    refused(controller("diff", "lost-laptop"), 66, "a diff needs two")


def test_the_clock_of_a_case_takes_another_rule(controller: Terminal) -> None:
    controller.ok("new", "Lost laptop")
    controller.ok("edit", "lost-laptop", "--set", f"discovered={OLD}")

    out = controller.ok("clock", "lost-laptop", "--rule", "gdpr-33-1", "--json")

    assert json.loads(out)["rule"] == "gdpr-33-1"
    assert "delay chain" in controller.ok("clock", "lost-laptop")


def test_the_log_names_who_changed_what(controller: Terminal) -> None:
    controller.ok("new", "Lost laptop")
    controller.ok("edit", "lost-laptop", "--aware", OLD, "--reason", "the duty log says so")

    text = controller.ok("log", "lost-laptop")
    assert "A. Person" in text
    assert "case/aware" in text
    assert json.loads(controller.ok("log", "lost-laptop", "--json"))["changes"]


def test_contacts_are_added_by_card_and_listed_amber(
    controller: Terminal, regulator: Terminal, tmp_path: Path
) -> None:
    card = json.loads(regulator.ok("key", "show", "--json"))["card"]
    (tmp_path / "card").write_text(card + "\n")

    added = controller.ok("contact", "add", card, "--role", "regulator")

    assert "Sample Commission" in added
    assert controller.ok("contact", "ls").split()[1:3] == ["regulator", "amber"]
    assert regulator("contact", "add", str(tmp_path / "card"), "--role", "controller").code in {
        0,
        2,
    }
    refused(controller("contact", "add", "no-such-file", "--role", "regulator"), 2, "neither")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    refused(controller("contact", "add", "binary", "--role", "regulator"), 2, "not a card")
    assert controller("contact", "add", card[:-5], "--role", "regulator").code == 65


def exchange(controller: Terminal, regulator: Terminal) -> None:
    shown = json.loads(regulator.ok("key", "show", "--json"))
    controller.ok("contact", "add", shown["card"], "--role", "regulator", "--json")
    controller.ok("contact", "verify", "sample", "--number", shown["number"])
    controller.ok("new", "Lost laptop")
    controller.ok("edit", "lost-laptop", "--set", f"discovered={OLD}", "--set", "cyber=No")


def thin(controller: Terminal, target: str, *more: str) -> Ran:
    return controller(
        "send",
        "lost-laptop",
        "--to",
        "sample",
        "-o",
        target,
        "--incomplete",
        "--reason",
        "thin",
        *more,
    )


def test_a_thin_report_is_not_sent_without_a_reason(
    controller: Terminal, regulator: Terminal
) -> None:
    exchange(controller, regulator)

    refused(controller("send", "lost-laptop", "--to", "sample"), 2, "not complete")
    refused(controller("send", "lost-laptop", "--to", "sample", "--incomplete"), 2, "--reason")
    assert "frozen" not in controller.ok("log", "lost-laptop")


def test_an_output_file_is_never_overwritten(
    controller: Terminal, regulator: Terminal, tmp_path: Path
) -> None:
    exchange(controller, regulator)
    (tmp_path / "there.age").write_text("keep me")

    refused(thin(controller, "there.age"), 73, "there already")

    assert (tmp_path / "there.age").read_text() == "keep me"
    assert "frozen" not in controller.ok("log", "lost-laptop")


def test_a_lost_bundle_is_had_again_and_can_be_armoured_for_pasting(
    controller: Terminal, regulator: Terminal, tmp_path: Path
) -> None:
    exchange(controller, regulator)
    thin(controller, str(tmp_path))
    before = controller.ok("log", "lost-laptop")

    again = thin(controller, "again.age.txt")

    assert again.code == 0
    assert controller.ok("log", "lost-laptop") == before
    text = (tmp_path / "again.age.txt").read_text(encoding="ascii")
    assert text.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    regulator.ok("receive", "again.age.txt", "--yes")
    [first] = tmp_path.glob("breachcase-*.age")
    assert "already imported" in regulator("receive", str(first)).err


def test_report_acknowledgement_and_decision_travel_both_ways(
    controller: Terminal, regulator: Terminal
) -> None:
    exchange(controller, regulator)
    sealed = json.loads(thin(controller, "one.age", "--json").out)
    assert sealed["file"] == "one.age"
    controller.ok("sent", "lost-laptop", "--at", f"2019-12-20T18:16{L}")
    refused(controller("sent", "lost-laptop"), 2, "no --at")

    unsure = regulator("receive", "one.age")
    refused(unsure, 2, "not confirmed")
    assert "amber" in unsure.err
    assert regulator.ok("ls") == ""

    filed = regulator.ok("receive", "one.age", "--yes", "--sent", f"2019-12-20T18:16{L}").strip()
    again = json.loads(regulator.ok("receive", "one.age", "--json"))
    assert again == {"case": again["case"], "kind": "initial_report", "already": True}
    assert again["case"].startswith(filed)

    regulator.ok("ack", filed, "--ref", "IC-1234-A1B2", "-o", "ack.age")
    controller.ok("receive", "ack.age", "--yes")
    assert "IC-1234-A1B2" in controller.ok("show", "lost-laptop")

    controller.ok("followup", "lost-laptop", "--json")
    controller.ok("edit", "lost-laptop", "--set", "subjects_count=12")
    thin(controller, "two.age")
    assert "subjects_count" in regulator("receive", "two.age", "--yes").err
    assert regulator("diff", "IC-1234-A1B2").code == 1

    regulator.ok(
        "decide", filed, "--amber", "--outcome", "no further action", "--reason", "isolated",
        "--reason", "told", "--recommend", "watch", "-o", "three.age", "--json",
    )  # fmt: skip
    controller.ok("receive", "three.age", "--yes", "--json")
    shown = controller.ok("show", "lost-laptop", "--blanks")
    assert "no further action" in shown
    controller.ok("close", "lost-laptop", "--at", f"2020-01-14T16:30{L}")
    assert "closed" in controller.ok("ls")


def test_a_bundle_for_someone_else_or_damaged_changes_nothing(
    controller: Terminal, regulator: Terminal, tmp_path: Path
) -> None:
    exchange(controller, regulator)
    thin(controller, "one.age")
    raw = bytearray((tmp_path / "one.age").read_bytes())
    raw[-1] ^= 1
    (tmp_path / "bad.age").write_bytes(raw)
    (tmp_path / "noise.age").write_bytes(os.urandom(4096))

    assert controller("receive", "one.age", "--yes").code == 77
    assert regulator("receive", "bad.age", "--yes").code == 65
    assert regulator("receive", "noise.age", "--yes").code == 65
    assert regulator("receive", "missing.age", "--yes").code == 66
    assert regulator.ok("ls") == ""


def test_a_sealed_bundle_can_go_to_standard_output(
    controller: Terminal, regulator: Terminal
) -> None:
    exchange(controller, regulator)
    send = ("send", "lost-laptop", "--to", "sample", "--incomplete", "--reason", "thin")

    ran = python_bytes(ENTRANCE, *controller.options, *send, "-o", "-")

    assert ran.startswith(b"age-encryption.org/v1\n")


def test_the_app_needs_a_terminal(controller: Terminal) -> None:
    refused(controller(), 2, "needs a terminal")
    refused(controller("lost-laptop"), 2, "needs a terminal")
    refused(controller("demo"), 2, "needs a terminal")


def test_the_demo_lists_six_fictional_cases_one_nearly_out_of_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = Terminal(capsys).ok("demo", "--list")

    assert len(out.splitlines()) == 6
    assert re.search(r"^0h4[45]m left .* Laptop left on a train$", out, re.MULTILINE)
    assert "IC-40717-T3W9" in out
