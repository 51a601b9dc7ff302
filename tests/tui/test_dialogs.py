"""A screen that is left in the very moment it is opened: nobody waits for a slow line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from tests.tui.desks import app_on, case, office
from tui.screens.ask import AskScreen
from tui.screens.case import CaseScreen
from tui.screens.conflicts import ConflictsScreen
from tui.screens.dialogs import ConfirmScreen, MenuScreen, ReaderScreen
from tui.screens.editor import EditorScreen
from tui.screens.first_run import FounderScreen
from tui.screens.follow_up import FollowUpScreen
from tui.screens.history import HistoryScreen
from tui.screens.incident import IncidentScreen
from tui.screens.new_case import NewCaseScreen
from tui.screens.note import NoteScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.send import SendScreen
from tui.screens.sent import SentScreen
from tui.session import Session
from tui.slip import Slip

SCREENS: dict[type[Screen[Any]], Callable[[Session, str], Screen[Any]]] = {
    AskScreen: lambda session, case_id: AskScreen(
        Slip(session, "conflict", case_id), "title", "question", str
    ),
    CaseScreen: CaseScreen,
    ConfirmScreen: lambda _session, _case_id: ConfirmScreen("question"),
    ConflictsScreen: ConflictsScreen,
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
    }  # the lowest; no screens by themselves
    leavable = {each for each in ours if what_escape_does(each) and each.__name__ not in kept}

    assert leavable == set(SCREENS)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda kind: kind.__name__)
async def test_a_screen_left_before_it_is_drawn_crashes_nothing(
    tmp_path: Path, screen: type[Screen[Any]]
) -> None:
    action = what_escape_does(screen)
    assert action is not None
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list")
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await pilot.pause()
            below = app.screen
            for turns in range(4):
                made = SCREENS[screen](app.session, case_id)
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
