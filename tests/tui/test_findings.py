"""Personal data found, one by one on the screen: kept with a reason, or edited out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from store.vault import Vault
from tests.tui.desks import TOLD, TimedApp, acquaint, app_on, case, office
from tests.tui.pilot import same_as_golden, screen_text, words
from tui.screens.document import DocumentScreen
from tui.screens.editor import EditorScreen
from tui.screens.findings import FindingsScreen, findings_of
from tui.screens.send import SendScreen
from tui.sheet import read_sheet
from tui.widgets.field import Field

NUMBER = "QQ 12 34 56 C"
HELD = {
    **TOLD,
    "what_happened": f"A letter with NI number {NUMBER} went to ada.fenwick@mail.example.",
}


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    regulator = office(tmp_path / "r", side="regulator", name="Regulator of Data")
    with office(tmp_path / "c") as ours, regulator as theirs:
        acquaint(ours, theirs)
        yield ours


def standing(vault: Vault, case_id: str) -> list[str]:
    return [each.hit.kind for each in findings_of(read_sheet(vault, case_id))]


def at_the_findings(app: TimedApp) -> None:
    assert isinstance(app.screen, FindingsScreen)


def written(folder: Path) -> list[Path]:
    return list(folder.glob("breachcase-*.age"))


async def give_reason(pilot: Pilot[int], text: str = "an invented person") -> None:
    await pilot.pause()
    assert isinstance(pilot.app.screen, EditorScreen)
    pilot.app.screen.query_one(TextArea).insert(text)
    await pilot.press("f2")
    await pilot.pause()


async def sealed(pilot: Pilot[int]) -> None:
    mine = [each for each in pilot.app.workers if each.group == "seal"]
    if mine:
        await pilot.app.workers.wait_for_complete(mine)
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_a_report_is_sealed_after_each_finding_was_kept(
    vault: Vault, tmp_path: Path, size: tuple[int, int]
) -> None:
    case_id = case(vault, "Lost letter", HELD)
    app = app_on(vault)
    async with app.run_test(size=size) as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(app.screen, SendScreen)
        app.screen.query_one("#reason").put("first")  # type: ignore[attr-defined] # an Entry
        app.screen.query_one("#path").put(str(tmp_path))  # type: ignore[attr-defined] # an Entry
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("y")
        await sealed(pilot)
        at_the_findings(app)
        same_as_golden(f"findings-{size[0]}", screen_text(app))
        assert NUMBER not in words(app)
        await pilot.press("r")
        assert NUMBER in words(app)
        await pilot.press("k")
        await give_reason(pilot)
        assert "2 of 2" in words(app)
        assert "ada.fenwick" not in words(app)
        await pilot.press("k")
        await sealed(pilot)
        assert "Sealed" in words(app)

    assert standing(vault, case_id) == []
    assert [each.kind for each in vault.case(case_id).messages] == ["initial_report"]
    assert len(written(tmp_path)) == 1


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("escape", "nothing was sealed: then seal it again"),
        ("e", "nothing was sealed: edit what_happened and then seal it again"),
    ],
)
async def test_a_finding_that_is_not_kept_stops_the_sealing(
    vault: Vault, key: str, says: str
) -> None:
    case_id = case(vault, "Lost letter", HELD)
    app = app_on(vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("s")
        await pilot.pause()
        app.screen.query_one("#reason").put("first")  # type: ignore[attr-defined] # an Entry
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("y")
        await sealed(pilot)
        await pilot.press(key)
        await pilot.pause()
        assert says in words(app)

    assert vault.case(case_id).messages == ()


async def test_from_the_problems_of_a_case_the_findings_are_seen_and_edited_out(
    vault: Vault,
) -> None:
    case_id = case(vault, "Lost letter", HELD)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        screen = app.screen
        screen.query_one("#problems").focus()
        await pilot.press("home", "enter")
        await pilot.pause()
        at_the_findings(app)
        await pilot.press("k")
        await give_reason(pilot)
        await pilot.press("e")
        await pilot.pause()
        await pilot.pause()
        assert app.screen is screen
        assert screen.focused is not None
        (field,) = (each for each in screen.focused.ancestors if isinstance(each, Field))
        assert field.question.id == "what_happened"

    assert standing(vault, case_id) == ["email"]


async def test_without_a_reason_nothing_is_kept_and_another_problem_goes_to_its_question(
    vault: Vault,
) -> None:
    case_id = case(vault, "Lost letter", HELD)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        screen = app.screen
        screen.query_one("#problems").focus()
        await pilot.press("home", "enter")
        await pilot.pause()
        await pilot.press("k")
        await give_reason(pilot, " ")
        assert "1 of 2" in words(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is screen
        screen.query_one("#problems").focus()
        await pilot.press("end", "enter")
        await pilot.pause()
        assert app.screen is screen

    assert standing(vault, case_id) == ["ni", "email"]


async def test_a_copy_sheet_is_written_after_each_finding_was_kept(
    vault: Vault, tmp_path: Path
) -> None:
    case_id = case(vault, "Lost letter", {**TOLD, "how_found": f"NI number {NUMBER} was seen."})
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = DocumentScreen(app.session, case_id, "sheet")
        await app.push_screen(screen)
        await pilot.pause()
        screen.query_one("#path").put(str(tmp_path / "sheet.txt"))  # type: ignore[attr-defined] # an Entry
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert "nothing was written" in words(app)
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("k")
        await give_reason(pilot)
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()

    assert NUMBER in (tmp_path / "sheet.txt").read_text()
    assert standing(vault, case_id) == []


async def test_what_cannot_be_recorded_is_said_and_asked_again(vault: Vault) -> None:
    case_id = case(vault, "Lost letter", HELD)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        app.screen.query_one("#problems").focus()
        await pilot.press("home", "enter")
        await pilot.pause()
        await pilot.press("k")
        await give_reason(pilot, "x" * 2001)
        await pilot.press("k")
        await pilot.pause()
        assert "! a reason of at most 2000 characters is needed" in words(app)
        assert "1 of 2" in words(app)

    assert standing(vault, case_id) == ["ni", "email"]
