"""The letters that either side seals from the messages of a case."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from textual.pilot import Pilot

from exports.bundle import open_bundle
from exports.card import office_card
from exports.manifest import (
    Acknowledgement,
    CaseManifest,
    Decision,
    InformationRequest,
    InformationResponse,
    Manifest,
    ProcessorNotice,
    Receipt,
    Withdrawal,
)
from exports.trust import add_contact
from store.vault import Vault
from tests.tui.desks import app_on, office
from tests.tui.exchange import REFERENCE, Exchange
from tests.tui.pilot import same_as_golden, screen_text, words
from tests.tui.test_drafts import left
from tests.tui.test_screens_exchange import done, type_into
from tui.screens.decide import DecideScreen
from tui.screens.desk import AcknowledgeScreen, QuestionsScreen
from tui.screens.dialogs import ConfirmScreen, ReaderScreen
from tui.screens.editor import EditorScreen
from tui.screens.messages import MessagesScreen
from tui.screens.reply import AgainScreen, AnswerScreen, ReceiptScreen, WithdrawScreen
from tui.screens.send import SendScreen
from tui.widgets.bag import Bag
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.peek import Peek
from tui.widgets.points import Points

SIZES = [(80, 24), (60, 20)]


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    regulator = office(tmp_path / "r", side="regulator", name="Regulator of Data")
    with office(tmp_path / "c") as ours, regulator as theirs:
        found = Exchange(ours, theirs)
        found.attach(tmp_path / "list.csv", "people.csv")
        yield found


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.age"


async def sealed(pilot: Pilot[int], out: Path) -> str:
    """Go on, say yes, wait for the file; return what was asked."""
    pilot.app.screen.query_one("#path", Entry).put(str(out))
    await pilot.pause()
    await pilot.press("f2")
    await pilot.pause()
    asked = words(pilot.app)
    assert isinstance(pilot.app.screen, ConfirmScreen), asked
    await pilot.press("y")
    await done(pilot)
    await pilot.press("escape")
    await pilot.pause()
    return asked


def read(vault: Vault, out: Path) -> Manifest:
    """Return what a sealed file says to its receiver."""
    return open_bundle(BytesIO(out.read_bytes()), vault.office_identities).manifest


async def write(pilot: Pilot[int], text: str) -> None:
    """Write into the editor that is open, and keep it."""
    await pilot.pause()
    assert isinstance(pilot.app.screen, EditorScreen)
    await pilot.press(*text, "escape")
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_a_request_is_answered_question_by_question(
    exchange: Exchange, out: Path, size: tuple[int, int]
) -> None:
    exchange.report()
    request = exchange.ask()
    app = app_on(exchange.ours)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(AnswerScreen(app.session, exchange.case_id, request))
        await pilot.pause()
        same_as_golden(f"answer-{size[0]}", screen_text(app))
        await pilot.press("enter")
        await write(pilot, "All")
        kept = left(exchange.ours)
        await pilot.press("f3")
        await pilot.pause()
        preview = words(app)
        await pilot.press("escape")
        asked = await sealed(pilot, out)

        assert kept == ["All"]
        assert "answer 1 All" in preview
        assert "Seal 1 answer?" in asked
        assert "1 left for later" in asked
    assert left(exchange.ours) == []
    manifest = read(exchange.theirs, out)
    assert isinstance(manifest, InformationResponse)
    assert [reply.text for reply in manifest.payload.replies] == ["All"]


async def test_attachments_go_along_with_an_answer_and_a_table_of_people_is_warned_of(
    exchange: Exchange, out: Path
) -> None:
    exchange.report()
    request = exchange.ask()
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(AnswerScreen(app.session, exchange.case_id, request))
        app.screen.query_one(Bag).focus()
        await pilot.press("enter")
        await pilot.pause()
        same_as_golden("pick-80", screen_text(app))
        await pilot.press("escape", "enter", "space", "f2")
        await pilot.pause()
        picked = screen_text(app)
        asked = await sealed(pilot, out)

        assert "1 of 1: people.csv, 8 bytes" in picked
        assert "WARNING: people.csv looks like a table of people" in asked
    manifest = read(exchange.theirs, out)
    assert isinstance(manifest, CaseManifest)
    assert [each.name for each in manifest.attachments] == ["people.csv"]


async def test_nothing_at_all_is_no_answer(exchange: Exchange) -> None:
    exchange.report()
    request = exchange.ask()
    exchange.answer({1: "All"})
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(AnswerScreen(app.session, exchange.case_id, request))
        await pilot.pause()
        before = screen_text(app)
        await pilot.press("f2")
        await pilot.pause()

        assert "answered before" in before
        assert "nothing is answered yet" in screen_text(app)


async def test_an_answer_half_written_when_the_line_is_lost_is_offered_again(
    exchange: Exchange,
) -> None:
    exchange.report()
    request = exchange.ask()
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(AnswerScreen(app.session, exchange.case_id, request))
        await pilot.press("enter", *"Half")
        await pilot.pause()
        exchange.ours.drafts.close()
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(5):
            await pilot.pause()

        assert isinstance(app.screen, AnswerScreen)
        assert app.screen.query_one("#reply-1", Peek).text == "Half"
        assert "recovered from" in screen_text(app)


async def test_esc_asks_before_an_answer_is_discarded(exchange: Exchange) -> None:
    exchange.report()
    request = exchange.ask()
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = AnswerScreen(app.session, exchange.case_id, request)
        await app.push_screen(screen)
        await pilot.press("enter")
        await write(pilot, "All")
        await pilot.press("escape")
        await pilot.pause()
        asked = isinstance(app.screen, ConfirmScreen)
        await pilot.press("n")
        await pilot.pause()

        assert asked
        assert app.screen is screen


async def test_a_notification_is_withdrawn_with_a_reason(exchange: Exchange, out: Path) -> None:
    exchange.report()
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(WithdrawScreen(app.session, exchange.case_id))
        await pilot.press("f2")
        await pilot.pause()
        without = screen_text(app)
        await pilot.press("enter")
        await write(pilot, "Nothing was lost.")
        await pilot.press("f3")
        await pilot.pause()
        preview = words(app)
        await pilot.press("escape")
        asked = await sealed(pilot, out)

        assert "say why it is taken back" in without
        assert "reason Nothing was lost." in preview
        assert "NOBODY HAS COMPARED" in asked
    assert isinstance(read(exchange.theirs, out), Withdrawal)


async def test_a_receipt_is_given_for_the_letter_that_is_looked_at(
    exchange: Exchange, out: Path
) -> None:
    exchange.report()
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "f3", "enter", "a", "end", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ReceiptScreen)
        await pilot.press("f3")
        await pilot.pause()
        preview = words(app)
        await pilot.press("escape")
        await sealed(pilot, out)

        assert "filed at 2019-12-21T" in preview
        assert isinstance(app.screen, MessagesScreen)
        assert "done: Give a receipt for this initial report" in screen_text(app)
    assert isinstance(read(exchange.ours, out), Receipt)


async def test_a_sealed_file_that_was_lost_is_written_again(exchange: Exchange, out: Path) -> None:
    letter = exchange.report().manifest
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(AgainScreen(app.session, exchange.case_id, letter.bundle_id))
        await pilot.press("f3", "escape")
        await sealed(pilot, out)

    assert read(exchange.theirs, out) == letter


@pytest.mark.parametrize("size", SIZES)
async def test_a_reference_is_checked_while_it_is_typed(
    exchange: Exchange, out: Path, size: tuple[int, int]
) -> None:
    exchange.report()
    app = app_on(exchange.theirs)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(AcknowledgeScreen(app.session, exchange.their_id))
        await pilot.pause()
        same_as_golden(f"ack-{size[0]}", screen_text(app))
        await pilot.press(*"IC-4")
        await pilot.pause()
        half = screen_text(app)
        await pilot.press("f2")
        await pilot.pause()
        refused = screen_text(app)
        await pilot.press(*REFERENCE[4:])
        await pilot.pause()
        told = screen_text(app)
        await pilot.press("f3")
        await pilot.pause()
        preview = words(app)
        await pilot.press("escape")
        asked = await sealed(pilot, out)

        assert "not yet: reference is not as" in half
        assert "! reference is not as" in refused
        assert "the reference is as it is written" in told
        assert f"reference {REFERENCE}" in preview
        assert REFERENCE in asked
    manifest = read(exchange.ours, out)
    assert isinstance(manifest, Acknowledgement)
    assert manifest.payload.reference == REFERENCE


async def test_an_emptied_reference_is_not_scolded(exchange: Exchange) -> None:
    exchange.report()
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(AcknowledgeScreen(app.session, exchange.their_id))
        await pilot.press("x", "backspace")
        await pilot.pause()

        assert "not yet" not in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_questions_are_asked_each_with_its_date(
    exchange: Exchange, out: Path, size: tuple[int, int]
) -> None:
    exchange.report()
    app = app_on(exchange.theirs)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(QuestionsScreen(app.session, exchange.their_id))
        await pilot.press("f2")
        await pilot.pause()
        nothing = screen_text(app)
        for text in ("Who?", "When?"):
            await pilot.press("n")
            await write(pilot, text)
        type_into(app, "#due", "2020-01-17[Europe/London] 2=2020-01-31[Europe/London]")
        await pilot.pause()
        same_as_golden(f"ask-{size[0]}", screen_text(app))
        await pilot.press("f3")
        await pilot.pause()
        preview = words(app)
        await pilot.press("escape")
        await sealed(pilot, out)

        assert "nothing is asked yet" in nothing
        assert "(due 2020-01-31[Europe/London]," in preview
    manifest = read(exchange.ours, out)
    assert isinstance(manifest, InformationRequest)
    told = [(each.text, str(each.due)[:10]) for each in manifest.payload.questions]
    assert told == [("Who?", "2020-01-17"), ("When?", "2020-01-31")]


async def test_a_date_that_names_no_question_is_refused(exchange: Exchange) -> None:
    exchange.report()
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(QuestionsScreen(app.session, exchange.their_id))
        await pilot.press("n")
        await write(pilot, "Who?")
        seen = []
        for due in ("2=2020-01-31", "soon"):
            type_into(app, "#due", due)
            await pilot.press("f3")
            await pilot.pause()
            seen.append(screen_text(app))

        assert "names no question" in seen[0]
        assert "not a date" in seen[1]


@pytest.mark.parametrize("size", SIZES)
async def test_a_decision_is_built_read_and_sealed(
    exchange: Exchange, out: Path, size: tuple[int, int]
) -> None:
    exchange.report()
    exchange.follow_up()
    app = app_on(exchange.theirs)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(DecideScreen(app.session, exchange.their_id))
        await pilot.pause()
        same_as_golden(f"decide-{size[0]}", screen_text(app))
        await pilot.press("f2", *"Closed", "tab", "n")
        await write(pilot, "Second.")
        await pilot.press("n")
        await write(pilot, "First.")
        await pilot.press("K", "tab", "n")
        await write(pilot, "Train.")
        await pilot.press("n")
        await write(pilot, "")
        await pilot.press("tab", "left", "f3")
        await pilot.pause()
        preview = words(app)
        await pilot.press("escape")
        asked = await sealed(pilot, out)

        assert "basis initial report" in preview
        assert "1. First." in preview
        assert "2 reasons, 1 recommendation." in asked
    manifest = read(exchange.ours, out)
    assert isinstance(manifest, Decision)
    assert manifest.payload.reasons == ("First.", "Second.")
    assert manifest.payload.recommendations == ("Train.",)


async def test_a_decision_without_an_outcome_or_a_version_is_not_sealed(
    exchange: Exchange,
) -> None:
    exchange.report()
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(DecideScreen(app.session, exchange.their_id))
        await pilot.press("f2")
        await pilot.pause()
        without = screen_text(app)
        type_into(app, "#outcome", "Closed")
        app.screen.query_one("#basis", Choice).index = None
        await pilot.press("f2")
        await pilot.pause()

        assert "give the outcome in one sentence" in without
        assert "choose which report was read" in screen_text(app)


async def test_a_decision_half_built_comes_back_with_its_reasons(exchange: Exchange) -> None:
    exchange.report()
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(DecideScreen(app.session, exchange.their_id))
        await pilot.press("tab", "n")
        await write(pilot, "Low risk.")
        await pilot.press("n", *"And")
        await pilot.pause()
        exchange.theirs.drafts.close()
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(5):
            await pilot.pause()

        assert isinstance(app.screen, DecideScreen)
        assert app.screen.query_one("#reasons", Points).said == ("Low risk.", "And")


async def test_a_letter_whose_file_cannot_be_written_is_sealed_once(
    exchange: Exchange, tmp_path: Path, out: Path
) -> None:
    exchange.report()
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = WithdrawScreen(app.session, exchange.case_id)
        await app.push_screen(screen)
        await pilot.press("enter")
        await write(pilot, "x")
        type_into(app, "#path", str(tmp_path / ("x" * 250)))
        await pilot.pause()
        await pilot.press("f2", "y")
        await done(pilot)
        failed = screen_text(app)
        asked = await sealed(pilot, out)

        assert "not saved" in failed
        assert "Write the sealed file once more?" in asked
    kinds = [each.kind for each in exchange.ours.case(exchange.case_id).messages]
    assert kinds.count("withdrawal") == 1
    assert isinstance(read(exchange.theirs, out), Withdrawal)


async def test_a_sealed_letter_is_left_without_a_question(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.report()
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = WithdrawScreen(app.session, exchange.case_id)
        await app.push_screen(screen)
        await pilot.press("enter")
        await write(pilot, "x")
        type_into(app, "#path", str(tmp_path / ("x" * 250)))
        await pilot.pause()
        await pilot.press("f2", "y")
        await done(pilot)
        await pilot.press("escape")
        await pilot.pause()

        assert screen not in app.screen_stack
        assert not isinstance(app.screen, ConfirmScreen)


async def test_a_processor_tells_its_controller_by_a_notice(
    exchange: Exchange, tmp_path: Path, out: Path
) -> None:
    with office(tmp_path / "b", name="Big Controller") as controller:
        add_contact(exchange.ours, office_card(controller), "controller", wall=exchange.wall)
        app = app_on(exchange.ours)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("s", "2")
            await pilot.pause()
            same_as_golden("send-notice-80", screen_text(app))
            await pilot.press("f2")
            await pilot.pause()
            without = screen_text(app)
            await pilot.press("tab", "tab", "enter")
            await write(pilot, "Your list was lost.")
            await pilot.press("f3")
            await pilot.pause()
            preview = words(app)
            await pilot.press("escape")
            asked = await sealed(pilot, out)

            assert "write what the controller has to know" in without
            assert "text Your list was lost." in preview
            assert "Our own draft stays a draft." in asked
        manifest = read(controller, out)
    assert isinstance(manifest, ProcessorNotice)
    assert exchange.ours.case(exchange.case_id).draft is not None


async def test_the_report_is_read_as_it_will_be_before_it_is_sealed(exchange: Exchange) -> None:
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "f3")
        await pilot.pause()
        text = screen_text(app)

        assert isinstance(app.screen, ReaderScreen)
        assert "As it will be read" in text
        assert "Harbour" in text or "A list" in text


async def test_a_received_case_has_no_report_of_ours_to_send(exchange: Exchange) -> None:
    exchange.report()
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(SendScreen(app.session, exchange.their_id))
        await pilot.pause()
        said = screen_text(app)
        app.screen.query_one("#what", Choice).index = 0
        await pilot.press("f2")
        await pilot.pause()

        assert "no report of ours to send" in said
        assert "this case has no report to send" in screen_text(app)


async def test_an_armoured_file_is_written_for_pasting(exchange: Exchange, tmp_path: Path) -> None:
    letter = exchange.report().manifest
    app = app_on(exchange.ours)
    out = tmp_path / "out.age.txt"
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(AgainScreen(app.session, exchange.case_id, letter.bundle_id))
        await sealed(pilot, out)

    assert out.read_bytes().startswith(b"-----BEGIN AGE ENCRYPTED FILE-----")
