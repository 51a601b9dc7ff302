"""The assessment on the screen: pages in any order, saved as items are left, hints beside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from models.answer import Answer
from models.assessment import Assessment
from models.guide import CASE, GROUP, SEVERITY, guide
from models.severity import scored
from models.typed import typed_answer
from store.assessing import (
    ITEMS,
    SCORED,
    Answered,
    add_group,
    place_of,
    remove_group,
    set_assessed,
)
from store.draft import Slot
from store.vault import Vault
from tests.tui.desks import WALL, TimedApp, app_on, case, office
from tests.tui.pilot import same_as_golden, screen_text, take, words
from tui.app import BreachcaseApp
from tui.screens.assessment import AssessmentScreen
from tui.screens.case import CaseScreen
from tui.screens.dialogs import ConfirmScreen, MenuScreen, ReaderScreen
from tui.screens.editor import EditorScreen, Pad
from tui.screens.group import GroupScreen
from tui.widgets.entry import Entry

SIZES = [(80, 24), (60, 15)]
EARLIER = "2019-12-19T09:30:00.000Z"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with office(tmp_path / "v") as opened:
        yield opened


@pytest.fixture
def case_id(vault: Vault) -> str:
    return case(vault, "Lost tape", {})


def fill(vault: Vault, case_id: str) -> str:
    """Assess a case as two people may have left it; return the group's id."""
    group = add_group(vault, case_id, "Claims", wall=WALL)
    risk = {"R2": "Yes", "R3": "High", "R8": "Yes"}
    told = {name: typed_answer(guide(GROUP).question(name), text) for name, text in risk.items()}
    set_assessed(vault, case_id, Answered(place_of(group), told), wall=WALL)
    given = {"DPC4": "4", "EI": "1", "CB1": "0.25"}
    scores = {name: scored(name, text, "known") for name, text in given.items()}
    set_assessed(vault, case_id, Answered(SCORED, scores), wall=WALL)
    items = {"S1.6": typed_answer(guide(CASE).question("S1.6"), "A courier lost it.")}
    set_assessed(vault, case_id, Answered(ITEMS, items), wall=WALL)
    return group


def assessment(vault: Vault, case_id: str) -> Assessment:
    found = vault.case(case_id).assessment
    assert found is not None
    return found


def screen(pilot: Pilot[int]) -> AssessmentScreen:
    found = pilot.app.screen
    assert isinstance(found, AssessmentScreen)
    return found


def hint(pilot: Pilot[int]) -> str:
    return str(pilot.app.screen.query_one("#hint", Static).content)


async def enter(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press("enter", "ctrl+r")
    await pilot.pause()
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


def leave_behind(vault: Vault, case_id: str, field: str, text: str) -> None:
    vault.drafts.start(lambda _: None)
    vault.drafts.keep(Slot(case_id, "", field), text, EARLIER)
    vault.drafts.close()


def left(vault: Vault) -> list[str]:
    vault.drafts.flush()
    return [kept.text for kept in vault.drafts.left()]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("name", "pages"), [("steps", 0), ("severity", 2), ("risk", 3)])
async def test_a_page_shows_its_items_the_severity_and_who_is_told(
    vault: Vault, case_id: str, size: tuple[int, int], name: str, pages: int
) -> None:
    fill(vault, case_id)
    app = app_on(vault)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, *["f7"] * pages)

        same_as_golden(f"assessment-{name}-{size[0]}", screen_text(app))


async def test_an_assessment_that_nobody_began_is_all_open(vault: Vault, case_id: str) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot)

        assert "severity: nothing is scored" in screen_text(app)
        assert "0 of 13 done" in screen_text(app)
    assert vault.case(case_id).assessment is None


async def test_an_item_is_on_disk_when_it_is_left_and_the_screen_says_so(
    vault: Vault, case_id: str
) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "down", "down", *"Ada", "down")

        assert assessment(vault, case_id).items["lead"] == Answer(state="answered", value="Ada")
        assert "saved" in screen_text(app).splitlines()[0]
        assert "1 of 13 done" in screen_text(app)


async def test_f4_marks_an_item_as_not_considered_and_says_so(vault: Vault, case_id: str) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "down", "f4")
        menu = words(app)
        assert isinstance(app.screen, MenuScreen)
        await pilot.press("down", "down", "enter")
        await pilot.pause()

        assert "not considered" in menu
        assert "redacted" not in menu
        assert assessment(vault, case_id).items["mitigation"].state == "not_asked"
        assert "(not considered)" in screen_text(app)
        await pilot.press("f4", "escape")
        await pilot.pause()
        assert assessment(vault, case_id).items["mitigation"].state == "not_asked"


async def test_f5_writes_the_reason_of_a_score(vault: Vault, case_id: str) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f7", "f7", "1", "f5")
        assert isinstance(app.screen, EditorScreen)
        await pilot.press(*"a plain list", "escape")
        await pilot.pause()

        found = assessment(vault, case_id).scores["simple"]
        assert (str(found.value)[:2], found.note) == ("1 ", "a plain list")
        assert hint(pilot).startswith("why: a plain list")
        await pilot.press("f5", "f2")
        await pilot.pause()
        assert assessment(vault, case_id).scores["simple"].note == "a plain list"


async def test_a_reason_that_is_too_long_stays_a_draft_and_is_named(
    vault: Vault, case_id: str
) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "down", "down", *"Ada", "f2", "f5")
        app.screen.query_one(Pad).put("x" * (256 * 1024 + 1))
        await pilot.press("f2")
        await pilot.pause()

        assert "! not saved: the reason" in screen_text(app)
        assert assessment(vault, case_id).items["lead"].note is None
        assert len(left(vault)) == 1


async def test_a_score_changes_the_sum_at_once(vault: Vault, case_id: str) -> None:
    fill(vault, case_id)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f7", "f7")
        before = screen_text(app).splitlines()[1]
        await pilot.press(*["down"] * 6, "1", "f2")
        await pilot.pause()

        assert before.startswith("SE 4.25 .. 5.75 very high")
        assert screen_text(app).splitlines()[1].startswith("SE 4.25 .. 5.25 very high")


async def test_a_decision_shows_what_the_rule_implies_and_who_is_told_follows_the_person(
    vault: Vault, case_id: str
) -> None:
    fill(vault, case_id)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f7", "f7", "f7", "f7", *["down"] * 6)
        said = hint(pilot)
        await pilot.press("2", "f2")
        await pilot.pause()

        assert said.startswith("the rule says yes: a real risk of serious harm is recorded")
        assert "Claims no (rule disagrees)" in screen_text(app)
    assert assessment(vault, case_id).groups[0].decision.word == "No"


async def test_a_choice_is_picked_from_its_list(vault: Vault, case_id: str) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f7", "f7", "enter", "down", "down", "enter")

        assert str(assessment(vault, case_id).scores["simple"].value).startswith("3 ")
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert str(assessment(vault, case_id).scores["simple"].value).startswith("3 ")


async def test_a_long_text_is_written_in_the_editor(vault: Vault, case_id: str) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f7", "enter", *"Cards", "escape")

        assert assessment(vault, case_id).items["risk_type"].value == "Cards"
        assert left(vault) == []


async def test_a_group_is_added_and_taken_out_from_the_menu(vault: Vault, case_id: str) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f3", "down", "enter")
        assert isinstance(app.screen, GroupScreen)
        await pilot.press("f2")
        await pilot.pause()
        assert "a group needs a type" in words(app)
        await pilot.press(*"Claims", "enter")
        await pilot.pause()
        added = screen_text(app)
        await pilot.press("f3", "down", "down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press("n")
        await pilot.pause()
        kept = len(assessment(vault, case_id).groups)
        await pilot.press("f3", "down", "down", "enter")
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()

        assert "G1 risk: Claims (4 of 11)" in added
        assert kept == 1
        assert vault.case(case_id).assessment is None
        assert "2 Evaluate risks (2 of 8)" in screen_text(app)


async def test_a_dialog_left_without_a_group_shows_the_page_again(
    vault: Vault, case_id: str
) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f7", "f3", "down", "enter", "escape")

        assert "2 Evaluate risks (2 of 8)" in screen_text(app)
        await pilot.press("f3", "escape")
        await pilot.pause()
        assert isinstance(app.screen, AssessmentScreen)
    assert vault.case(case_id).assessment is None


async def test_the_whole_of_it_can_be_read(vault: Vault, case_id: str) -> None:
    fill(vault, case_id)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f3", "enter")

        assert isinstance(app.screen, ReaderScreen)
        assert "A courier lost it." in words(app)


async def test_pages_are_gone_through_in_any_order(vault: Vault, case_id: str) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f6", "f7", "f7", "f6")
        second = screen_text(app)
        screen(pilot).query_one("#leaves").focus()
        await pilot.press("end")
        looked_at = hint(pilot)
        await pilot.press("enter")
        await pilot.pause()

        assert "2 Evaluate risks (2 of 8)" in second
        assert "No order is forced" in looked_at
        assert "The steps (8 of 8)" in screen_text(app)
    assert vault.case(case_id).assessment is None


async def test_f8_goes_to_the_next_open_item_and_round(vault: Vault, case_id: str) -> None:
    items = {
        each.number: Answer(state="not_asked")
        for each in guide(CASE).questions
        if each.number not in {"S1.2", "Rb"}
    }
    set_assessed(vault, case_id, Answered(ITEMS, items), wall=WALL)
    marked = {each.id: Answer(state="not_asked") for each in guide(SEVERITY).questions}
    set_assessed(vault, case_id, Answered(SCORED, marked), wall=WALL)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot)
        found = []
        for _ in range(3):
            await pilot.press("f8")
            await pilot.pause()
            item = screen(pilot).focused_item()
            found.append(item.question.number if item else "")

        assert found == ["S1.2", "Rb", "S1.2"]


async def test_f8_says_nothing_where_nothing_is_open(vault: Vault, case_id: str) -> None:
    items = {each.number: Answer(state="not_asked") for each in guide(CASE).questions}
    set_assessed(vault, case_id, Answered(ITEMS, items), wall=WALL)
    marked = {each.id: Answer(state="not_asked") for each in guide(SEVERITY).questions}
    set_assessed(vault, case_id, Answered(SCORED, marked), wall=WALL)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f8")

        assert "1 Contain (1 of 8)" in screen_text(app)


@pytest.mark.usefixtures("case_id")
async def test_what_cannot_be_read_stays_and_keeps_the_page(vault: Vault) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, *["f7"] * 4, "down", "down", *"last week", "f7")
        shown = screen_text(app)
        refused = hint(pilot)
        await pilot.press("f8", "f5", "f3", "escape")
        await pilot.pause()

        assert "3 Decide, hold" in shown
        assert "! not saved" in shown
        assert "cannot be read" in refused
        assert screen(pilot).unread is not None
        assert isinstance(app, BreachcaseApp)
        assert app.unread
        await pilot.press(*["backspace"] * 9, "escape")
        await pilot.pause()
        assert isinstance(app.screen, CaseScreen)


async def test_help_names_the_source_the_reason_and_who_answered(
    vault: Vault, case_id: str
) -> None:
    fill(vault, case_id)
    app = app_on(vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, "f7", "f7", *["down"] * 3, "f1")
        of_item = words(app)
        await pilot.press("escape")
        screen(pilot).query_one("#leaves").focus()
        await pilot.press("f1")
        await pilot.pause()

        assert "DPC4 Sensitive data" in of_item
        assert "why: known answered by Ada Example, 2019-12-19 10:00Z" in of_item
        assert "source: ENISA severity method" in of_item
        assert "Severity (ENISA) Score each kind of data" in words(app)


async def test_an_answer_that_two_people_gave_is_marked_as_a_conflict(
    vault: Vault, case_id: str
) -> None:
    shown = vault.state(case_id)
    for text in ("mine", "theirs"):
        told = {"lead": Answer(state="answered", value=text)}
        set_assessed(vault, case_id, Answered(ITEMS, told), shown=shown, wall=WALL)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot)

        assert "S1.3 CONFLICT Who leads" in screen_text(app)
        await pilot.press("escape")
        await take(pilot, "Conflicts")
        assert "S1.3 Who leads the assessment" in words(app)


async def test_each_key_is_a_draft_and_comes_back_after_a_lost_session(
    vault: Vault, case_id: str
) -> None:
    async with app_on(vault).run_test(size=(80, 24)) as pilot:
        await enter(pilot, "down", "down", *"Ad")
        typed = left(vault)
        await pilot.press("backspace", "backspace")
        undone = left(vault)
        await pilot.press(*"Ada", "f2")

        assert (typed, undone, left(vault)) == (["Ad"], [], [])

    leave_behind(vault, case_id, "assess step_1/team", "Ada and Bo")
    async with app_on(vault).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        recovered = hint(pilot)
        await pilot.press("down")
        await pilot.pause()

        assert recovered == "recovered from 2019-12-19 09:30"
        assert assessment(vault, case_id).items["team"].value == "Ada and Bo"


async def test_the_draft_of_a_reason_comes_back_into_its_editor(vault: Vault, case_id: str) -> None:
    leave_behind(vault, case_id, "assess severity/simple why", "a plain li")
    leave_behind(vault, case_id, "assess severity/gone", "x")
    async with app_on(vault).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert isinstance(pilot.app.screen, EditorScreen)
        await pilot.press(*"st", "f2")
        await pilot.pause()

        assert assessment(vault, case_id).scores["simple"].note == "a plain list"


@pytest.mark.parametrize(("key", "value"), [("y", "half a na"), ("n", "Ada")])
async def test_a_draft_that_is_older_than_the_answer_is_asked_about(
    vault: Vault, case_id: str, key: str, value: str
) -> None:
    told = {"lead": Answer(state="answered", value="Ada")}
    set_assessed(vault, case_id, Answered(ITEMS, told), wall=WALL)
    leave_behind(vault, case_id, "assess step_1/lead", "half a na")
    async with app_on(vault).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await pilot.press(key)
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()

        assert assessment(vault, case_id).items["lead"].value == value
        assert left(vault) == []


async def test_the_draft_of_a_group_comes_back_into_its_dialog(vault: Vault, case_id: str) -> None:
    leave_behind(vault, case_id, "group /kind", "Claim")
    async with app_on(vault).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert isinstance(pilot.app.screen, GroupScreen)
        assert pilot.app.screen.query_one(Entry).text == "Claim"
        await pilot.press("s", "enter")
        await pilot.pause()

        assert [each.name for each in assessment(vault, case_id).groups] == ["Claims"]


async def test_the_draft_of_a_group_that_is_gone_is_shown_as_a_text(
    vault: Vault, case_id: str
) -> None:
    leave_behind(vault, case_id, f"assess {'0' * 16}/risk/type", "Claims")
    async with app_on(vault).run_test(size=(80, 24)) as pilot:
        await pilot.pause()

        assert isinstance(pilot.app.screen, ReaderScreen)
        assert "Claims" in words(pilot.app)


async def test_a_group_taken_out_meanwhile_gives_the_text_back(vault: Vault, case_id: str) -> None:
    group = fill(vault, case_id)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot, "f7", "f7", "f7")
        remove_group(vault, case_id, group, wall=WALL)
        await pilot.press(*" of 2019", "f2")
        await pilot.pause()

        assert "NOT SAVED" in screen_text(app)
        assert "! not saved: that group of information" in screen_text(app)


async def test_a_vault_opened_to_read_shows_and_changes_nothing(
    vault: Vault, case_id: str, tmp_path: Path
) -> None:
    fill(vault, case_id)
    leave_behind(vault, case_id, "assess step_1/team", "Ada and Bo")
    vault.close()
    with Vault.open(tmp_path / "v", bytearray(b"correct horse"), writable=False) as reading:
        app = TimedApp(reading)
        async with app.run_test(size=(80, 24)) as pilot:
            await enter(pilot, *["down"] * 5, "f4", "f5", "enter")

            assert isinstance(app.screen, ReaderScreen)
            assert "A courier lost it." in words(app)
            await pilot.press("escape", "f3")
            await pilot.pause()
            assert "Add a group" not in words(app)
            await pilot.press("escape")
            assert "read only" in screen_text(app).splitlines()[0]


async def test_a_problem_of_a_group_says_how_to_get_to_it(vault: Vault, case_id: str) -> None:
    group = fill(vault, case_id)
    told = {"notify": Answer(state="answered", value="No")}
    set_assessed(vault, case_id, Answered(place_of(group), told), wall=WALL)
    app = app_on(vault)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        app.screen.query_one("#problems").focus()
        await pilot.press("end")
        await pilot.pause()
        listed = screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        said = hint(pilot)
        app.screen.query_one("#problems").focus()
        await pilot.press("end", "f1")
        await pilot.pause()

        assert "> warning K55 group 1: a real risk" in listed
        assert said.endswith("^r goes to the assessment")
        assert "Check K55: warning" in words(app)


async def test_a_disk_that_refuses_drafts_is_named(vault: Vault, case_id: str) -> None:
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await enter(pilot)
        screen(pilot).drafts_failed(failed=True)
        await pilot.pause()

        assert "draft not kept" in screen_text(app).splitlines()[0]
    assert vault.case(case_id).assessment is None
