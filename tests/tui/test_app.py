from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input

from models.errors import CaseError
from store.vault import Vault
from tests.tui.desks import NOW, WALL, app_on, case, office
from tests.tui.pilot import same_as_golden, screen_text
from tui.app import BreachcaseApp, run_app
from tui.screens.cases import CasesScreen
from tui.screens.dialogs import ConfirmScreen
from tui.shell import poor_colours


class Broken(BreachcaseApp):
    """An app with a bug that meets personal data."""

    def action_break(self) -> None:
        person = "Ada Example"
        raise ValueError(person)


async def test_q_leaves_the_list_and_the_app(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("q")

    assert app.return_code == 0


async def test_the_app_starts_on_the_case_that_was_asked_for(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Another list", {})
        case_id = case(vault, "Lost list", {})
        app = BreachcaseApp(vault, now=lambda: NOW, wall=lambda: WALL, case_id=case_id)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            text = screen_text(app)
            await pilot.press("escape")

            assert text.startswith("Lost list (initial)")
            assert isinstance(app.screen, CasesScreen)


async def test_what_the_vault_has_to_tell_is_told_inside_the_app(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
    shutil.copytree(tmp_path / "v", tmp_path / "older")
    with Vault.open(tmp_path / "v", bytearray(b"correct horse")) as vault:
        case(vault, "Another list", {})
    shutil.rmtree(tmp_path / "v")
    (tmp_path / "older").rename(tmp_path / "v")

    with Vault.open(tmp_path / "v", bytearray(b"correct horse")) as vault:
        app = app_on(vault)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await pilot.pause(0.1)

            assert "older" in screen_text(app)


@pytest.mark.parametrize("key", ["ctrl+q", "f10"])
async def test_a_key_leaves_the_app_from_inside_a_field_and_keeps_it(
    tmp_path: Path, key: str
) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", *"the duty officer", key)
            await pilot.pause()

        report = vault.case(case_id).reports[-1].report

    assert report.answer("spoken_to").value == "the duty officer"
    assert app.return_code == 0


async def test_leaving_with_an_answer_that_cannot_be_read_asks_first(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list")
        app = app_on(vault)
        async with app.run_test() as pilot:
            await pilot.press("enter", *["f7"] * 3)
            app.screen.query_one(".field Input", Input).value = "2019-02-30"
            await pilot.press("f10")
            asked = isinstance(app.screen, ConfirmScreen)
            await pilot.press("enter")
            stayed = app.is_running and not isinstance(app.screen, ConfirmScreen)
            await pilot.press("f10", "y")

    assert (asked, stayed, app.return_code) == (True, True, 0)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_help_lists_the_keys_of_the_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test(size=size) as pilot:
            await pilot.press("question_mark")
            await pilot.pause()
            text = screen_text(app)
            await pilot.press("q")
            back = isinstance(app.screen, CasesScreen)

    assert back
    same_as_golden(f"help-{size[0]}", text)


async def test_the_screen_is_drawn_again_on_demand(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test() as pilot:
            before = screen_text(app)
            await pilot.press("ctrl+l")
            await pilot.pause()

            assert screen_text(app) == before


async def test_copied_text_does_not_leave_by_the_terminal(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test():
            app.copy_to_clipboard("text")

            assert app.clipboard == "text"


async def crash(app: Broken) -> None:
    async with app.run_test() as pilot:
        app.call_later(app.action_break)
        await pilot.pause()


async def test_a_crash_tells_where_and_never_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with office(tmp_path / "v") as vault:
        app = Broken(vault, now=lambda: NOW, wall=lambda: WALL)
        with pytest.raises(ValueError, match="Ada"):
            await crash(app)
    printed = capsys.readouterr().err

    assert app.return_code == 70
    assert "bug: ValueError" in printed
    assert "in action_break" in printed
    assert "Ada" not in printed


async def test_an_error_that_would_draw_itself_tells_no_more(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        app = app_on(vault)
        async with app.run_test():
            app.panic("Ada Example")
            printed = "".join(str(part) for part in app._exit_renderables)  # noqa: SLF001 - as above
            app._exit_renderables.clear()  # noqa: SLF001 - as above

    assert "Ada" not in printed


@pytest.mark.parametrize(
    ("environ", "colours", "poor"),
    [
        ({"NO_COLOR": "1"}, "truecolor", True),
        ({}, "standard", True),
        ({}, None, True),
        ({}, "256", False),
        ({}, "truecolor", False),
    ],
)
def test_few_colours_are_the_terminals_own(
    environ: dict[str, str], colours: str | None, *, poor: bool
) -> None:
    assert poor_colours(environ, colours) is poor


async def test_an_app_without_colour_uses_the_theme_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list")
        app = app_on(vault)
        async with app.run_test(size=(80, 24)):
            assert app.theme == "ansi-dark"
            assert "Lost list" in screen_text(app)


def test_a_dumb_terminal_is_refused_before_anything_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with office(tmp_path / "v") as vault, pytest.raises(CaseError, match="TERM"):
        run_app(vault, now=lambda: NOW, wall=lambda: WALL)
