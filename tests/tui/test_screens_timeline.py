from __future__ import annotations

from pathlib import Path

import pytest

from exports.outbox import record_sent, send
from models.merging import Merged, Statement
from models.moment import Moment
from store.casework import start_followup
from store.clocks import add_clock, state_event
from store.incident import Statement as Note
from store.incident import add_note
from store.parties import add_party
from store.vault import Vault
from tests.tui.desks import TOLD, WALL, acquaint, answer, app_on, case, office
from tests.tui.pilot import same_as_golden, screen_text, take, words
from tui.scale import Mark, Scale, scale
from tui.screens.discovery import DiscoveryScreen
from tui.screens.timeline import TimelineScreen

LONDON = "[Europe/London]"


def upstream(vault: Vault) -> str:
    """A case whose delay arose upstream, with a party of unknown awareness and two clocks more."""
    case_id = case(vault, "Lost list")
    host = {"role": "processor", "name": "Harbour Hosting", "aware": f"2019-12-17T09:00{LONDON}"}
    first = add_party(vault, case_id, {**host}, wall=WALL)
    disks = {"role": "sub_processor", "name": "Quay Disks", "tells": first}
    add_party(vault, case_id, {**disks, "aware": f"2019-12-09{LONDON}"}, wall=WALL)
    add_party(vault, case_id, {**disks, "name": "Mole [b]Tapes\x07"}, wall=WALL)
    at = Moment.parse(f"2019-12-18T18:00{LONDON}")
    add_note(vault, case_id, Note("telephoned the host", at), wall=WALL)
    return case_id


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (120, 40)], ids=lambda size: str(size[0]))
async def test_the_timeline_is_drawn_to_scale_with_its_limit_and_longest_gap(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with office(tmp_path / "v") as vault:
        upstream(vault)
        app = app_on(vault)
        async with app.run_test(size=size) as pilot:
            await pilot.press("enter", "ctrl+g")
            await pilot.pause()
            same_as_golden(f"timeline-{size[0]}", screen_text(app))
            assert "longest: sub-processor Quay Disks -> processor" in words(app)
            await pilot.press("enter")
            await pilot.pause()
            assert "2019-12-07[Europe/London]" in words(app)
            await pilot.press("escape", "down", "enter")
            await pilot.pause()
            assert "A gap" in words(app)
            await pilot.press("escape", "escape")
            await pilot.pause()
            assert not isinstance(app.screen, TimelineScreen)


async def test_the_timeline_of_a_case_of_nothing_says_so(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await take(pilot, "Timeline")
            assert "no gap is known yet" in words(app)
            await pilot.press("enter")
            await pilot.pause()
            assert "the time is not known" in words(app)


async def test_the_strip_names_the_other_clocks_the_most_pressing_first(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", TOLD)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            add_clock(vault, case_id, "nis2-ew", wall=WALL)
            state_event(
                vault, case_id, "significant", Moment.parse(f"2019-12-19T09:00{LONDON}"), wall=WALL
            )
            await pilot.press("enter")
            await pilot.pause()
            assert "nis2-ew 23h00m left; nis2-in 71h00m left; nis2-fr waits" in words(app)
            await take(pilot, "Clocks, delay")
            assert "nis2-fr waits for nis2-in: NIS2 final report" in words(app)


async def test_a_day_without_a_time_has_a_limit_at_the_earliest_and_at_the_latest(
    tmp_path: Path,
) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {**TOLD, "discovered": "2019-12-18"})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", "ctrl+g", "end")
            await pilot.pause()
            assert "limit at the latest 22 Dec 00:00" in words(app)


async def test_an_inferred_discovery_is_confirmed_from_the_menu(tmp_path: Path) -> None:
    with office(tmp_path / "c") as ours, office(tmp_path / "r", side="regulator") as theirs:
        acquaint(ours, theirs)
        case_id = case(ours, "Lost list", {**TOLD, "discovered": "T16:42"})
        send(ours, case_id, "Harbour Trust", at=None, wall=WALL, incomplete_reason="first")
        sent = Moment.parse("2019-12-20T18:16Z")
        record_sent(ours, case_id, sent, via="bundle", ref=None, wall=WALL)
        start_followup(ours, case_id, wall=WALL)
        answer(ours, case_id, {"discovered": "2019-12-18"})
        app = app_on(ours)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            await pilot.pause()
            assert "49h34m on_time, inferred: confirm it" in words(app)
            await pilot.press("f3", "enter", "n", "f3", "enter")
            await pilot.pause()
            assert "the time from the initial report, the date from follow-up report 1" in words(
                app
            )
            await pilot.press("y")
            await pilot.pause()

            assert "inferred" not in words(app)
        assert ours.case(case_id).inferred is None
        stated = ours.case(case_id).reports[-1].report.answer("discovered").value
        assert stated == Moment.parse(f"2019-12-18T16:42{LONDON}")


async def test_a_confirmation_that_cannot_be_saved_says_why(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", TOLD)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            at = Statement("initial report", Moment.parse(f"2019-12-18T16:42{LONDON}"))
            app.push_screen(DiscoveryScreen(app.session, case_id, Merged(at.moment, at, at)))
            await pilot.pause()
            await pilot.press("y")
            await pilot.pause()
            assert "! no discovery is inferred in this case" in words(app)
            await pilot.press("n")


def test_a_scale_of_one_instant_and_of_none_is_drawn() -> None:
    at = Moment.parse("2019-12-18T16:42Z")
    instant = at.span().earliest or 0

    one = Scale((Mark("x", at, "o"),), instant, instant)
    none = Scale((Mark("x", None, "o"), Mark("?", at, "#", None)), 0, 0)

    assert one.line(0, 60).rstrip().endswith("18 Dec 16:42 o")
    assert none.line(0, 60).split() == ["x", "?"]
    assert none.line(1, 60).split() == ["?"]


def test_a_gap_that_runs_backwards_has_no_bar(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {**TOLD, "occurred": "2019-12-19"})

        drawn = scale(vault.case(case_id), (), None)

        assert "#" not in drawn.line(1, 80)
