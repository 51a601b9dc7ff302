"""The messages of a case: the list, one letter in words, two versions of the report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.card import office_card
from exports.outbox import send
from exports.plain import Letter, PlainAcknowledgement, record_plain
from exports.trust import contacts
from models.record import Message
from models.strictjson import JSON
from store.casework import start_followup
from store.change import AddOp
from store.vault import Vault
from tests.tui.desks import NOW, app_on, case, office
from tests.tui.exchange import REFERENCE, Exchange
from tests.tui.pilot import same_as_golden, screen_text, words
from tui.letters import Known, letter_line, letter_lines, report_of
from tui.screens.case import CaseScreen
from tui.screens.dialogs import ReaderScreen
from tui.screens.messages import MessagesScreen

SIZES = [(80, 24), (60, 20)]
OPEN = ("enter", "f3", "enter")


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    regulator = office(tmp_path / "r", side="regulator", name="Regulator of Data")
    with office(tmp_path / "c") as ours, regulator as theirs:
        yield Exchange(ours, theirs)


def whole(vault: Vault, case_id: str, kind: str) -> str:
    """Return the last letter of a kind as it is read."""
    view = vault.case(case_id)
    letter = [each for each in view.messages if each.kind == kind][-1]
    return " ".join(
        "\n".join(letter_lines(view, letter, Known({letter.contact: "the other"}))).split()
    )


@pytest.mark.parametrize("size", SIZES)
async def test_all_letters_stand_in_order_with_where_each_stands(
    exchange: Exchange, size: tuple[int, int]
) -> None:
    exchange.all()
    app = app_on(exchange.ours)
    async with app.run_test(size=size) as pilot:
        await pilot.press(*OPEN)
        await pilot.pause()

        same_as_golden(f"messages-{size[0]}", screen_text(app))


@pytest.mark.parametrize("size", SIZES)
async def test_a_decision_is_read_in_words(exchange: Exchange, size: tuple[int, int]) -> None:
    exchange.all()
    app = app_on(exchange.ours)
    async with app.run_test(size=size) as pilot:
        await pilot.press(*OPEN, "enter")
        await pilot.pause()
        text = words(app)

        assert "outcome No further action" in text
        assert "follow-up report 1" in text
        assert "1. The risk was low." in text


def test_a_request_is_read_with_its_dates_and_what_was_answered(exchange: Exchange) -> None:
    exchange.report()
    exchange.ask()
    exchange.answer({1: "All of them.\nBy post."})

    text = whole(exchange.ours, exchange.case_id, "information_request")

    assert "question 1 How many were told?" in text
    assert "(due 2020-01-17[Europe/London], answered)" in text
    assert "reply: All of them. By post." in text
    assert "AMBER: nobody had compared its number" in text


def test_a_report_is_read_with_its_answers_on_both_sides(exchange: Exchange) -> None:
    exchange.report()

    for vault, case_id in (
        (exchange.ours, exchange.case_id),
        (exchange.theirs, exchange.their_id),
    ):
        text = whole(vault, case_id, "initial_report")
        assert "Harbour Training Trust" in text
        assert "A list was sent to the wrong address." in text


def test_a_receipt_says_of_the_letter_that_it_arrived(exchange: Exchange) -> None:
    exchange.report()
    exchange.receipt()
    view = exchange.ours.case(exchange.case_id)

    line = letter_line(view, view.messages[0], Known({}))

    assert "sent 20 Dec 18:16, arrived 21 Dec" in line
    assert "to an office not known" in line


def test_a_sealed_report_that_nobody_sent_says_so(exchange: Exchange) -> None:
    ours = exchange.ours
    send(ours, exchange.case_id, "Regulator", at=None, wall=exchange.wall, incomplete_reason="x")
    view = ours.case(exchange.case_id)

    assert "SEALED, NOT SENT" in letter_line(view, view.messages[0], Known({}))


def test_a_letter_by_a_key_that_was_revoked_since_says_so(exchange: Exchange) -> None:
    exchange.report()
    exchange.receipt()
    view = exchange.ours.case(exchange.case_id)
    of = Known({}, {view.messages[1].id: "2019-12-20"})

    assert "KEY REVOKED" in letter_line(view, view.messages[1], of)
    whole_lines = letter_lines(view, view.messages[1], of)
    assert "  KEY REVOKED by its office since 2019-12-20; judged when it was filed" in whole_lines
    assert "KEY REVOKED" not in letter_line(view, view.messages[0], of)


def test_what_came_in_plain_words_says_how(exchange: Exchange) -> None:
    said = PlainAcknowledgement(acknowledged_at=NOW, reference=REFERENCE)
    record_plain(exchange.ours, exchange.case_id, said, Letter("post"), wall=exchange.wall)
    view = exchange.ours.case(exchange.case_id)

    line = letter_line(view, view.messages[0], Known({}))

    assert line.endswith("in  acknowledgement: by post in plain words, from the regulator")


def test_a_report_on_a_form_that_is_not_known_is_read_as_it_came(exchange: Exchange) -> None:
    payload: JSON = {"report": {"form": "new-2031", "answers": {"what": {"value": "It was lost."}}}}
    message: JSON = {
        "kind": "initial_report",
        "direction": "in",
        "payload": payload,
        "created": "x",
    }
    ours, shown = exchange.ours, exchange.ours.state(exchange.case_id)
    ours.commit(
        exchange.case_id, [AddOp("message/" + "a" * 32, message)], shown=shown, wall=exchange.wall
    )

    text = whole(ours, exchange.case_id, "initial_report")

    assert "new-2031: cannot be read here; shown as it came, not checked" in text
    assert "It was lost." in text


def test_a_decision_on_a_report_that_is_not_here_says_so(exchange: Exchange) -> None:
    view = exchange.ours.case(exchange.case_id)
    letter = Message(
        "m", "decision", "in", "", "", None, None, "", amber=False, payload={"basis": "ab" * 32}
    )

    assert report_of(view, "") is None
    assert "a letter that is not here (abababab)" in "\n".join(
        letter_lines(view, letter, Known({}))
    )


async def test_any_two_versions_of_the_report_can_be_compared(exchange: Exchange) -> None:
    exchange.report()
    exchange.follow_up()
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*OPEN, "d", "enter", "enter")
        await pilot.pause()
        text = screen_text(app)

        assert isinstance(app.screen, ReaderScreen)
        assert "From initial report to follow-up report 1" in text
        assert "now:    A colleague and a subject saw it." in text


@pytest.mark.parametrize("keys", [("d", "escape"), ("d", "enter", "escape")])
async def test_a_comparison_can_be_left(exchange: Exchange, keys: tuple[str, ...]) -> None:
    exchange.report()
    start_followup(exchange.ours, exchange.case_id, wall=exchange.wall)
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*OPEN, *keys)
        await pilot.pause()

        assert isinstance(app.screen, MessagesScreen)


async def test_one_version_alone_has_nothing_to_be_compared_with(exchange: Exchange) -> None:
    app = app_on(exchange.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*OPEN)
        await pilot.pause()
        empty = screen_text(app)
        await pilot.press("d")
        await pilot.pause()
        refused = screen_text(app)
        await pilot.press("q")
        await pilot.pause()

        assert "no letter yet" in empty
        assert "nothing to compare" in refused
        assert isinstance(app.screen, CaseScreen)


async def test_letters_are_read_also_where_evidence_is_missing(exchange: Exchange) -> None:
    ours, theirs = exchange.ours, exchange.theirs
    exchange.report()
    exchange.receipt()
    ident = contacts(ours)[0].id
    card = office_card(theirs)
    value: JSON = {"card": card.line(), "since": None, "reason": None, "wall": exchange.wall}
    op = AddOp(f"contact/{ident}/revoked/{card.sha256}", value)
    ours.commit(ours.log_id, [op], shown=ours.log_state(), wall=exchange.wall)
    message: JSON = {"kind": "receipt", "direction": "in", "contact": ident, "created": "x"}
    op = AddOp("message/" + "a" * 32, message)
    ours.commit(exchange.case_id, [op], shown=ours.state(exchange.case_id), wall=exchange.wall)
    app = app_on(ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*OPEN)
        await pilot.pause()

        assert "evidence of a bundle in this case is missing" in words(app)
        assert "in receipt" in words(app)


async def test_a_vault_that_is_only_read_offers_nothing_to_do(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list")
    with Vault.open(tmp_path / "v", bytearray(b"correct horse"), writable=False) as vault:
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press(*OPEN, "a")
            await pilot.pause()

            assert "nothing can be done" in screen_text(app)
