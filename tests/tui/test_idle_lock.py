"""Locking: when it happens, what it keeps, and what is left of the process that held the keys."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from models.errors import CaseError
from store.vault import Vault
from tests.tui.desks import NOW, WALL, app_on, case, office
from tests.tui.line import Line, line_to
from tests.tui.terminal import ENTRANCE
from tui.app import BreachcaseApp
from tui.lock import LOCKED, IdleLock, idle_minutes, was_locked
from tui.screens.dialogs import ConfirmScreen

WORDS = "correct horse"
MINUTE_S = 60.0


class Away:
    """An app on a vault whose person can be away for any time."""

    def __init__(self, vault: Vault, *, minutes: int = 15) -> None:
        self.seconds = 1000.0
        self.lock = IdleLock(minutes, lambda: self.seconds)
        self.app = BreachcaseApp(vault, now=lambda: NOW, wall=lambda: WALL, idle_lock=self.lock)

    def passes(self, minutes: float) -> None:
        self.seconds += minutes * MINUTE_S


def spoken_to(vault: Vault) -> object:
    (row,) = vault.rows()
    return vault.case(row.id).reports[-1].report.answer("spoken_to").value


async def test_a_session_without_a_key_for_long_enough_saves_and_locks(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        away = Away(vault)
        async with away.app.run_test() as pilot:
            await pilot.press("enter", *"the duty officer")
            away.passes(15)
            away.app.look()

        assert away.app.return_value == LOCKED
        assert away.lock.said == "locked after 15 minutes without a key"
        assert spoken_to(vault) == "the duty officer"


async def test_every_key_begins_the_time_anew(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        away = Away(vault)
        async with away.app.run_test() as pilot:
            away.passes(14)
            await pilot.press("down")
            away.passes(14)

            assert not away.app.look()


async def test_a_paste_counts_as_a_key(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        away = Away(vault)
        async with away.app.run_test() as pilot:
            away.passes(14)
            away.app.post_message(events.Paste("text"))
            await pilot.pause()
            away.passes(14)

            assert not away.app.look()


async def test_the_first_key_after_the_machine_slept_locks_and_does_nothing_else(
    tmp_path: Path,
) -> None:
    with office(tmp_path / "v") as vault:
        away = Away(vault)
        async with away.app.run_test() as pilot:
            away.passes(600)
            await pilot.press("q")

    assert (away.app.return_value, away.lock.said) == (
        LOCKED,
        "locked after 15 minutes without a key",
    )


async def test_zero_minutes_never_lock(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        away = Away(vault, minutes=0)
        async with away.app.run_test() as pilot:
            away.passes(100_000)
            await pilot.press("down")

            assert not away.app.look()


async def test_a_text_in_the_editor_is_kept_when_the_session_locks(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        away = Away(vault, minutes=1)
        async with away.app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *["f7"] * 3, "enter", *"It was")
            away.passes(1)
            away.app.look()

        report = vault.case(case_id).reports[-1].report

    assert away.lock.said == "locked after 1 minute without a key"
    assert "It was" in [answer.value for answer in report.answers.values()]


async def test_an_answer_that_cannot_be_read_is_named_as_lost(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list")
        away = Away(vault)
        async with away.app.run_test() as pilot:
            await pilot.press("enter", *["f7"] * 3)
            away.app.screen.query_one(".field Input", Input).value = "2019-02-30"
            away.passes(15)
            away.app.look()

    assert away.lock.said.endswith("; one answer could not be read and was not saved")


async def test_a_key_locks_at_once_and_asks_where_something_would_be_lost(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list")
        away = Away(vault)
        async with away.app.run_test() as pilot:
            await pilot.press("enter", *["f7"] * 3)
            away.app.screen.query_one(".field Input", Input).value = "2019-02-30"
            await pilot.press("f12")
            asked = isinstance(away.app.screen, ConfirmScreen)
            await pilot.press("n", "f12")
            stayed = not away.lock.said
            await pilot.press("y")

    assert (asked, stayed, away.app.return_value) == (True, True, LOCKED)
    assert away.lock.said.startswith("locked; ")


async def test_a_sample_is_not_locked_as_nobody_knows_its_passphrase(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("f12")
            await pilot.pause()

            assert app.is_running
            assert not app.look()


@pytest.mark.parametrize(("said", "minutes"), [(None, 15), ("0", 0), ("5", 5), ("9999", 9999)])
def test_the_environment_says_after_how_many_minutes(said: str | None, minutes: int) -> None:
    environ = {} if said is None else {"BREACHCASE_IDLE_MINUTES": said}

    assert idle_minutes(environ) == minutes


@pytest.mark.parametrize("said", ["", "-1", "1.5", "soon", "\u0661\u0665", "99999"])
def test_what_is_no_number_of_minutes_is_a_bad_configuration(said: str) -> None:
    with pytest.raises(CaseError, match="BREACHCASE_IDLE_MINUTES") as refused:
        idle_minutes({"BREACHCASE_IDLE_MINUTES": said})

    assert refused.value.code == 78


def test_only_the_process_that_follows_on_a_lock_is_a_locked_one() -> None:
    environ = {"BREACHCASE_LOCKED": "1"}

    assert [was_locked(environ), was_locked(environ)] == [True, False]
    assert environ == {}


# --- the whole program on a line


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    with office(tmp_path / "v") as opened:
        case(opened, "Lost list", {})
    return tmp_path / "v"


@pytest.fixture
def line(vault: Path) -> Iterator[Line]:
    """The app, opened with a passphrase file, locked by its key: it stands at the prompt."""
    words = vault.parent / "words"
    words.write_text(f"{WORDS}\n", encoding="utf-8")
    options = ("--vault", str(vault), "--passphrase-file", str(words))
    with line_to(["-I", "-c", ENTRANCE, *options], {"TEXTUAL_LOG": "/nonexistent"}) as session:
        session.shows("Lost list")
        session.type("\r")
        session.shows("ICO staff member")
        session.type("the duty officer")
        session.shows("the duty officer")
        session.type("\x1b[24~")
        session.shows("passphrase:")
        yield session


def process(line: Line, name: str) -> list[bytes]:
    return Path(f"/proc/{line.process.pid}/{name}").read_bytes().split(b"\0")


def test_a_locked_screen_shows_the_prompt_and_nothing_of_the_case(line: Line) -> None:
    shown = [row.rstrip() for row in line.screen.display if row.strip()]

    assert shown == ["locked", "passphrase:"]
    assert line.sent.rindex(b"\x1b[?1049l") > line.sent.rindex(b"\x1b[?1049h")


def open_files(pid: int) -> list[str]:
    """Return what a process has open; a file that it closes meanwhile is not."""
    found = []
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(str(one.readlink()))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_locked_process_is_the_same_program_and_holds_no_secret(line: Line, vault: Path) -> None:
    files = open_files(line.process.pid)

    assert process(line, "cmdline")[1:6] == [
        b"-I", b"-c", ENTRANCE.encode(), b"--vault", os.fsencode(vault),
    ]  # fmt: skip
    assert process(line, "cmdline")[0] == os.fsencode(sys.executable)
    assert [name for name in files if str(vault) in name] == []
    environ = process(line, "environ")
    assert [entry for entry in environ if WORDS.encode() in entry or b"TEXTUAL_LOG" in entry] == []


def test_a_locked_vault_is_free_and_holds_what_was_typed(line: Line, vault: Path) -> None:
    del line
    with Vault.open(vault, bytearray(WORDS.encode())) as opened:
        assert opened.writable
        assert spoken_to(opened) == "the duty officer"


def test_the_passphrase_opens_a_locked_session_and_it_can_lock_again(line: Line) -> None:
    line.type(f"{WORDS}\r")
    line.shows("Lost list")
    line.type("\x1b[24~")
    line.shows("passphrase:")
    line.type(f"{WORDS}\r")
    line.shows("Lost list")
    line.type("q")

    assert line.ended() == 0
    assert WORDS.encode() not in line.sent


def test_a_wrong_passphrase_ends_a_locked_session(line: Line) -> None:
    line.type("wrong words\r")

    assert line.ended() == 77
    assert b"Lost list" not in line.sent[line.sent.rindex(b"locked") :]
