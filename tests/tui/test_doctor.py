"""`doctor` at the command line: what it looks at, what makes it warn, and what it never says."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

from exports.card import office_cards
from exports.trust import add_contact, contacts
from models.zone import known
from store import team
from store.access import unlocked
from store.draft import Slot
from store.header import parse_header
from store.kdf import cost_of
from store.vault import Vault
from tests.store.build import (
    LATER,
    WALL,
    closed,
    flip,
    founding,
    make,
    opened,
    passphrase,
    segments,
)
from tests.store.replicas import closing, founded, let_in
from tests.tui.terminal import ENTRANCE, Terminal, python
from tests.tui.test_passphrase import in_a_session
from tui import diagnosis
from tui.programs import PROGRAMS, Program, version_of

ALWAYS = ["process", "swap", "file system", "vault"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "words").write_text("correct horse battery\n")
    (tmp_path / "words").chmod(0o600)
    return closed(tmp_path / "vault", "Lost laptop")


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("BREACHCASE_IDLE_MINUTES", raising=False)
    return Terminal(capsys, "--vault", str(path), "--passphrase-file", str(path.parent / "words"))


def levels(at: Terminal) -> dict[str, str]:
    return {name: level for name, (level, _) in told(at).items()}


def told(at: Terminal) -> dict[str, tuple[str, str]]:
    findings = json.loads(at("doctor", "--json").out)["findings"]
    return {each["name"]: (each["level"], each["says"]) for each in findings}


def test_every_protection_is_one_line_and_a_cheap_passphrase_warns(at: Terminal) -> None:
    ran, as_json = at("doctor"), at("doctor", "--json")

    lines = ran.out.splitlines()
    found = json.loads(as_json.out)
    assert (ran.code, as_json.code, ran.err) == (1, 1, "")
    assert len(lines) == len(found["findings"])
    assert [each["name"] for each in found["findings"]][:4] == ALWAYS
    assert {line.split()[0] for line in lines} <= {"ok", "note", "warn"}
    assert found["warnings"] == sum(line.startswith("warn") for line in lines)
    assert "warn  passphrase " in ran.out
    for word in ("laptop", "a.officer", "Marram", str(at.options[1])):
        assert word not in ran.out + as_json.out


def test_without_a_passphrase_it_says_what_can_be_said(at: Terminal, path: Path) -> None:
    at.options = ("--vault", str(path))

    found = told(at)

    assert found["inside"] == ("note", "not looked at without a passphrase")
    assert "history" not in found
    assert found["passphrase from"][0] == "ok"


def test_a_missing_vault_is_no_error(at: Terminal, tmp_path: Path) -> None:
    at.options = ("--vault", str(tmp_path / "none"), *at.options[2:])

    assert levels(at)["vault"] == "note"


def test_nothing_is_written(at: Terminal, path: Path) -> None:
    opened(path).close()
    before = {each: each.stat().st_mtime_ns for each in path.rglob("*")}

    at("doctor")

    assert {each: each.stat().st_mtime_ns for each in path.rglob("*")} == before


def test_a_wrong_passphrase_or_a_damaged_vault_is_a_line_and_not_the_end(
    at: Terminal, path: Path
) -> None:
    flip(segments(path)[1], 200)
    assert told(at)["history"][0] == "warn"
    (path.parent / "words").write_text("wrong horse battery\n")

    found = told(at)

    assert found["inside"] == ("warn", "passphrase does not open this vault")
    assert "versions" in found


def test_a_passphrase_file_that_others_may_read_warns(at: Terminal, path: Path) -> None:
    assert levels(at)["passphrase from"] == "note"
    (path.parent / "words").chmod(0o644)

    assert levels(at)["passphrase from"] == "warn"


def test_where_the_passphrase_comes_from_is_said(
    at: Terminal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"correct horse battery\n")
    os.close(writing)
    at.options = ("--vault", str(path), "--passphrase-fd", str(reading))
    assert told(at)["passphrase from"] == ("ok", f"file descriptor {reading}")
    os.close(reading)
    at.options = ("--vault", str(path))
    monkeypatch.setenv("BREACHCASE_PASSPHRASE_COMMAND", f"cat {path.parent / 'words'}")

    found = told(at)

    assert found["passphrase from"][0] == "note"
    assert found["history"][0] == "ok"


def test_the_idle_lock_is_said_and_its_absence_warns(
    at: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert levels(at)["idle lock"] == "ok"
    for wrong in ("0", "soon"):
        monkeypatch.setenv("BREACHCASE_IDLE_MINUTES", wrong)
        assert levels(at)["idle lock"] == "warn"


def test_a_terminal_that_cannot_show_the_app_warns() -> None:
    assert diagnosis.terminal({"TERM": "xterm", "NO_COLOR": "1"}, "utf-8").level == "ok"
    assert diagnosis.terminal({"TERM": "dumb"}, "utf-8").level == "warn"
    assert diagnosis.terminal({"TERM": "xterm"}, "latin-1").level == "warn"


def test_a_clock_before_the_newest_record_warns(path: Path) -> None:
    header = parse_header((path / "header").read_bytes())

    assert diagnosis.clock(header, "", LATER).level == "ok"
    assert diagnosis.clock(None, LATER, WALL).level == "warn"
    assert diagnosis.clock(None, "no clock", WALL).level == "ok"
    assert "was made" in diagnosis.clock(header, "", "1999-01-01T00:00:00Z").says


def test_a_machine_without_zone_data_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "known", lambda name: known("no/such") and name)

    assert diagnosis.clock(None, "", WALL).level == "warn"


def test_what_waits_inside_is_counted(at: Terminal, path: Path) -> None:
    with opened(path) as vault:
        vault.drafts.start(lambda _: None)
        vault.drafts.keep(Slot("", "", "note"), "half a sen", WALL)
    for each in (path / "cache").rglob("*.*"):
        each.write_bytes(b"torn")
    opened(path).close()

    found = told(at)

    assert found["drafts"] == ("note", "1 text typed and not saved")
    assert found["caches"][0] == "note"


def with_contacts(path: Path, tmp_path: Path) -> Vault:
    stranger, _ = make(tmp_path / "other", founding(organisation="Sample Commission"))
    with stranger:
        card = office_cards(stranger)[-1]
    vault = opened(path)
    add_contact(vault, card, "regulator", wall=WALL)
    return vault


def test_a_contact_that_was_not_compared_is_a_note(path: Path, tmp_path: Path) -> None:
    with with_contacts(path, tmp_path) as vault:
        found = diagnosis.contacts(vault, WALL)

    assert (found.level, found.says) == ("note", "1 amber")


def test_contacts_that_are_frozen_or_revoked_warn(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with with_contacts(path, tmp_path) as vault:
        [amber] = contacts(vault)
        for change in ({"frozen": True}, {"revoked": True}):
            one = dataclasses.replace(amber, **change)  # type: ignore[arg-type] # one bool a turn
            monkeypatch.setattr(diagnosis, "all_contacts", lambda _, one=one: (one,))
            assert diagnosis.contacts(vault, WALL).level == "warn"
        verified = dataclasses.replace(amber, verified=True)
        monkeypatch.setattr(diagnosis, "all_contacts", lambda _: (verified,))
        assert diagnosis.contacts(vault, WALL).level == "ok"


def test_the_office_key_says_its_age_and_kind(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(path) as vault:
        assert (
            diagnosis.office(vault, LATER).says == "number 1, 1 days old, post-quantum and classic"
        )
        old = diagnosis.office(vault, "2029-01-01T00:00:00Z")
        assert (old.level, old.advice) == ("note", "breachcase key rotate")
        monkeypatch.setattr(diagnosis, "office_revoked", lambda _: True)
        assert diagnosis.office(vault, LATER).level == "warn"
    monkeypatch.undo()
    told_classic = dataclasses.replace(founding(), post_quantum=False)
    with make(tmp_path / "classic", told_classic)[0] as vault:
        assert "classic only" in diagnosis.office(vault, LATER).says


def test_an_older_copy_warns(path: Path, at: Terminal) -> None:
    before = (path / "header").read_bytes()
    with unlocked(path, passphrase()) as access:
        access.change_passphrase(bytearray(b"another six words"), cost_of(19))
    (path / "header").write_bytes(before)

    level, says = told(at)["history"]

    assert (level, "header is older" in says) == ("warn", True)


def test_programs_are_found_by_full_paths_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, body in (("rclone", "echo rclone v9"), ("ssh-keygen", ""), ("ssh", "")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "age").write_text("no program")
    (tmp_path / "age").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".:relative")
    assert [version_of(each) for each in PROGRAMS] == [None, None, None]
    monkeypatch.setenv("PATH", str(tmp_path))

    assert [version_of(each) for each in PROGRAMS] == ["rclone v9", "does not say", "does not say"]
    assert version_of(Program("none", ("none",), "")) is None
    assert {each.level for each in diagnosis.programs()} == {"ok"}
    monkeypatch.setenv("PATH", "")
    assert {each.level for each in diagnosis.programs()} == {"note"}


@pytest.mark.parametrize(
    ("typed", "said"), [(b"correct horse battery\n", b"ok    history"), (b"\n", b"note  inside")]
)
def test_on_a_terminal_the_passphrase_is_asked_and_may_be_left_out(
    path: Path, typed: bytes, said: bytes
) -> None:
    words = ["breachcase", "--vault", str(path), "doctor"]
    lines = "os.dup2(os.open('/dev/tty', os.O_RDWR), {})\n"
    script = lines.format(0) + lines.format(1) + f"sys.argv = {words!r}\n{ENTRANCE}"

    code, seen = in_a_session(script, [typed])

    assert code == 1
    assert said in seen


def test_doctor_runs_as_a_program_without_a_terminal(path: Path) -> None:
    words = ["breachcase", "--vault", str(path), "doctor"]

    ran = python(f"import sys\nsys.argv = {words!r}\nfrom tui.cli import main; main()")

    assert ran.code == 1
    assert ran.out.startswith("ok    process ")


def test_the_team_is_told_and_what_a_removed_device_still_knows_warns(tmp_path: Path) -> None:
    ours, recovery, stick = founded(tmp_path)
    with closing(ours):
        with let_in(ours, tmp_path / "theirs", stick) as theirs:
            removed = theirs.device_id
        together = diagnosis.team(ours, WALL)
        team.remove(ours, removed, "left", wall=WALL)
        after = diagnosis.team(ours, WALL)
        ours.rotate_office(recovery, wall=WALL)
        rotated = diagnosis.team(ours, WALL)
        for grant in ours.replica.path.glob("grants/1-*.age"):
            grant.unlink()
        waiting = diagnosis.team(ours, WALL)

    assert (together.level, together.says) == ("ok", "devices 2, admins 1, removed 0")
    assert (after.level, after.advice) == ("warn", "breachcase key rotate")
    assert (rotated.level, rotated.says) == ("ok", "devices 1, admins 1, removed 1")
    assert (waiting.level, waiting.says.partition("; ")[2]) == (
        "note",
        "1 grants to devices on the way",
    )
