from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from textual import events
from textual.widgets import TextArea

from exports.desk import acknowledge, decide
from exports.inbox import file_bundle, preview
from exports.outbox import send
from models.answer import Answer
from models.moment import Moment
from models.prefill import unconfirmed
from store.casework import set_answers
from store.change import SetOp
from store.vault import Vault
from tests.tui.desks import NOW, TOLD, WALL, TimedApp, acquaint, answer, app_on, case, office
from tests.tui.pilot import same_as_golden, screen_text, take, words
from tui.screens.case import CaseScreen
from tui.screens.dialogs import MenuScreen, ReaderScreen
from tui.screens.editor import EditorScreen
from tui.screens.send import SendScreen
from tui.widgets.field import Field

SIZES = [(80, 24), (60, 20), (120, 40)]


def told(vault: Vault, case_id: str, question: str) -> Answer:
    return vault.case(case_id).reports[-1].report.answer(question)


def focused(app: TimedApp) -> str:
    assert app.focused is not None
    return next(node.question.id for node in app.focused.ancestors if isinstance(node, Field))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("name", "answers"), [("empty", {}), ("full", TOLD)])
async def test_a_case_shows_sections_form_problems_and_delay_chain(
    tmp_path: Path, size: tuple[int, int], name: str, answers: dict[str, str]
) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Mailing list sent to the wrong people", answers)
        app = app_on(vault)
        async with app.run_test(size=size) as pilot:
            await pilot.press("enter", "f7", "f7", "f7")
            await pilot.pause()

            same_as_golden(f"case-{name}-{size[0]}", screen_text(app))


async def test_a_field_is_on_disk_when_it_is_left_and_the_screen_says_so(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *["f7"] * 3, "down", "2", "down")
            await pilot.pause()

            assert told(vault, case_id, "cyber").value == "No"
            assert "saved - incomplete" in screen_text(app).splitlines()[0]


async def test_f2_saves_without_leaving(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", *"officer", "f2")

            assert focused(app) == "spoken_to"
            assert told(vault, case_id, "spoken_to").value == "officer"


async def test_a_save_says_which_answer_the_person_had_in_view(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {"spoken_to": "first"})
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", *" second", "f2", *" third", "f2")

        assert told(vault, case_id, "spoken_to").value == "first second third"
        assert not vault.case(case_id).conflicts


async def test_an_answer_that_two_people_gave_is_marked_as_a_conflict(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {"spoken_to": "first"})
        before = vault.state(case_id)
        answer(vault, case_id, {"spoken_to": "second"})
        one = Answer(state="answered", value="third")
        set_answers(vault, case_id, {"spoken_to": one}, shown=before, wall=WALL)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await pilot.pause()

            assert "Q1 CONFLICT" in screen_text(app)


async def test_an_answer_that_opens_questions_shows_them_at_once(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *["f7"] * 3, "down")
            before = screen_text(app)
            await pilot.press("1", "down")
            await pilot.pause()
            after = screen_text(app)

            assert "(4 of 8)" in before
            assert "(4 of 9)" in after
            assert focused(app) == "how_found"


async def test_a_case_without_a_report_opens_and_says_so(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = vault.new_case_id()
        ops = [SetOp("case/title", "Only a title"), SetOp("case/side", "controller")]
        vault.commit(case_id, ops, shown=None, wall=WALL)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", "f7", "f8", "tab")
            await pilot.pause()
            text = screen_text(app)
            await pilot.press("f5", "f2")
            await pilot.pause()

            assert "no report in a form that is known here" in text
            assert "no report to send" in screen_text(app)


async def test_text_that_cannot_be_read_keeps_its_section(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *["f7"] * 3, *["down"] * 3, *"2019-02-30", "f7")
            await pilot.pause()
            text = screen_text(app)
            await pilot.press("escape")
            stayed = isinstance(app.screen, CaseScreen)

            assert "(4 of 8)" in text
            assert "2019-02-30" in text
            assert "cannot be read" in text
            assert (stayed, focused(app)) == (True, "discovered")
            assert told(vault, case_id, "discovered").state == "blank"


async def test_f4_says_why_there_is_no_answer(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", "f4")
            offered = isinstance(app.screen, MenuScreen)
            await pilot.press("down", "down", "enter")
            await pilot.pause()
            text = screen_text(app)
            await pilot.press("f4", "escape")

            assert offered
            assert "redacted" in text
            assert told(vault, case_id, "spoken_to").state == "redacted"


async def test_f4_clears_an_answer(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {"spoken_to": "x"})
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", "f4", "end", "enter")
            await pilot.pause()

            assert told(vault, case_id, "spoken_to").state == "blank"


async def test_f4_outside_a_field_offers_nothing(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", "shift+tab", "f4")

            assert isinstance(app.screen, CaseScreen)


async def test_a_choice_can_be_picked_from_its_list(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", *["f7"] * 2, "enter", "escape", "enter", "down", "enter")
            await pilot.pause()

            assert told(vault, case_id, "threshold").value == (
                "I do not consider the incident meets the threshold to report, "
                "however I want you to be aware"
            )


async def test_a_long_text_is_edited_whole_and_esc_keeps_it(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *["f7"] * 3, "enter", *"one", "enter")
            app.screen.query_one(TextArea).post_message(events.Paste("two\r\n\x1b[2J"))
            await pilot.pause()
            inside = isinstance(app.screen, EditorScreen)
            same_as_golden("editor-80", screen_text(app))
            await pilot.press("escape")
            await pilot.pause()

            assert inside
            assert told(vault, case_id, "what_happened").value == "one\ntwo\n[2J"


async def test_a_hangup_in_the_editor_keeps_the_text(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", *["f7"] * 3, "enter", *"half a sen")
            app.flush()

            assert told(vault, case_id, "what_happened").value == "half a sen"


async def test_f8_goes_from_problem_to_problem(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", TOLD)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            visited = []
            for _ in range(3):
                await pilot.press("f8")
                await pilot.pause()
                visited.append(focused(app))

            assert visited == ["consequences", "actions", "dpo"]
            assert "K46" in screen_text(app).splitlines()[17]


async def test_enter_on_a_problem_or_section_goes_there(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", TOLD)
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter")
            app.screen.query_one("#problems").focus()
            await pilot.press("enter")
            at_problem = focused(app)
            app.screen.query_one("#sections").focus()
            await pilot.press("home", "enter")

            assert (at_problem, focused(app)) == ("consequences", "spoken_to")


async def test_the_sections_have_two_ends(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", "f6")
            first = screen_text(app)
            await pilot.press(*["f7"] * 9)
            last = screen_text(app)

            assert "(1 of 8)" in first
            assert "(8 of 8)" in last


async def test_f3_shows_the_whole_chain(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", TOLD)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await take(pilot, "Clocks, delay")
            text = screen_text(app)
            await pilot.press("escape")

            assert "--256h42m..280h42m--> awareness (controller) 18 Dec 16:42" in text


async def test_f3_shows_messages_and_the_decision(tmp_path: Path) -> None:
    with office(tmp_path / "c") as ours, office(tmp_path / "r", side="regulator") as theirs:
        acquaint(ours, theirs)
        to = "Harbour Trust"
        case_id = case(ours, "Lost list", TOLD)
        sealed = send(ours, case_id, to, at=None, wall=WALL, incomplete_reason="first report")
        at = Moment.parse("2019-12-20T18:16[Europe/London]")
        file = BytesIO(sealed.data)
        seen = preview(theirs, file)
        filed = file_bundle(theirs, seen, file, sent=at, received=at, at=at, wall=WALL)
        assert filed
        decide(theirs, filed, "no further action", ["isolated"], ["keep watch"], at=at, wall=WALL)
        app = app_on(theirs)
        async with app.run_test(size=(80, 30)) as pilot:
            await pilot.press("enter")
            await take(pilot, "Clocks, delay")
            text = screen_text(app)

        assert "19 Dec 2019 10:00  received initial report, number not compared" in text
        assert "Decision 20 Dec 2019 18:16: no further action" in text
        assert "  because isolated" in text
        assert "  recommended: keep watch" in text


async def test_an_answer_that_could_not_be_saved_stays_and_says_so(tmp_path: Path) -> None:
    with office(tmp_path / "v"):
        pass
    vault = Vault.open(tmp_path / "v", bytearray(b"correct horse"))
    with vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *"officer")
            vault.close()
            await pilot.press("f2")
            await pilot.pause()
            text = screen_text(app)

            assert "NOT SAVED" in text
            assert "officer" in text
            assert "! not saved: vault is open for reading only" in text


async def test_a_case_can_be_read_where_it_cannot_be_written(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {"what_happened": "one\ntwo", "spoken_to": "x"})
        with Vault.open(tmp_path / "v", bytearray(b"correct horse"), writable=False) as reader:
            app = app_on(reader)
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.press("enter", "y", "f4", *["f7"] * 3, "enter")
                await pilot.pause()
                reading = isinstance(app.screen, ReaderScreen)

                assert reading
                assert "two" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_a_sealed_report_is_shown_to_the_regulator_and_cannot_be_edited(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with office(tmp_path / "c") as ours, office(tmp_path / "r", side="regulator") as theirs:
        acquaint(ours, theirs)
        case_id = case(ours, "Lost list", TOLD)
        to = "Harbour Trust"
        sealed = send(ours, case_id, to, at=None, wall=WALL, incomplete_reason="first report")
        at = Moment.parse("2019-12-20T18:16[Europe/London]")
        file = BytesIO(sealed.data)
        seen = preview(theirs, file)
        filed = file_bundle(theirs, seen, file, sent=at, received=at, at=at, wall=WALL)
        assert filed
        acknowledge(theirs, filed, "IC-40717-T3W9", at=at, wall=WALL)
        app = app_on(theirs)
        app.moments.append(Moment.parse("2019-12-23T12:00Z"))
        async with app.run_test(size=size) as pilot:
            await pilot.press("enter", *["f7"] * 3)
            await pilot.pause()

            same_as_golden(f"case-sealed-{size[0]}", screen_text(app))


async def test_f5_saves_and_opens_the_send_dialog(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", *"officer", "f5")
            await pilot.pause()
            there = isinstance(app.screen, SendScreen)
            await pilot.press("escape")
            await pilot.pause()

            assert there
            assert isinstance(app.screen, CaseScreen)
            assert told(vault, case_id, "spoken_to").value == "officer"


async def test_f5_waits_for_an_answer_that_can_be_read(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", *["f7"] * 3, *["down"] * 3, "x", "f5")
            await pilot.pause()

            assert isinstance(app.screen, CaseScreen)


async def test_help_inside_a_case_names_its_keys(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 40)) as pilot:
            await pilot.press("enter", "f1")
            await pilot.pause()

            assert "go to the next thing that is missing" in screen_text(app)


async def test_f1_explains_the_field_or_the_problem_and_shows_the_keys(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *["f7"] * 3, *["down"] * 3, "f1")
            await pilot.pause()
            same_as_golden("help-field-80", screen_text(app))
            await pilot.press("escape")
            app.screen.query_one("#problems").focus()
            await pilot.press("down")
            await pilot.pause()
            pane = screen_text(app)
            await pilot.press("f1")
            await pilot.pause()
            same_as_golden("help-problem-80", screen_text(app))
            await pilot.press("escape")
            await pilot.pause()
            app.screen.query_one("#sections").focus()
            await pilot.pause()
            sections = screen_text(app)
            await pilot.press("f1")
            await pilot.pause()

            assert "K47 describe the likely consequences of the breach - enter goes" in pane
            assert "> incomplete K47 Q16" in pane
            assert "> About the breach" in sections
            assert "enter goes to the section" in sections
            assert screen_text(app).splitlines()[1].startswith("    | Keys")


async def test_a_time_typed_without_a_zone_is_kept_so_unless_the_offer_is_taken(
    tmp_path: Path,
) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", *["f7"] * 3, *["down"] * 3, *"2019-12-18T16:42", "f2")
            await pilot.pause()
            text = screen_text(app)
            unknown = told(vault, case_id, "discovered").value
            await pilot.press("ctrl+t", "down")
            await pilot.pause()

            assert "no time zone: ^t adds Europe/London" in text
            assert str(unknown) == "2019-12-18T16:42"
            assert str(told(vault, case_id, "discovered").value) == (
                "2019-12-18T16:42+00:00[Europe/London]"
            )
            assert "2019-12-18T16:42+00:00[Europe/London]" in screen_text(app)


async def test_a_text_that_was_only_looked_at_is_not_written_again(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        decomposed = Answer(state="answered", value="cafe\u0301")
        before = vault.state(case_id)
        set_answers(vault, case_id, {"what_happened": decomposed}, shown=before, wall=WALL)
        changes = len(vault.state(case_id).changes)
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", *["f7"] * 3, "enter", "escape", "down")
            await pilot.pause()

            assert len(vault.state(case_id).changes) == changes


async def test_a_gap_may_stand_with_a_reason_and_stand_no_more(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", TOLD)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            app.screen.query_one("#problems").focus()
            await pilot.press("home")
            await pilot.pause()
            assert "o lets it stand" in words(app)
            await pilot.press("o", *"later", "f2")
            await pilot.pause()
            assert app.focused is app.screen.query_one("#problems")

            (first, *_) = vault.case(case_id).findings(NOW).problems
            assert (first.id, first.override) == ("K47", "later")
            assert "overridden K47" in screen_text(app)

            await pilot.press("f8")
            await pilot.pause()
            assert focused(app) == "actions"
            app.screen.query_one("#problems").focus()
            await pilot.press("down", "home")
            await pilot.pause()
            assert "o takes that back" in words(app)
            await pilot.press("o", "y")
            await pilot.pause()

            assert vault.case(case_id).findings(NOW).problems[0].open


async def test_an_error_may_not_stand(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            app.screen.query_one("#problems").focus()
            await pilot.press("home", "o")
            await pilot.pause()

            assert "only warnings and gaps may stand" in words(app)


async def test_a_case_is_reported_on_a_further_form_and_each_answer_confirmed(
    tmp_path: Path,
) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", TOLD)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await take(pilot, "Report on another form too")
            await pilot.press("space", "f2")
            await pilot.pause()

            assert vault.case(case_id).forms == ("ico-2019", "gdpr-art33")
            assert "Lost list gdpr-art33 (initial)" in screen_text(app)
            waiting = unconfirmed(vault.case(case_id, "gdpr-art33").reports[-1].report)
            assert "what_happened" in waiting
            assert "taken over from ico-2019: F4 confirms" in words(app)

            await pilot.press("f4")
            await pilot.pause()
            assert "confirm it: taken over from ico-2019" in words(app)
            await pilot.press("enter")
            await pilot.pause()

            left = unconfirmed(vault.case(case_id, "gdpr-art33").reports[-1].report)
            assert set(waiting) - set(left) == {focused(app)}
            await pilot.press("f5")
            await pilot.pause()
            assert "nobody has confirmed" in words(app)
            await pilot.press("escape", "escape")
            await pilot.pause()
            assert "ico-2019 (initial)" in screen_text(app)
            await take(pilot, "The report on gdpr-art33")
            assert "gdpr-art33 (initial)" in screen_text(app)
