from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from store.index import Index
from store.vault import Vault
from tests.store.build import index_with
from tests.tui.desks import WALL, app_on, case, office
from tests.tui.pilot import screen_text
from tui.screens import cases
from tui.screens.cases import CasesScreen
from tui.widgets.rows import RowList

TITLES = ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot")


@pytest.fixture(autouse=True)
def _no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.app._QUIET_S", 3600)  # the tests say when


def crowd(vault: Vault) -> Index:
    """Cases enough for a row pack, on an index with room for two."""
    for title in TITLES:
        case(vault, f"{title} laptop", {"what_happened": f"{title} lost it on a train."})
    vault.index = index_with(vault, vault.index._cache)  # noqa: SLF001 - the same files
    return vault.index


async def test_what_was_saved_is_filed_once_no_key_comes(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost laptop", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("down")
            app.write_behind()
            early = vault.unfiled
            app.write_behind()

            assert (early, vault.unfiled) == (1, 0)


async def test_nothing_is_filed_while_a_thread_works_on_the_vault(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost laptop", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            end = asyncio.Event()
            app.screen.run_worker(end.wait(), group="seal")
            await pilot.pause()
            app.write_behind()
            app.write_behind()
            busy = vault.unfiled
            end.set()
            await app.workers.wait_for_complete()

            assert busy == 1


async def test_much_that_waits_is_filed_while_keys_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app._WAITING", 1)
    with office(tmp_path / "v") as vault:
        case(vault, "Lost laptop", {})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("down")
            app.write_behind()
            assert vault.unfiled == 1
            case(vault, "Lost list", {})
            await pilot.press("down")
            app.write_behind()

            assert vault.unfiled == 0


async def test_a_full_hot_table_is_packed_in_a_thread_and_the_list_goes_on(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        index = crowd(vault)
        app = app_on(vault)
        pack = tmp_path / "v" / "cache" / "rows.pack"
        async with app.run_test(size=(80, 24)) as pilot:
            app.write_behind()
            await app.workers.wait_for_complete()
            await pilot.pause()

            assert pack.exists()
            assert index.compaction() is None
            assert "Foxtrot laptop" in screen_text(app)
            await pilot.press("slash", *"train alp")
            await pilot.pause()
            assert "1 of 6 cases" in screen_text(app)
            assert "Alpha laptop" in screen_text(app)


async def test_a_pack_that_the_disk_refuses_waits_for_the_end(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        index = crowd(vault)
        pack = tmp_path / "v" / "cache" / "rows.pack"
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            pack.mkdir(mode=0o700)
            for _ in range(2):
                app.write_behind()
                await app.workers.wait_for_complete()
            await pilot.pause()

            assert index.compaction() is not None
            assert "Alpha laptop" in screen_text(app)
        pack.rmdir()
    assert pack.is_file()


async def test_a_long_search_shows_its_first_rows_and_more_as_one_goes_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "FOUND", 2)
    with office(tmp_path / "v") as vault:
        crowd(vault)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("o", "o", "slash", *"laptop")
            await pilot.pause()
            first = screen_text(app)
            await pilot.press("enter", "down")
            await pilot.pause()
            more = screen_text(app)
            await pilot.press("end", "end", "end")
            await pilot.pause()
            everything = screen_text(app)

            assert "2+ of 6 cases by title" in first
            assert "Charlie" not in first
            assert "4+ of 6 cases" in more
            assert "Charlie laptop" in more
            assert " - 6 cases" in everything
            assert app.screen.query_one("#cases", RowList).cursor == 5


async def test_the_search_text_is_taken_in_after_the_first_picture(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        index = crowd(vault)
        index.write_behind()
        assert index.cold
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await app.workers.wait_for_complete()

            assert not index.cold


async def test_keys_typed_ahead_of_the_filter_do_not_leave_the_app(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost laptop", {}, wall=WALL)
        app = app_on(vault)
        async with app.run_test(size=(80, 24)):
            screen = app.screen
            assert isinstance(screen, CasesScreen)
            await screen.action_filter()

            assert screen.focused is not None
            assert screen.focused.id == "filter"
