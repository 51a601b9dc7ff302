from __future__ import annotations

import re
from pathlib import Path

from exports.outbox import record_sent, send
from models.answer import Answer
from models.moment import Moment
from store.casework import set_answers
from store.change import SetOp
from store.incident import notes
from store.vault import Vault
from tests.tui.desks import TOLD, WALL, TimedApp, acquaint, answer, app_on, case, office
from tests.tui.pilot import same_as_golden, screen_text
from tui.screens.ask import AskScreen
from tui.screens.case import CaseScreen
from tui.screens.history import HistoryScreen
from tui.screens.incident import IncidentScreen
from tui.screens.note import NoteScreen

LOG, HISTORY, CONFLICTS, AFTER = (["f3", *["down"] * row, "enter"] for row in (3, 4, 5, 7))


def shown(app: TimedApp) -> str:
    return screen_text(app)


def contested(vault: Vault) -> str:
    """Two people answer two questions, and name the case, without having seen each other's."""
    case_id = case(vault, "Lost list")
    before = vault.state(case_id)
    answer(vault, case_id, {"discovered": "2019-12-18T12:00", "spoken_to": "the duty officer"})
    other = Answer(state="answered", value=Moment.parse("2019-12-17T09:00[Europe/London]"))
    said = Answer(state="answered", value="somebody else")
    set_answers(vault, case_id, {"discovered": other, "spoken_to": said}, shown=before, wall=WALL)
    return case_id


async def test_an_entry_is_added_to_the_incident_log_read_and_corrected(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *LOG, "enter", "c")
            empty = shown(app)
            await pilot.press("n", "f2")
            refused = shown(app)
            await pilot.press(*"Calld them", "tab", *"T10:99", "f2")
            await pilot.pause()
            odd = shown(app)
            same_as_golden("note-80", odd)
            await pilot.press(*["backspace"] * 6, *"2019-12-18T17:00Z", "enter", "f2")
            await pilot.pause()
            await pilot.press("n", *"Earlier", "f2")
            await pilot.pause()
            await pilot.press("home", "c", *["backspace"] * 7, *"led them", "f2")
            await pilot.pause()
            same_as_golden("incident-80", shown(app))
            await pilot.press("enter")
            await pilot.pause()
            read = shown(app)
            await pilot.press("escape", "escape")
            await pilot.pause()

            assert "n adds the first entry" in empty
            assert "a note needs a text" in refused
            assert "! no such time of day: 10:99" in odd
            assert [note.text for note in notes(vault.state(case_id))] == [
                "Calld them",
                "Called them",
                "Earlier",
            ]
            assert "it corrects entry" in read
            assert isinstance(app.screen, CaseScreen)


async def test_an_entry_is_not_thrown_away_by_one_key(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *LOG, "n", *"x", "escape", "enter")
            await pilot.pause()
            there = isinstance(app.screen, NoteScreen)
            await pilot.press("escape", "y")
            await pilot.pause()
            gone = isinstance(app.screen, IncidentScreen)
            await pilot.press("n", "escape")
            await pilot.pause()

            assert (there, gone) == (True, True)
            assert isinstance(app.screen, IncidentScreen)


async def test_the_history_is_read_in_words_and_a_change_is_taken_back(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {"spoken_to": "Jane"})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *HISTORY)
            await pilot.pause()
            same_as_golden("history-80", shown(app))
            await pilot.press("enter")
            await pilot.pause()
            whole = shown(app)
            await pilot.press("escape", "u", "n", "u", "y")
            await pilot.pause()
            undone = shown(app)
            await pilot.press("down", "u")
            await pilot.pause()
            again = shown(app)
            await pilot.press("end", "u", "escape")
            await pilot.pause()

            assert "Q1 ICO staff member you have already spoken to" in whole
            assert "    Jane" in whole
            assert "taken back" in undone
            assert "TAKEN BACK answered Q1" in undone
            assert "stays: it is taken back already" in again
            assert vault.case(case_id).reports[-1].report.answer("spoken_to").state == "blank"
            assert isinstance(app.screen, CaseScreen)


async def test_taking_back_what_was_written_on_since_says_what_is_in_conflict(
    tmp_path: Path,
) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {"spoken_to": "Jane"})
        for name in ("John", "Joan"):
            answer(vault, case_id, {"spoken_to": name})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *HISTORY, "down", "u", "y")
            await pilot.pause()
            text = shown(app)
            vault.close()
            await pilot.press("home", "u", "y")
            await pilot.pause()

            assert isinstance(app.screen, HistoryScreen)
            assert "now in conflict: Q1" in text
            assert "vault is open for reading only" in shown(app)


async def test_a_conflict_is_settled_by_taking_one_value_or_typing_another(
    tmp_path: Path,
) -> None:
    with office(tmp_path / "v") as vault:
        case_id = contested(vault)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await pilot.pause()
            hint = shown(app)
            await pilot.press(*CONFLICTS)
            await pilot.pause()
            same_as_golden(
                "conflicts-80", re.sub("device [0-9a-f]{8}", "device 0a1b2c3d", shown(app))
            )
            await pilot.press("enter", "n", *["down"] * 3, "enter", "y")
            await pilot.pause()
            left = shown(app)
            await pilot.press("end", "enter", "escape", "enter", *"nobody", "enter")
            await pilot.pause()
            none = shown(app)
            await pilot.press("enter", "escape")
            await pilot.pause()
            report = vault.case(case_id).reports[-1].report

            assert "in conflict: F3 shows the answers" in hint
            assert "settled; 1 left" in left
            assert "nothing is in conflict now" in none
            assert str(report.answer("discovered").value) == "2019-12-17T09:00+00:00[Europe/London]"
            assert report.answer("spoken_to").value == "nobody"
            assert isinstance(app.screen, CaseScreen)


async def test_a_conflict_that_cannot_be_settled_so_says_why(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = contested(vault)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *CONFLICTS, *["down"] * 6, "enter", *"2019-02-30", "enter")
            await pilot.pause()

            assert isinstance(app.screen, AskScreen)
            assert "! " in shown(app)
            assert "2019-02-30" in shown(app)  # to be corrected, not to be typed again
            assert len(vault.case(case_id).conflicts) == 2


async def test_a_value_that_cannot_be_taken_leaves_the_conflict_and_says_why(
    tmp_path: Path,
) -> None:
    with office(tmp_path / "v") as vault:
        contested(vault)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *CONFLICTS, "enter")
            vault.close()
            await pilot.press("y")
            await pilot.pause()

            assert "vault is open for reading only" in shown(app)


async def test_a_follow_up_is_started_and_compared_with_the_report_before(tmp_path: Path) -> None:
    with office(tmp_path / "c") as ours, office(tmp_path / "r", side="regulator") as theirs:
        acquaint(ours, theirs)
        case_id = case(ours, "Lost list", TOLD)
        send(ours, case_id, "Harbour Trust", at=None, wall=WALL, incomplete_reason="first")
        record_sent(
            ours, case_id, Moment.parse("2019-12-20T10:00Z"), via="bundle", ref=None, wall=WALL
        )
        app = app_on(ours)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *AFTER, "n", *AFTER, "y")
            await pilot.pause()
            started = shown(app)
            await pilot.press(*"the officer", "f2", *AFTER)
            await pilot.pause()
            changed = shown(app)
            await pilot.press("escape", *AFTER[:-1], "down", "enter")
            await pilot.pause()
            earlier = shown(app)
            await pilot.press("escape", *HISTORY)
            await pilot.pause()
            history = shown(app)

            assert "(follow-up)" in started
            assert "Q1 ICO staff member you have already spoken to" in changed
            assert "before: (no answer)" in changed
            assert "now:    the officer" in changed
            assert "A list was sent to the wrong address." in earlier
            for deed in ("started follow-up report 1", "recorded: sent", "sealed initial report"):
                assert deed in history


async def test_a_follow_up_that_cannot_be_started_says_why(tmp_path: Path) -> None:
    with office(tmp_path / "c") as ours, office(tmp_path / "r", side="regulator") as theirs:
        acquaint(ours, theirs)
        case_id = case(ours, "Lost list", TOLD)
        send(ours, case_id, "Harbour Trust", at=None, wall=WALL, incomplete_reason="first")
        app = app_on(ours)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *AFTER)
            ours.close()
            await pilot.press("y")
            await pilot.pause()

            assert "! vault is open for reading only" in shown(app)


async def test_a_case_without_a_report_offers_what_there_is(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = vault.new_case_id()
        vault.commit(case_id, [SetOp("case/title", "Only a title")], shown=None, wall=WALL)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", "f3")
            await pilot.pause()

            assert "Conflicts (0)" in shown(app)
            assert "Read the" not in shown(app)
