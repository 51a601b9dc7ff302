from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from store import platform
from store.change import SetOp
from store.draft import Slot
from store.vault import Vault
from tests.tui.desks import WALL, answer, app_on, case, office
from tests.tui.pilot import screen_text
from tui.screens.dialogs import ConfirmScreen, MenuScreen, ReaderScreen
from tui.screens.editor import EditorScreen
from tui.widgets.entry import Entry
from tui.widgets.field import Field
from tui.widgets.form import SectionForm

LATER = "2019-12-19T11:00:00.000Z"
EARLIER = "2019-12-19T09:30:00.000Z"
TITLE = "Lost list"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with office(tmp_path / "v") as opened:
        yield opened


def slot(vault: Vault, case_id: str, question: str) -> Slot:
    return Slot(case_id, vault.case(case_id).reports[-1].rid, question)


def leave_behind(vault: Vault, where: Slot, text: str, at: str = WALL) -> None:
    """Leave a draft as a session leaves it that ended in the middle of a word."""
    vault.drafts.start(lambda _: None)
    vault.drafts.keep(where, text, at)
    vault.drafts.close()


def left(vault: Vault) -> list[str]:
    vault.drafts.flush()
    return [kept.text for kept in vault.drafts.left()]


def saved(vault: Vault, case_id: str, question: str) -> object:
    return vault.case(case_id).reports[-1].report.answer(question).value


def hint(pilot: Pilot[int]) -> str:
    return str(pilot.app.screen.query_one("#hint", Static).content)


def field(pilot: Pilot[int], question: str) -> Field:
    found = pilot.app.screen.query_one(SectionForm).field(question)
    assert found is not None
    return found


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(_: Path) -> int:
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(platform, "create", refuse)
        yield


async def test_each_key_of_an_open_field_is_a_draft(vault: Vault) -> None:
    case_id = case(vault, TITLE, {})
    async with app_on(vault).run_test() as pilot:
        await pilot.press("enter", *"half")
        typed = left(vault)
        await pilot.press("tab")
        after = left(vault)

    assert (typed, after) == (["half"], [])
    assert saved(vault, case_id, "spoken_to") == "half"


async def test_typing_back_to_the_saved_answer_leaves_no_draft(vault: Vault) -> None:
    case(vault, TITLE, {})
    async with app_on(vault).run_test() as pilot:
        await pilot.press("enter", "h", "backspace")

        assert left(vault) == []


async def test_each_key_in_the_editor_is_a_draft_until_the_text_is_kept(vault: Vault) -> None:
    case_id = case(vault, TITLE, {"what_happened": "A list"})
    async with app_on(vault).run_test() as pilot:
        await pilot.press("enter")
        await open_editor(pilot, "what_happened")
        await pilot.press("end", *" was")
        typed = left(vault)
        await pilot.press("ctrl+z")
        undone = left(vault)
        await pilot.press(*" went", "f2")
        await pilot.pause()

        assert (typed, undone, left(vault)) == (["A list was"], [], [])
    assert saved(vault, case_id, "what_happened") == "A list went"


async def open_editor(pilot: Pilot[int], question: str) -> None:
    for _ in range(20):
        if pilot.app.screen.query_one(SectionForm).field(question) is not None:
            break
        await pilot.press("f7")
    field(pilot, question).focus_control()
    await pilot.press("enter")
    await pilot.pause()
    assert isinstance(pilot.app.screen, EditorScreen)


async def test_a_tick_and_a_choice_are_drafts_too(vault: Vault) -> None:
    case(vault, TITLE, {})
    async with app_on(vault).run_test() as pilot:
        await pilot.press("enter")
        for question, key in (("threshold", "1"), ("data_categories", "space")):
            while pilot.app.screen.query_one(SectionForm).field(question) is None:
                await pilot.press("f7")
            field(pilot, question).focus_control()
            await pilot.press(key)

            assert len(left(vault)) == 1


async def test_the_app_opens_on_the_text_that_a_lost_session_left(vault: Vault) -> None:
    case(vault, "Another", {})
    case_id = case(vault, TITLE, {})
    leave_behind(vault, slot(vault, case_id, "spoken_to"), "half a sen")
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()
        focused = pilot.app.focused
        assert isinstance(focused, Entry)
        said, opened_with, before = hint(pilot), focused.text, saved(vault, case_id, "spoken_to")
        await pilot.press(*"tence", "tab")
        after = left(vault)

    assert opened_with == "half a sen"
    assert said.startswith("recovered from 2019-12-19 10:00: Q1 ")
    assert said.endswith(" of Lost list")
    assert before is None
    assert (saved(vault, case_id, "spoken_to"), after) == ("half a sentence", [])


async def test_a_recovered_long_text_opens_in_the_editor_and_undo_brings_the_saved_one(
    vault: Vault,
) -> None:
    case_id = case(vault, TITLE, {"what_happened": "A list"})
    leave_behind(vault, slot(vault, case_id, "what_happened"), "A list went\nto the", LATER)
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, EditorScreen)
        shown = screen_text(pilot.app)
        await pilot.press("ctrl+z", "f2")
        await pilot.pause()

        assert left(vault) == []
    assert "recovered from 2019-12-19 11:00" in shown
    assert "to the" in shown
    assert saved(vault, case_id, "what_happened") == "A list"


async def test_a_text_older_than_the_saved_answer_is_put_in_only_when_asked_for(
    vault: Vault,
) -> None:
    case_id = case(vault, TITLE, {"spoken_to": "the duty officer"})
    leave_behind(vault, slot(vault, case_id, "spoken_to"), "the night", EARLIER)
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()
        asked = pilot.app.screen
        await pilot.press("escape")
        await pilot.pause()
        later = left(vault)
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        put_in = field(pilot, "spoken_to").asked.text
        before = saved(vault, case_id, "spoken_to")

    assert isinstance(asked, MenuScreen)
    assert later == ["the night"]
    assert (put_in, before) == ("the night", "the duty officer")


async def test_an_older_text_can_be_discarded(vault: Vault) -> None:
    case_id = case(vault, TITLE, {"spoken_to": "the duty officer"})
    leave_behind(vault, slot(vault, case_id, "spoken_to"), "the night", EARLIER)
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()

        assert left(vault) == []
    assert saved(vault, case_id, "spoken_to") == "the duty officer"


async def test_a_draft_that_was_saved_after_all_is_not_offered(vault: Vault) -> None:
    case_id = case(vault, TITLE, {"spoken_to": "the duty officer"})
    leave_behind(vault, slot(vault, case_id, "spoken_to"), "the duty officer")
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()

        assert left(vault) == []
        assert not pilot.app.screen.query(SectionForm)


async def test_text_that_cannot_be_read_is_a_draft_when_the_app_is_left(vault: Vault) -> None:
    case(vault, TITLE, {})
    async with app_on(vault).run_test() as pilot:
        await pilot.press("enter")
        while pilot.app.screen.query_one(SectionForm).field("discovered") is None:
            await pilot.press("f7")
        field(pilot, "discovered").focus_control()
        await pilot.press(*"2019-13", "tab", "ctrl+q")
        await pilot.pause()
        asked = screen_text(pilot.app)
        await pilot.press("y")
    vault.drafts.close()

    assert "its text is kept as a draft" in asked
    assert [kept.text for kept in vault.drafts.left()] == ["2019-13"]


@pytest.mark.parametrize(("key", "kept"), [("y", 0), ("n", 1)])
async def test_a_text_without_a_field_is_shown_until_it_is_let_go(
    vault: Vault, key: str, kept: int
) -> None:
    case_id = case(vault, TITLE, {})
    leave_behind(vault, slot(vault, case_id, "no_such_question"), "half a sen")
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()
        shown = screen_text(pilot.app)
        reader = pilot.app.screen
        await pilot.press("escape")
        await pilot.pause()
        question = pilot.app.screen
        await pilot.press(key)
        await pilot.pause()

        assert len(left(vault)) == kept
    assert isinstance(reader, ReaderScreen)
    assert isinstance(question, ConfirmScreen)
    assert "no_such_question of Lost list" in shown
    assert "half a sen" in shown


async def test_a_text_of_a_case_that_is_not_there_is_shown_too(vault: Vault) -> None:
    leave_behind(vault, Slot("c" * 32, "d" * 16, "spoken_to"), "half a sen")
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()

        assert isinstance(pilot.app.screen, ReaderScreen)
        assert "recovered from 2019-12-19 10:00" in screen_text(pilot.app)


async def test_a_text_of_a_report_sealed_since_is_shown(vault: Vault) -> None:
    case_id = case(vault, TITLE, {})
    where = slot(vault, case_id, "spoken_to")
    frozen = SetOp(f"report/{where.report}/frozen", "ab" * 16)
    vault.commit(case_id, [frozen], shown=vault.state(case_id), wall=WALL)
    leave_behind(vault, where, "half a sen")
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()

        assert isinstance(pilot.app.screen, ReaderScreen)


async def test_a_full_disk_is_said_and_crashes_nothing(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = case(vault, TITLE, {})
    async with app_on(vault).run_test() as pilot:
        await pilot.press("enter")
        with full_disk(monkeypatch):
            await pilot.press(*"hal")
            vault.drafts.flush()
            await pilot.pause()
            during = screen_text(pilot.app)
        await pilot.press("f")
        vault.drafts.flush()
        await pilot.pause()
        after = screen_text(pilot.app)

        assert left(vault) == ["half"]
    assert "draft not kept" in during.splitlines()[0]
    assert "draft not kept" not in after.splitlines()[0]
    assert saved(vault, case_id, "spoken_to") in (None, "half")


async def test_a_read_only_vault_keeps_and_offers_no_drafts(tmp_path: Path) -> None:
    with office(tmp_path / "w") as writing:
        case_id = case(writing, TITLE, {})
        leave_behind(writing, slot(writing, case_id, "spoken_to"), "half a sen")
        passphrase = bytearray(b"correct horse")
        with Vault.open(tmp_path / "w", passphrase, writable=False) as reading:
            async with app_on(reading).run_test() as pilot:
                await pilot.press("enter")
                await pilot.pause()

                assert "recovered" not in hint(pilot)
        assert [kept.text for kept in writing.drafts.left()] == ["half a sen"]


async def test_of_two_texts_the_newest_is_opened_and_the_other_kept(vault: Vault) -> None:
    case_id = case(vault, TITLE, {})
    vault.drafts.start(lambda _: None)
    vault.drafts.keep(slot(vault, case_id, "spoken_to"), "the night", EARLIER)
    vault.drafts.keep(slot(vault, case_id, "how_found"), "a colleague", WALL)
    vault.drafts.close()
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()

        assert left(vault) == ["the night"]
    assert saved(vault, case_id, "how_found") == "a colleague"


async def test_the_answer_saved_meanwhile_is_told_from_an_older_one(vault: Vault) -> None:
    case_id = case(vault, TITLE, {"spoken_to": "the duty officer"})
    leave_behind(vault, slot(vault, case_id, "spoken_to"), "the night", LATER)
    answer(vault, case_id, {"spoken_to": "the day officer"}, wall="2019-12-19T12:00:00.000Z")
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()

        assert isinstance(pilot.app.screen, MenuScreen)
