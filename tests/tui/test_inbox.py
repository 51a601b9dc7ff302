"""The inbox: what waits in all cases, and the way to it."""

from __future__ import annotations

import re

import pytest

from exports.outbox import send
from models.moment import Moment
from store.further import add_form
from store.triage import set_priority
from tests.tui.desks import app_on
from tests.tui.exchange import Exchange
from tests.tui.pilot import same_as_golden, screen_text, words
from tests.tui.test_letters import exchange as exchange  # noqa: PLC0414 - a fixture
from tests.tui.test_screens_exchange import done
from tui.screens.case import CaseScreen
from tui.screens.cases import CasesScreen
from tui.screens.inbox import InboxScreen
from tui.screens.messages import MessagesScreen

SIZES = [(80, 24), (60, 20)]


@pytest.mark.parametrize("size", SIZES)
async def test_what_waits_is_listed_and_enter_goes_to_the_letter(
    exchange: Exchange, size: tuple[int, int]
) -> None:
    exchange.report()
    exchange.acknowledge()
    exchange.ask()
    set_priority(exchange.ours, exchange.case_id, "high", wall=exchange.wall)
    app = app_on(exchange.ours)
    app.moments.append(Moment.parse("2020-01-20T10:00[Europe/London]"))
    async with app.run_test(size=size) as pilot:
        await pilot.press("i")
        await done(pilot)
        text = words(app)
        await pilot.press("s")
        await pilot.pause()
        refused = words(app)
        await pilot.press("enter")
        for _ in range(3):
            await pilot.pause()

        assert "PASSED 17 Jan HIGH answer 1, 2 of" in text
        assert "only a letter that is to be read" in refused
        assert isinstance(app.screen, MessagesScreen)
        assert re.search("> 21 Dec 2019 [0-9:]+ in information request", words(app))
        await pilot.press("escape")
        await pilot.pause()
        assert [type(each) for each in app.screen_stack] == [CasesScreen, CaseScreen]


async def test_a_report_that_is_not_sent_waits_in_its_case(exchange: Exchange) -> None:
    ours = exchange.ours
    send(ours, exchange.case_id, "Regulator", at=None, wall=exchange.wall, incomplete_reason="x")
    app = app_on(ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await done(pilot)
        await pilot.press("enter")
        for _ in range(3):
            await pilot.pause()

        assert isinstance(app.screen, CaseScreen)


async def test_a_clock_that_waits_leads_to_the_case_on_its_form(exchange: Exchange) -> None:
    ours = exchange.ours
    add_form(ours, exchange.case_id, "gdpr-art33", wall=exchange.wall)
    app = app_on(ours)
    app.moments.append(Moment.parse("2020-01-20T10:00[Europe/London]"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await done(pilot)
        listed = words(app)
        await pilot.press("enter")
        for _ in range(3):
            await pilot.pause()

        assert "PASSED 21 Dec 16:42 clock gdpr-33-1 (gdpr-art33) - Lost list" in listed
        assert isinstance(app.screen, CaseScreen)
        assert "Lost list gdpr-art33 (initial)" in words(app)
        assert "uk-gdpr-33-1 (ico-2019) overdue" in words(app)


async def test_a_letter_that_was_looked_at_waits_no_longer(exchange: Exchange) -> None:
    exchange.report()
    exchange.acknowledge()
    exchange.follow_up()
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await done(pilot)
        before = words(app)
        await pilot.press("s")
        await done(pilot)

        assert "read the follow-up report" in before
        assert "read the follow-up report" not in words(app)


async def test_an_empty_inbox_says_so_and_is_left(exchange: Exchange) -> None:
    app = app_on(exchange.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await done(pilot)
        text = words(app)
        same_as_golden("inbox-empty-80", screen_text(app))
        await pilot.press("s", "enter")
        await pilot.pause()
        there = isinstance(app.screen, InboxScreen)
        await pilot.press("q")
        await pilot.pause()

        assert "nothing waits" in text
        assert there
        assert isinstance(app.screen, CasesScreen)
