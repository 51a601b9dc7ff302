"""What is typed into a dialog: a draft with every key, offered again after a lost session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.draft import Slot
from store.incident import Statement, add_note, notes
from store.vault import Vault
from tests.tui.desks import NOW, WALL, TimedApp, app_on, case, office
from tests.tui.pilot import screen_text
from tests.tui.test_drafts import EARLIER, leave_behind, left
from tests.tui.test_screens_more import CONFLICTS, LOG, contested
from tui.screens.ask import AskScreen
from tui.screens.case import CaseScreen
from tui.screens.cases import CasesScreen
from tui.screens.dialogs import ConfirmScreen, ReaderScreen
from tui.screens.editor import Pad
from tui.screens.incident import IncidentScreen
from tui.screens.new_case import NewCaseScreen
from tui.screens.note import NoteScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.send import SendScreen
from tui.screens.sent import SentScreen
from tui.screens.slip import SlipScreen
from tui.widgets.entry import Entry

RECOVERED = "recovered from 2019-12-19 10:00"
TITLE = "Lost list"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with office(tmp_path / "v") as opened:
        yield opened


def text_of(pilot: Pilot[int], name: str) -> str:
    control = pilot.app.screen.query_one(f"#{name}")
    assert isinstance(control, Entry | Pad)
    return control.text


async def opened(pilot: Pilot[int]) -> SlipScreen[object]:
    """Return the dialog that the app has opened by itself."""
    for _ in range(3):
        await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, SlipScreen)
    return screen


async def test_each_key_of_a_title_is_a_draft_until_the_case_is_started(vault: Vault) -> None:
    async with app_on(vault).run_test() as pilot:
        await pilot.press("n", *"Lost")
        typed = left(vault)
        await pilot.press("f2")
        await pilot.pause()

        assert (typed, left(vault)) == (["Lost"], [])
    assert [row.title for row in vault.rows()] == ["Lost"]


async def test_typing_back_to_nothing_leaves_no_draft_and_no_question(vault: Vault) -> None:
    async with app_on(vault).run_test() as pilot:
        await pilot.press("n", "x", "backspace")
        kept = left(vault)
        await pilot.press("escape")
        await pilot.pause()

        assert kept == []
        assert isinstance(pilot.app.screen, CasesScreen)


@pytest.mark.parametrize(("key", "kept"), [("y", []), ("n", ["Lost"])])
async def test_esc_asks_before_what_is_typed_is_discarded(
    vault: Vault, key: str, kept: list[str]
) -> None:
    async with app_on(vault).run_test() as pilot:
        await pilot.press("n", *"Lost", "escape")
        asked = pilot.app.screen
        before = left(vault)
        await pilot.press(key)
        await pilot.pause()

        assert isinstance(asked, ConfirmScreen)
        assert (before, left(vault)) == (["Lost"], kept)
        assert isinstance(pilot.app.screen, NewCaseScreen) is bool(kept)


async def test_leaving_the_app_keeps_what_is_typed_in_a_dialog(vault: Vault) -> None:
    async with app_on(vault).run_test() as pilot:
        await pilot.press("n", *"Lost", "ctrl+q")
        await pilot.pause()
    vault.drafts.close()

    assert [kept.text for kept in vault.drafts.left()] == ["Lost"]


async def test_every_field_of_an_entry_is_a_draft_until_it_is_added(vault: Vault) -> None:
    case_id = case(vault, TITLE, {})
    async with app_on(vault).run_test() as pilot:
        await pilot.press("enter", *LOG, "n", *"Called", "tab", *"2019-12-18", "tab", *"Ada")
        typed = set(left(vault))
        await pilot.press("f2")
        await pilot.pause()

        assert (typed, left(vault)) == ({"Called", "2019-12-18", "Ada"}, [])
    assert [note.text for note in notes(vault.state(case_id))] == ["Called"]


async def test_a_title_cut_short_is_typed_on_at_the_next_start(vault: Vault) -> None:
    leave_behind(vault, Slot("", "", "new /case-title"), "Lost li")
    async with app_on(vault).run_test() as pilot:
        assert isinstance(await opened(pilot), NewCaseScreen)
        shown = screen_text(pilot.app)
        await pilot.press(*"st", "enter")
        await pilot.pause()

        assert left(vault) == []
    assert RECOVERED in shown
    assert [row.title for row in vault.rows()] == [TITLE]


async def test_an_entry_cut_short_is_typed_on_at_the_next_start(vault: Vault) -> None:
    case(vault, "Another", {})
    case_id = case(vault, TITLE, {})
    leave_behind(vault, Slot(case_id, "", "note /text"), "Called\nthe cour")
    async with app_on(vault).run_test() as pilot:
        assert isinstance(await opened(pilot), NoteScreen)
        shown = screen_text(pilot.app)
        await pilot.press(*"ier", "f2")
        await pilot.pause()
        log = pilot.app.screen

        assert left(vault) == []
    assert RECOVERED in shown
    assert isinstance(log, IncidentScreen)
    assert [note.text for note in notes(vault.state(case_id))] == ["Called\nthe courier"]


async def test_a_correction_cut_short_goes_on_with_its_entry(vault: Vault) -> None:
    case_id = case(vault, TITLE, {})
    wrong = add_note(vault, case_id, Statement("Calld them", NOW), wall=WALL)
    leave_behind(vault, Slot(case_id, "", f"note {wrong}/text"), "Called th")
    async with app_on(vault).run_test() as pilot:
        await opened(pilot)
        shown = screen_text(pilot.app)
        await pilot.press(*"em", "f2")
        await pilot.pause()

        assert left(vault) == []
    assert "Correct the entry: Calld them" in shown
    assert {note.text: note.corrects for note in notes(vault.state(case_id))} == {
        "Calld them": "",
        "Called them": wrong,
    }


async def test_an_answer_to_a_conflict_cut_short_goes_on_with_it(vault: Vault) -> None:
    case_id = contested(vault)
    async with app_on(vault).run_test() as pilot:
        await pilot.press("enter", *CONFLICTS, "end", "enter", *"nob")
        await pilot.pause()
        assert isinstance(pilot.app.screen, AskScreen)
        vault.drafts.flush()
        (kept,) = vault.drafts.left()
    async with app_on(vault).run_test() as pilot:
        assert isinstance(await opened(pilot), AskScreen)
        shown = screen_text(pilot.app)
        await pilot.press(*"ody", "enter")
        await pilot.pause()

        assert left(vault) == []
    assert (kept.slot.case, kept.text) == (case_id, "nob")
    assert RECOVERED in shown
    assert vault.case(case_id).reports[-1].report.answer("spoken_to").value == "nobody"


@pytest.mark.parametrize(
    ("screen", "kind", "name"),
    [
        (ReceiveScreen, "receive", "path"),
        (SendScreen, "send", "reason"),
        (SentScreen, "sent", "ref"),
    ],
)
async def test_a_dialog_of_the_exchange_cut_short_opens_with_its_text(
    vault: Vault, screen: type[SlipScreen[object]], kind: str, name: str
) -> None:
    case_id = "" if kind == "receive" else case(vault, TITLE, {})
    leave_behind(vault, Slot(case_id, "", f"{kind} /{name}"), "half a sen")
    async with app_on(vault).run_test() as pilot:
        found = await opened(pilot)
        text, shown = text_of(pilot, name), screen_text(pilot.app)
        await pilot.press("escape", "y")
        await pilot.pause()

        assert left(vault) == []
    assert isinstance(found, screen)
    assert text == "half a sen"
    assert RECOVERED in shown


async def test_a_title_waits_where_another_text_is_newer_or_a_case_is_asked_for(
    vault: Vault,
) -> None:
    case_id = case(vault, TITLE, {})
    leave_behind(vault, Slot("", "", "new /case-title"), "Lost li", EARLIER)
    app = TimedApp(vault)
    app._case_id = case_id  # noqa: SLF001 - as the command line asks for it
    async with app.run_test() as pilot:
        await pilot.pause()
        on_case = isinstance(app.screen, CaseScreen)
        await pilot.press("escape", "n")
        await pilot.pause()

        assert on_case
        assert text_of(pilot, "case-title") == "Lost li"


async def test_of_two_dialogs_the_newest_is_opened_and_the_other_kept(vault: Vault) -> None:
    case_id = case(vault, TITLE, {})
    vault.drafts.start(lambda _: None)
    vault.drafts.keep(Slot(case_id, "", "sent /ref"), "IC-1", EARLIER)
    vault.drafts.keep(Slot(case_id, "", "note /text"), "Called", WALL)
    vault.drafts.close()
    async with app_on(vault).run_test() as pilot:
        assert isinstance(await opened(pilot), NoteScreen)
        await pilot.press("f2")
        await pilot.pause()

        assert left(vault) == ["IC-1"]


@pytest.mark.parametrize("about", ["note 0a1b", "conflict case/title", "of a later version"])
async def test_a_text_of_a_dialog_that_cannot_be_opened_is_shown(vault: Vault, about: str) -> None:
    case_id = case(vault, TITLE, {})
    leave_behind(vault, Slot(case_id, "", f"{about}/text"), "half a sen")
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()

        assert isinstance(pilot.app.screen, ReaderScreen)
        assert "half a sen" in screen_text(pilot.app)
        await pilot.press("escape", "n")
        await pilot.press("enter")
        await pilot.pause()

        assert isinstance(pilot.app.screen, CaseScreen)  # not offered where it has no place


async def test_a_text_of_no_dialog_of_the_list_is_shown(vault: Vault) -> None:
    leave_behind(vault, Slot("", "", "of a later version/text"), "half a sen")
    async with app_on(vault).run_test() as pilot:
        await pilot.pause()

        assert isinstance(pilot.app.screen, ReaderScreen)


async def test_a_vault_that_is_only_read_keeps_no_title(tmp_path: Path) -> None:
    with office(tmp_path / "w"):
        reading = Vault.open(tmp_path / "w", bytearray(b"correct horse"), writable=False)
        with reading:
            async with app_on(reading).run_test() as pilot:
                await pilot.press("n", *"Lost", "escape", "y")
                await pilot.pause()

                assert isinstance(pilot.app.screen, CasesScreen)
                assert left(reading) == []
