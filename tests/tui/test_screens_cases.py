from __future__ import annotations

from pathlib import Path

import pytest

from models.answer import Answer
from models.form import pack_ids
from models.moment import Moment
from store.casework import set_answers
from store.hold import hold_case
from store.vault import Vault
from tests.tui.desks import NOW, WALL, TimedApp, answer, app_on, case, office
from tests.tui.pilot import same_as_golden, screen_text
from tui.app import BreachcaseApp
from tui.commands.opening_app import open_or_read
from tui.screens.case import CaseScreen
from tui.screens.cases import CasesScreen
from tui.screens.dialogs import ConfirmScreen
from tui.screens.new_case import NewCaseScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.send import SendScreen
from tui.widgets.choice import Choice

SIZES = [(80, 24), (60, 20), (120, 40)]


def several(vault: Vault) -> None:
    case(vault, "Mailing list sent to the wrong people")
    case(vault, "Lost laptop", {"discovered": "2019-12-16T08:00"})
    case(vault, "Stolen bag", {"discovered": "2019-12-16T12:00", "occurred": "2019-12-15"})
    case(vault, "Nothing known yet", {}, wall="2019-12-19T09:00:00.000Z")
    case(vault, "Discovered at some hour", {"discovered": "T09:00"})


@pytest.mark.parametrize("size", SIZES)
async def test_the_most_urgent_case_stands_on_top(tmp_path: Path, size: tuple[int, int]) -> None:
    with office(tmp_path / "v") as vault:
        several(vault)
        app = app_on(vault)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()

            same_as_golden(f"cases-{size[0]}", screen_text(app))


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_vault_says_how_to_begin(tmp_path: Path, size: tuple[int, int]) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test(size=size) as pilot:
            await pilot.press("enter", "s")

            same_as_golden(f"cases-empty-{size[0]}", screen_text(app))


async def test_a_hostile_title_is_shown_as_it_stands(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "[@click=app.quit]list[/] [/x y", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            in_list = screen_text(app)
            await pilot.press("enter")
            await pilot.pause()

            assert "[@click=app.quit]list[/] [/x y" in in_list
            assert "[@click=app.quit]list[/] [/x y" in screen_text(app)


async def test_enter_opens_the_case_and_esc_comes_back_to_it(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        several(vault)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("down", "enter")
            inside = isinstance(app.screen, CaseScreen)
            await pilot.press("escape")
            await pilot.pause()

            assert inside
            assert isinstance(app.screen, CasesScreen)
            assert "> 2h00m left" in screen_text(app)


async def test_a_new_case_is_opened_once_it_has_a_title(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("n", "enter")
            text = screen_text(app)
            await pilot.press(*"Lost list", "f2")
            await pilot.pause()
            opened = isinstance(app.screen, CaseScreen)

        assert "give the case a title" in text
        assert opened
        assert [row.title for row in vault.rows()] == ["Lost list"]


async def test_a_new_case_takes_the_form_that_is_chosen(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("n", *"Lost stick", "tab")
            choice = app.screen.query_one(Choice)
            choice.action_clear()
            await pilot.press("f2")
            unsaid = screen_text(app)
            choice.index = pack_ids().index("oaic-ndb")
            await pilot.press("f2")
            await pilot.pause()
            shown = screen_text(app)

        assert "choose a form" in unsaid
        assert "Identity of the entity" in shown
        assert [vault.case(row.id).form for row in vault.rows()] == ["oaic-ndb"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("key", "name"), [("n", "new-case"), ("r", "receive")])
async def test_a_dialog_says_what_it_needs(
    tmp_path: Path, size: tuple[int, int], key: str, name: str
) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test(size=size) as pilot:
            await pilot.press(key)
            await pilot.pause()

            same_as_golden(f"{name}-{size[0]}", screen_text(app))


async def test_esc_starts_no_case(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("n", *"Lost", "escape")
            asked = isinstance(app.screen, ConfirmScreen)
            await pilot.press("y")
            await pilot.pause()

            assert asked
            assert isinstance(app.screen, CasesScreen)
        assert vault.rows() == ()


async def test_a_vault_that_is_only_read_says_so_when_a_case_is_started(tmp_path: Path) -> None:
    with office(tmp_path / "v"):
        reader = Vault.open(tmp_path / "v", bytearray(b"correct horse"), writable=False)
        with reader:
            app = app_on(reader)
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.press("n", *"Lost list", "enter")
                await pilot.pause()

                assert isinstance(app.screen, NewCaseScreen)
                assert "reading only" in screen_text(app)


@pytest.mark.parametrize(("key", "screen"), [("s", SendScreen), ("r", ReceiveScreen)])
async def test_a_letter_starts_what_is_done_to_cases(
    tmp_path: Path, key: str, screen: type[object]
) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list")
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press(key)
            there = isinstance(app.screen, screen)
            await pilot.press("escape")

            assert there
            assert isinstance(app.screen, CasesScreen)


async def test_the_clocks_run_while_the_list_stands(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {"discovered": "2019-12-18T16:42"})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            screen = app.screen
            assert isinstance(screen, CasesScreen)
            before = screen_text(app)
            app.moments.append(Moment.parse("2019-12-19T10:30Z"))
            screen.tick()
            await pilot.pause()

            assert "54h42m left" in before
            assert "54h12m left" in screen_text(app)


async def test_the_list_shows_what_changed_while_a_case_was_open(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            answer(vault, case_id, {"discovered": "2019-12-18T16:42"})
            await pilot.press("escape")
            await pilot.pause()

            assert "54h42m left" in screen_text(app)


def heading(app: TimedApp) -> str:
    return screen_text(app).splitlines()[0]


async def test_a_filter_narrows_the_list_down_while_it_is_typed(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        several(vault)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("slash", *"LOST LAP")
            await pilot.pause()
            typed = screen_text(app)
            await pilot.press("enter", "enter")
            inside = isinstance(app.screen, CaseScreen)
            await pilot.press("escape")
            await pilot.pause()
            kept = heading(app)
            await pilot.press("slash", *" zzz")
            await pilot.pause()
            nothing = screen_text(app)
            await pilot.press("escape")
            await pilot.pause()

            assert "1 of 5 cases by clock" in typed
            assert "Lost laptop" in typed
            assert "Stolen bag" not in typed
            assert typed.splitlines()[-1].startswith(" enter go to the list  esc show all")
            assert inside
            assert "1 of 5 cases" in kept
            assert "esc shows all of them" in nothing
            assert "- 5 cases" in heading(app)
            assert "> " in screen_text(app)


async def test_the_order_changes_and_the_cursor_stays_on_its_case(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        several(vault)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            orders = []
            await pilot.press("down")
            for _ in range(3):
                await pilot.press("o")
                await pilot.pause()
                lines = screen_text(app).splitlines()
                orders.append((lines[0].split(" by ")[1][:5], lines[1][43:57], lines[5][43:57]))
                assert next(line for line in lines if line[0] == ">")[43:53] == "Stolen bag"

            assert [order[0] for order in orders] == ["last ", "title", "clock"]
            assert orders[0][2] == "Nothing known "
            assert orders[1][1:] == ("Discovered at ", "Stolen bag    ")
            assert orders[2][1] == "Lost laptop   "


async def test_a_row_tells_of_a_hold_and_of_conflicts(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {"spoken_to": "first"})
        before = vault.state(case_id)
        answer(vault, case_id, {"spoken_to": "second"})
        one = Answer(state="answered", value="third")
        set_answers(vault, case_id, {"spoken_to": one}, shown=before, wall=WALL)
        hold_case(vault, case_id, "a claim", wall=WALL)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()

            assert "HELD CONFLICTS 1 Lost list" in screen_text(app)


async def test_a_vault_that_another_process_writes_to_says_who(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        app = BreachcaseApp(
            vault, now=lambda: NOW, wall=lambda: WALL, read_only="process 4711 on host writes"
        )
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()

            assert screen_text(app).startswith("READ ONLY: process 4711 on host writes - ")


def test_a_vault_in_use_is_opened_for_reading_and_its_holder_named(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        reader, holder = open_or_read(tmp_path / "v", bytearray(b"correct horse"))
        with reader:
            assert holder.startswith("process ")
            assert [row.title for row in reader.rows()] == ["Lost list"]
            assert not reader.writable
    writer, nobody = open_or_read(tmp_path / "v", bytearray(b"correct horse"))
    with writer:
        assert (writer.writable, nobody) == (True, "")
