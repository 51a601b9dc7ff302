"""A screen that is left in the very moment it is opened: nobody waits for a slow line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from exports.trust import contacts
from models.merging import Merged, Statement
from models.moment import Moment
from models.personal.finding import findings
from models.request import requests
from store.vault import Vault
from tests.tui.desks import app_on, case, office
from tests.tui.exchange import Exchange
from tui.screens.ask import AskScreen
from tui.screens.assessment import AssessmentScreen
from tui.screens.card import AddScreen, OwnCardScreen, VerifyScreen
from tui.screens.case import CaseScreen
from tui.screens.close import CloseScreen
from tui.screens.conflicts import ConflictsScreen
from tui.screens.contacts import ContactsScreen
from tui.screens.decide import DecideScreen
from tui.screens.desk import AcknowledgeScreen, QuestionsScreen, TriageScreen
from tui.screens.dialogs import ConfirmScreen, MenuScreen, ReaderScreen
from tui.screens.discovery import DiscoveryScreen
from tui.screens.document import DocumentScreen, ExtractScreen
from tui.screens.editor import EditorScreen
from tui.screens.findings import FindingsScreen
from tui.screens.first_run import FounderScreen
from tui.screens.follow_up import FollowUpScreen
from tui.screens.further import FurtherScreen
from tui.screens.group import GroupScreen
from tui.screens.history import HistoryScreen
from tui.screens.inbox import InboxScreen
from tui.screens.incident import IncidentScreen
from tui.screens.messages import MessagesScreen
from tui.screens.new_case import NewCaseScreen
from tui.screens.note import NoteScreen
from tui.screens.overriding import OverrideScreen
from tui.screens.pick import PickScreen
from tui.screens.plain import AckedScreen, DecidedScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.reply import AgainScreen, AnswerScreen, ReceiptScreen, WithdrawScreen
from tui.screens.send import SendScreen
from tui.screens.sent import SentScreen
from tui.screens.shred import KeepScreen, ReviewScreen, ShredScreen
from tui.screens.timeline import TimelineScreen
from tui.session import Session
from tui.slip import Slip

WHEN = Moment.parse("2019-12-18T16:42[Europe/London]")
INFERRED = Merged(WHEN, Statement("initial report", WHEN), Statement("follow-up report 1", WHEN))

SCREENS: dict[type[Screen[Any]], Callable[[Session, str], Screen[Any]]] = {
    AskScreen: lambda session, case_id: AskScreen(
        Slip(session, "conflict", case_id), "title", "question", str
    ),
    CaseScreen: CaseScreen,
    ConfirmScreen: lambda _session, _case_id: ConfirmScreen("question"),
    ConflictsScreen: ConflictsScreen,
    OverrideScreen: lambda session, case_id: OverrideScreen(
        session,
        session.vault.case(case_id),
        session.vault.case(case_id).findings(session.now()).problems[0],
    ),
    FurtherScreen: FurtherScreen,
    AssessmentScreen: AssessmentScreen,
    GroupScreen: GroupScreen,
    TimelineScreen: TimelineScreen,
    DiscoveryScreen: lambda session, case_id: DiscoveryScreen(session, case_id, INFERRED),
    ReviewScreen: ReviewScreen,
    ShredScreen: ShredScreen,
    KeepScreen: KeepScreen,
    EditorScreen: lambda _session, _case_id: EditorScreen("title", "hint", "text", str),
    FollowUpScreen: FollowUpScreen,
    FounderScreen: lambda _session, _case_id: FounderScreen(Path("vault")),
    HistoryScreen: HistoryScreen,
    IncidentScreen: IncidentScreen,
    MenuScreen: lambda _session, _case_id: MenuScreen("title", ("one", "two")),
    NewCaseScreen: lambda session, _case_id: NewCaseScreen(session),
    NoteScreen: lambda session, case_id: NoteScreen(session, case_id, None),
    ReaderScreen: lambda _session, _case_id: ReaderScreen("title", ("line",)),
    ReceiveScreen: lambda session, _case_id: ReceiveScreen(session),
    SendScreen: SendScreen,
    SentScreen: SentScreen,
    MessagesScreen: MessagesScreen,
    WithdrawScreen: WithdrawScreen,
    TriageScreen: TriageScreen,
    CloseScreen: CloseScreen,
    AckedScreen: AckedScreen,
    DecidedScreen: DecidedScreen,
    DocumentScreen: lambda session, case_id: DocumentScreen(session, case_id, "eml"),
    ExtractScreen: lambda session, case_id: ExtractScreen(session, case_id, ()),
    FindingsScreen: lambda session, case_id: FindingsScreen(
        session, case_id, findings([("what_happened", "NI number QQ 12 34 56 C")])
    ),
    PickScreen: lambda _session, _case_id: PickScreen("title", ("one", "two"), frozenset()),
    ContactsScreen: lambda session, _case_id: ContactsScreen(session),
    AddScreen: lambda session, _case_id: AddScreen(session),
    OwnCardScreen: lambda session, _case_id: OwnCardScreen(session),
    InboxScreen: lambda session, _case_id: InboxScreen(session),
}
# of a case with letters: ours with a request, theirs with a report
LETTERS: dict[type[Screen[Any]], Callable[[Session, str], Screen[Any]]] = {
    AnswerScreen: lambda session, case_id: AnswerScreen(
        session, case_id, requests(session.vault.case(case_id))[0].id
    ),
    AgainScreen: lambda session, case_id: AgainScreen(
        session, case_id, session.vault.case(case_id).messages[0].id
    ),
    ReceiptScreen: lambda session, case_id: ReceiptScreen(
        session, case_id, session.vault.case(case_id).messages[0].id
    ),
    VerifyScreen: lambda session, _case_id: VerifyScreen(session, contacts(session.vault)[0]),
}
DESK: dict[type[Screen[Any]], Callable[[Session, str], Screen[Any]]] = {
    AcknowledgeScreen: AcknowledgeScreen,
    QuestionsScreen: QuestionsScreen,
    DecideScreen: DecideScreen,
}


def all_screens(kind: type[Screen[Any]] = Screen) -> Iterator[type[Screen[Any]]]:
    for each in kind.__subclasses__():
        yield each
        yield from all_screens(each)


def what_escape_does(screen: type[Screen[Any]]) -> str | None:
    bound = screen._merged_bindings  # noqa: SLF001 - the only place where all of them are
    found = bound.key_to_bindings.get("escape", []) if bound else []
    return next((each.action for each in found), None)


def test_every_screen_that_escape_leaves_is_tried_here() -> None:
    ours = {each for each in all_screens() if each.__module__.startswith("tui.screens")}
    kept = {
        "CasesScreen",
        "Pages",
        "DraftPages",
        "SlipScreen",
        "FieldsScreen",
        "SealScreen",
        "DeskScreen",
        "PlainScreen",
        "Leaves",
        "_EndScreen",
    }  # the lowest; no screens by themselves
    leavable = {each for each in ours if what_escape_does(each) and each.__name__ not in kept}

    assert leavable == {*SCREENS, *LETTERS, *DESK}


@pytest.mark.parametrize("screen", SCREENS, ids=lambda kind: kind.__name__)
async def test_a_screen_left_before_it_is_drawn_crashes_nothing(
    tmp_path: Path, screen: type[Screen[Any]]
) -> None:
    with office(tmp_path / "v") as vault:
        await left_at_once(vault, case(vault, "Lost list"), screen, SCREENS[screen])


@pytest.mark.parametrize("screen", [*LETTERS, *DESK], ids=lambda kind: kind.__name__)
async def test_a_letter_left_before_it_is_drawn_crashes_nothing(
    tmp_path: Path, screen: type[Screen[Any]]
) -> None:
    regulator = office(tmp_path / "r", side="regulator", name="Regulator of Data")
    with office(tmp_path / "c") as ours, regulator as theirs:
        exchange = Exchange(ours, theirs)
        exchange.report()
        exchange.ask()
        if screen in DESK:
            await left_at_once(theirs, exchange.their_id, screen, DESK[screen])
        else:
            await left_at_once(ours, exchange.case_id, screen, LETTERS[screen])


async def left_at_once(
    vault: Vault,
    case_id: str,
    screen: type[Screen[Any]],
    make: Callable[[Session, str], Screen[Any]],
) -> None:
    action = what_escape_does(screen)
    assert action is not None
    app = app_on(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        below = app.screen
        for turns in range(4):
            made = make(app.session, case_id)
            app.push_screen(made)
            for _ in range(turns):  # of the event loop: how far it has come meanwhile
                await asyncio.sleep(0)
            for _ in range(2):  # the second is too late for this screen, and not the next one's
                await app.run_action(action, made)
                if made not in app.screen_stack:
                    break
            await pilot.pause()
            await pilot.pause()

            assert app.screen is below
