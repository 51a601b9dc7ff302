"""The end of a case in the app: its review, the order to destroy it, what is due, what is alike."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from store.destruction import fates
from store.hold import hold_case
from store.retention import set_review
from store.vault import Vault
from tests.tui.desks import WALL, app_on, case, office
from tests.tui.exchange import Exchange
from tests.tui.pilot import take, words
from tests.tui.test_letters import exchange as exchange  # noqa: PLC0414 - a fixture
from tests.tui.test_screens_exchange import done
from tui.screens.case import CaseScreen
from tui.screens.shred import ShredScreen


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_an_order_is_given_by_typing_the_id_and_taken_back(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=size) as pilot:
            await pilot.press("enter")
            await take(pilot, "Order that")
            before = words(app)
            await pilot.press(*"kept", "tab", *"nonsense", "f2")
            await pilot.pause()
            wrong = words(app)
            assert fates(vault) == {}
            await pilot.press(*["backspace"] * 8, *case_id[:8], "f2")
            await pilot.pause()
            assert fates(vault)[case_id].shred.reason == "kept"
            await pilot.press("escape")
            await pilot.pause()
            listed = words(app)
            await pilot.press("d")
            await pilot.pause()
            due = words(app)
            await pilot.press("escape", "enter")
            await take(pilot, "Take back")
            await pilot.press("f2")
            await pilot.pause()

        assert "unreadable" in before
        assert f"Type {case_id[:8]} to order it" in before
        assert "that is not its id" in wrong
        assert "TO BE" in listed
        assert "to be destroyed from 2019-12-26, ordered by Ada Example: kept" in due
        assert fates(vault)[case_id].status == "cancelled"


async def test_a_review_date_is_typed_and_shows_in_the_list_once_it_has_come(
    tmp_path: Path,
) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        other = case(vault, "Held list", {})
        hold_case(vault, other, "claim", wall=WALL)
        set_review(vault, other, dt.date(2019, 1, 1), "one year", wall=WALL)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(CaseScreen(app.session, case_id))
            await pilot.pause()
            await take(pilot, "Say when")
            await pilot.press(*"soon", "tab", *"a year", "f2")
            await pilot.pause()
            refused = words(app)
            await pilot.press("shift+tab", *["backspace"] * 4, *"2019-12-01", "f2")
            await pilot.pause()
            await pilot.press("escape")
            await pilot.pause()
            listed = words(app)
            await pilot.press("d")
            await pilot.pause()

            assert "that is no date" in refused
            assert "HELD REVIEW Held list" in listed
            assert "REVIEW Lost list" in listed
            assert "review 2019-01-01, held:" in words(app)


async def test_nothing_due_is_said_and_who_is_no_admin_is_offered_no_order(
    tmp_path: Path,
) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
    with Vault.open(tmp_path / "v", bytearray(b"correct horse"), writable=False) as vault:
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("d")
            await pilot.pause()
            assert "nothing is due, and nothing was destroyed" in words(app)
            await pilot.press("escape", "enter", "f3")
            await pilot.pause()
            assert "Order that" not in words(app)


async def test_a_reason_that_was_typed_is_offered_again(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await take(pilot, "Order that")
            await pilot.press(*"kept long")
            await pilot.pause()
        again = app_on(vault)
        async with again.run_test(size=(80, 24)) as pilot:
            await pilot.pause()

            assert isinstance(again.screen, ShredScreen)
            assert again.screen.typed_text("reason") == "kept long"


async def test_a_case_that_looks_like_another_says_so_in_its_menu_and_in_the_inbox(
    exchange: Exchange,
) -> None:
    ours = exchange.ours
    exchange.report()
    exchange.acknowledge()
    exchange.ask()
    other = case(ours, "The same list", wall=exchange.wall)
    save_title = ours.case(exchange.case_id).title
    app = app_on(ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await done(pilot)
        inbox = words(app)
        await pilot.press("escape")
        app.push_screen(CaseScreen(app.session, other))
        await pilot.pause()
        await take(pilot, "Looks like")

        assert f"looks like {other[:8]}" in inbox
        assert f"looks like {exchange.case_id[:8]} {save_title}: same discovery" in words(app)
