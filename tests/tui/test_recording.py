"""What is recorded, written out, triaged and closed from the messages of a case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.further import add_form
from store.vault import Vault
from tests.tui.desks import WALL, app_on, office
from tests.tui.desks import case as a_case
from tests.tui.exchange import REFERENCE, Exchange
from tests.tui.pilot import same_as_golden, screen_text, words
from tests.tui.test_letters import exchange as exchange  # noqa: PLC0414 - a fixture
from tests.tui.test_letters import write
from tests.tui.test_screens_exchange import done, type_into
from tui.screens.close import CloseScreen
from tui.screens.desk import TriageScreen
from tui.screens.dialogs import ConfirmScreen
from tui.screens.document import DocumentScreen, ExtractScreen
from tui.screens.messages import MessagesScreen
from tui.screens.plain import AckedScreen, DecidedScreen
from tui.widgets.choice import Choice

EU = "gdpr-art33"
SIZES = [(80, 24), (60, 20)]
AT = "2019-12-23T11:23[Europe/London]"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with office(tmp_path / "v") as opened:
        yield opened


async def go(pilot: Pilot[int]) -> str:
    """Go on, and return what the screen says."""
    await pilot.pause()
    await pilot.press("f2")
    await pilot.pause()
    return words(pilot.app)


@pytest.mark.parametrize("size", SIZES)
async def test_an_acknowledgement_in_plain_words_is_recorded_with_its_letter(
    vault: Vault, tmp_path: Path, size: tuple[int, int]
) -> None:
    case_id = a_case(vault, "Lost list")
    (tmp_path / "letter.eml").write_bytes(b"Subject: Your report\r\n\r\nThank you.\r\n")
    app = app_on(vault)
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter", "f3", "enter", "a", "enter")
        await pilot.pause()
        same_as_golden(f"acked-{size[0]}", screen_text(app))
        undated = await go(pilot)
        type_into(app, "#at", AT)
        type_into(app, "#reference", "odd")
        odd = await go(pilot)
        type_into(app, "#reference", REFERENCE)
        type_into(app, "#received", "2019-12-20T18:20[Europe/London]")
        type_into(app, "#file", str(tmp_path / "letter.eml"))
        await go(pilot)

        assert "say when it was written" in undated
        assert "! reference is not as" in odd
        assert isinstance(app.screen, MessagesScreen)
        assert "in acknowledgement: by" in words(app)
    (letter,) = vault.case(case_id).messages
    assert letter.text("reference") == REFERENCE
    assert letter.text("subject") == "Your report"


async def test_an_odd_reference_is_taken_with_a_reason_and_the_same_words_once(
    vault: Vault,
) -> None:
    case_id = a_case(vault, "Lost list")
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        for screen in (AckedScreen(app.session, case_id), AckedScreen(app.session, case_id)):
            await app.push_screen(screen)
            type_into(app, "#at", AT)
            type_into(app, "#reference", "odd")
            type_into(app, "#why", "so they wrote it")
            await go(pilot)

        assert isinstance(app.screen, AckedScreen)
        assert "recorded already" in screen_text(app)
    assert vault.case(case_id).reference == "odd"


async def test_a_decision_in_plain_words_is_recorded_with_its_reasons(vault: Vault) -> None:
    case_id = a_case(vault, "Lost list")
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(DecidedScreen(app.session, case_id))
        await pilot.pause()
        same_as_golden("decided-80", screen_text(app))
        type_into(app, "#at", AT)
        without = await go(pilot)
        type_into(app, "#outcome", "No further action")
        app.screen.query_one("#via", Choice).index = None
        unsaid = await go(pilot)
        app.screen.query_one("#via", Choice).index = 1
        app.screen.query_one("#reasons").focus()
        await pilot.press("n")
        await write(pilot, "Low risk.")
        await go(pilot)

        assert "give the outcome in one sentence" in without
        assert "say how it came" in unsaid
    (decision,) = vault.case(case_id).decisions
    assert (decision.outcome, decision.reasons) == ("No further action", ("Low risk.",))


@pytest.mark.parametrize("size", SIZES)
async def test_the_copy_sheet_is_written_after_a_yes_that_names_the_file(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    case_id = a_case(vault, "Lost list")
    monkeypatch.chdir(tmp_path)
    app = app_on(vault)
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter", "f3", "enter", "a", "down", "down", "enter")
        await pilot.pause()
        same_as_golden(f"sheet-{size[0]}", screen_text(app))
        type_into(app, "#path", "sheet.txt")
        asked = await go(pilot)
        await pilot.press("n")
        no = vault.case(case_id).events
        await go(pilot)
        await pilot.press("y")
        await pilot.pause()

        assert "Write sheet.txt?" in asked
        assert "nothing protects it" in asked
        assert no == ()
        assert "done: Write the portal copy-sheet, in clear" in words(app)
    assert (tmp_path / "sheet.txt").read_text().startswith("====")
    (event,) = vault.case(case_id).events
    assert (event.name, event.via, event.ref) == ("exported", "sheet", "sheet.txt")


async def test_an_e_mail_draft_takes_a_sealed_bundle_and_the_answers(
    exchange: Exchange, tmp_path: Path
) -> None:
    (tmp_path / "in.age").write_bytes(exchange.report().data)
    (tmp_path / "odd.age").write_bytes(b"not sealed")
    out = tmp_path / "mail.eml"
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(DocumentScreen(app.session, exchange.case_id, "eml"))
        await pilot.pause()
        same_as_golden("eml-80", screen_text(app))
        type_into(app, "#path", str(out))
        type_into(app, "#bundle", str(tmp_path / "odd.age"))
        refused = await go(pilot)
        type_into(app, "#bundle", str(tmp_path / "in.age"))
        app.screen.query_one("#plain", Choice).index = 1
        app.screen.query_one("#report", Choice).index = None
        which = await go(pilot)
        app.screen.query_one("#report", Choice).index = 0
        await go(pilot)
        await pilot.press("y")
        await pilot.pause()

        assert "that file is not sealed" in refused
        assert "choose which report" in which
    mail = out.read_bytes()
    assert b"Subject: Personal data breach notification" in mail
    assert b"report.txt" in mail


async def test_a_document_that_cannot_be_written_says_so(vault: Vault, tmp_path: Path) -> None:
    case_id = a_case(vault, "Lost list")
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(DocumentScreen(app.session, case_id, "sheet"))
        type_into(app, "#path", str(tmp_path / ("x" * 250)))
        await go(pilot)
        await pilot.press("y")
        await pilot.pause()

        assert "not saved" in screen_text(app)


async def test_an_attachment_of_a_letter_is_saved_after_a_yes(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.report()
    request = exchange.ask()
    exchange.enclose(request)
    out = tmp_path / "saved.csv"
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "f3", "enter", "a", "end", "up", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ExtractScreen)
        same_as_golden("extract-80", screen_text(app))
        app.screen.query_one("#which", Choice).index = None
        which = await go(pilot)
        app.screen.query_one("#which", Choice).index = 0
        type_into(app, "#path", str(tmp_path / ("x" * 250)))
        await go(pilot)
        await pilot.press("y")
        await done(pilot)
        failed = screen_text(app)
        type_into(app, "#path", str(out))
        await go(pilot)
        await pilot.press("n")
        await go(pilot)
        await pilot.press("y")
        await done(pilot)

        assert "choose which attachment" in which
        assert "not saved" in failed
        assert isinstance(app.screen, MessagesScreen)
    assert out.read_bytes() == b"a,b\n1,2\n"


@pytest.mark.parametrize("size", SIZES)
async def test_a_case_is_triaged_and_given_to_somebody(
    exchange: Exchange, size: tuple[int, int]
) -> None:
    exchange.report()
    app = app_on(exchange.theirs)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(TriageScreen(app.session, exchange.their_id))
        await pilot.pause()
        same_as_golden(f"triage-{size[0]}", screen_text(app))
        await pilot.press("backspace")
        nothing = await go(pilot)
        await pilot.press("1", "down", *"Many people", "down", *"Eve", "f2")
        await pilot.pause()

        assert "choose how urgent it is" in nothing
    case = exchange.theirs.case(exchange.their_id)
    assert (case.priority, case.assignee) == ("urgent", "Eve")


async def test_a_case_that_stays_as_it_is_has_no_new_change(vault: Vault) -> None:
    case_id = a_case(vault, "Lost list")
    before = vault.state(case_id).heads
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(TriageScreen(app.session, case_id))
        await go(pilot)

    assert vault.state(case_id).heads == before


async def test_a_case_is_closed_as_of_a_time_and_only_once(vault: Vault) -> None:
    case_id = a_case(vault, "Lost list")
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = CloseScreen(app.session, case_id)
        await app.push_screen(screen)
        await pilot.pause()
        same_as_golden("close-80", screen_text(app))
        type_into(app, "#at", "2019-02-30")
        odd = await go(pilot)
        type_into(app, "#at", "")
        await go(pilot)
        await app.push_screen(CloseScreen(app.session, case_id))
        again = await go(pilot)

        assert "! " in odd
        assert "closed already" in again
    assert vault.case(case_id).state == "closed"


async def test_what_can_be_done_with_a_closed_case_is_not_to_close_it(vault: Vault) -> None:
    case_id = a_case(vault, "Lost list")
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(MessagesScreen(app.session, case_id))
        await pilot.press("a")
        await pilot.pause()
        before = screen_text(app)
        await pilot.press("end", "enter", "f2")
        await pilot.pause()
        await pilot.press("a")
        await pilot.pause()
        after = screen_text(app)
        await pilot.press("escape")

        assert "Close the case" in before
        assert "Close the case" not in after
        assert not isinstance(app.screen, ConfirmScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_a_letter_of_a_case_on_two_forms_is_about_the_one_looked_at_unless_said(
    vault: Vault, size: tuple[int, int]
) -> None:
    case_id = a_case(vault, "Lost list")
    add_form(vault, case_id, "gdpr-art33", wall=WALL)
    app = app_on(vault)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(MessagesScreen(app.session, case_id, form="gdpr-art33"))
        await pilot.press("a", "down", "enter")
        await pilot.pause()
        asked = words(app)
        type_into(app, "#at", AT)
        type_into(app, "#outcome", "No further action")
        await go(pilot)
        listed = words(app)
        await pilot.press("enter")
        await pilot.pause()
        read = words(app)
        await app.push_screen(AckedScreen(app.session, case_id))
        type_into(app, "#at", AT)
        type_into(app, "#reference", REFERENCE)
        await go(pilot)

        assert "Which report it answers: < gdpr-art33 >" in asked
        assert "in decision: gdpr-art3" in listed
        assert "about the report on gdpr-art33" in read
    kinds = [[each.kind for each in vault.case(case_id, form).messages] for form in ("", EU)]
    assert kinds == [["acknowledgement"], ["decision"]]
    assert (vault.case(case_id).reference, vault.case(case_id, EU).reference) == (REFERENCE, None)


async def test_a_document_is_of_any_form_of_the_case(vault: Vault, tmp_path: Path) -> None:
    case_id = a_case(vault, "Lost list")
    add_form(vault, case_id, EU, wall=WALL)
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = DocumentScreen(app.session, case_id, "sheet", EU)
        await app.push_screen(screen)
        await pilot.pause()
        offered = screen.query_one("#report", Choice)
        assert offered.text == "gdpr-art33: initial report"
        assert offered.options[0] == "ico-2019: initial report"
        type_into(app, "#path", str(tmp_path / "sheet.txt"))
        await go(pilot)
        await pilot.press("y")
        await pilot.pause()
    assert "Art. 33(3)" in (tmp_path / "sheet.txt").read_text("utf-8")
