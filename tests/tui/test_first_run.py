"""The first run: what is offered, who makes a vault, a key that reaches its person or nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Input

from exports.limits import NAME
from models.errors import UsageError
from models.zone import names
from store.vault import Vault
from tests.tui.line import Line, line_to
from tests.tui.pilot import same_as_golden, screen_text
from tests.tui.terminal import ENTRANCE, Terminal, python
from tui.founder import NAME as LONGEST_NAME
from tui.founder import Founder, side_of
from tui.screens.first_run import FirstRunApp, FounderScreen, zones_like
from tui.widgets.choice import Choice
from tui.widgets.rows import RowList

WORDS = "correct horse"
SIZES = [(80, 24), (60, 20), (120, 40)]
WATCHED = """
import sys
def heard(name, what):
    if name == "import" and what[0] in ("store", "pydantic", "cryptography", "textual"):
        sys.stderr.write(f"imports {what[0]}")
sys.addaudithook(heard)
"""
HOME = Path("/home/ada/.local/share/breachcase/vault")


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_screen_says_what_this_is_and_where_a_vault_would_lie(
    size: tuple[int, int],
) -> None:
    app = FirstRunApp(HOME)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()

        same_as_golden(f"first-run-{size[0]}", screen_text(app))


@pytest.mark.parametrize(
    ("keys", "wish"),
    [
        (["enter"], "sample"),
        (["down", "down", "enter"], None),
        (["q"], None),
        (["f10"], None),
    ],
)
async def test_the_sample_is_one_key_away_and_so_is_the_way_out(
    keys: list[str], wish: str | None
) -> None:
    app = FirstRunApp(HOME)
    async with app.run_test() as pilot:
        await pilot.press(*keys)

    assert app.return_value == wish
    assert app.return_code == 0


async def test_a_key_that_locks_says_that_nothing_is_open() -> None:
    app = FirstRunApp(HOME)
    async with app.run_test() as pilot:
        await pilot.press("f12")
        (said,) = app._notifications  # noqa: SLF001 - a toast is drawn some time later

        assert said.message.startswith("nothing is open here")


@pytest.mark.parametrize("size", SIZES)
async def test_who_makes_a_vault_is_asked_on_one_screen(size: tuple[int, int]) -> None:
    app = FirstRunApp(HOME)
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "enter", "down", *"Harbour Trust", "enter", *"Ada Example")
        await pilot.press("enter", *"aus")
        await pilot.pause()

        same_as_golden(f"founder-{size[0]}", screen_text(app))


async def test_the_answer_is_the_founder_plainly_spaced() -> None:
    app = FirstRunApp(HOME)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter", "space", "down", *" Sample  Commission ", "enter")
        await pilot.press(*"Ada Example", "enter", *"new york", "enter", "enter")

    assert app.return_value == Founder(
        "Ada Example", "regulator", "Sample Commission", "America/New_York"
    )


async def test_a_zone_is_taken_from_the_list_as_well() -> None:
    app = FirstRunApp(HOME)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        zone = app.screen.query_one("#zone", Input)
        zone.focus()
        await pilot.press(*"sydney")
        app.screen.query_one("#zones", RowList).focus()
        await pilot.press("enter")

        assert zone.value == "Australia/Sydney"
        assert zone.has_focus


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "the person needs a name"),
        ({"person": "Ada Example"}, "the organisation needs a name"),
        ({"person": "Ada", "organisation": "Trust", "zone": "Mars"}, "unknown time zone"),
        ({"person": "Ada", "organisation": "x" * 121}, "the organisation needs a name"),
    ],
)
async def test_what_no_vault_can_begin_with_is_said_on_the_screen(
    typed: dict[str, str], said: str
) -> None:
    app = FirstRunApp(HOME)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        for name, text in typed.items():
            app.screen.query_one(f"#{name}", Input).value = text
        await pilot.press("f2")
        await pilot.pause()

        assert f"! {said}" in screen_text(app)


async def test_a_side_has_to_be_chosen() -> None:
    app = FirstRunApp(HOME)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        app.screen.query_one("#person", Input).value = "Ada Example"
        app.screen.query_one("#organisation", Input).value = "Harbour Trust"
        app.screen.query_one("#side", Choice).action_clear()
        await pilot.press("f2")
        await pilot.pause()

        assert "! a side is controller or regulator" in screen_text(app)


async def test_enter_on_a_zone_that_is_not_there_stays() -> None:
    app = FirstRunApp(HOME)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        app.screen.query_one("#zone", Input).focus()
        await pilot.press(*"nowhere", "enter")

        assert isinstance(app.screen, FounderScreen)
        assert "no time zone of that name" in screen_text(app)


async def test_esc_goes_back_to_the_offers() -> None:
    app = FirstRunApp(HOME)
    async with app.run_test() as pilot:
        await pilot.press("down", "enter", "escape")
        await pilot.pause()

        assert "look at the sample" in screen_text(app)


def test_zones_are_found_by_a_part_of_their_name_cities_first() -> None:
    assert zones_like("lond")[0] == "Europe/London"
    assert zones_like("new york") == ("America/New_York",)
    assert zones_like("") == names()


def test_no_name_is_taken_that_a_card_could_not_carry() -> None:
    assert LONGEST_NAME == NAME


def test_a_side_is_one_of_two() -> None:
    assert side_of("regulator") == "regulator"
    with pytest.raises(UsageError, match="side"):
        side_of("both")


# --- the whole program


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return tmp_path / "data" / "vault"


def program(vault: Path, *words: str) -> list[str]:
    return ["-I", "-c", ENTRANCE, "--vault", str(vault), *words]


def enters(line: Line, label: str, text: str) -> None:
    """Type into the field under `label`, once the cursor has come there."""

    def is_there() -> bool:
        at = next((y for y, row in enumerate(line.screen.display) if label in row), 0)
        return any(cell.underscore for cell in line.screen.buffer[at + 1].values())

    line.read_until(is_there)
    line.type(text)
    line.shows(text)


def told(line: Line) -> None:
    """Go from the offers to the prompt for a new passphrase, as Ada of Harbour Trust."""
    line.shows("look at the sample")
    line.type("\x1b[B\r")
    line.shows("Your side:")
    line.type("\x1b[B")
    enters(line, "Your organisation", "Harbour Trust")
    line.type("\r")
    enters(line, "You, as", "Ada Example")
    line.type("\x1bOQ")


def twice(line: Line, first: str, second: str) -> None:
    asked = line.sent.count(b"again: ")  # what was asked before still stands on the screen
    line.shows("new passphrase:")
    line.type(f"{first}\r")
    line.read_until(lambda: line.sent.count(b"again: ") > asked)
    line.type(f"{second}\r")


def test_a_first_run_makes_a_vault_and_opens_it_on_the_empty_list(vault: Path) -> None:
    with line_to(program(vault)) as line:
        told(line)
        twice(line, WORDS, WORDS)
        line.shows("type its last 8 characters")
        key = re.findall(rb"AGE-SECRET-KEY-1[0-9A-Z]+", line.sent)[-1].decode()
        line.type("NONSENSE\r")
        line.shows("that is not how it ends")
        line.type(f"{key[-8:].lower()}\r")
        line.shows("no case yet")
        line.type("q")
        code = line.ended()

    assert code == 0
    assert WORDS.encode() not in line.sent
    for secret in (WORDS, key):
        with Vault.open(vault, bytearray(secret.encode())) as opened:
            settings = opened.settings
        assert (settings.person, settings.organisation) == ("Ada Example", "Harbour Trust")
        assert (settings.side, settings.zone) == ("controller", "Europe/London")


def test_a_key_that_is_not_typed_back_leaves_no_vault(vault: Path) -> None:
    with line_to(program(vault)) as line:
        told(line)
        twice(line, WORDS, WORDS)
        line.shows("type its last 8 characters")
        line.type("\x03")
        code = line.ended()

    assert code == 130
    assert b"not confirmed: nothing was made" in line.sent
    assert list(vault.parent.iterdir()) == []


def test_a_mistyped_new_passphrase_is_asked_again(vault: Path) -> None:
    with line_to(program(vault)) as line:
        told(line)
        twice(line, WORDS, "correct house")
        line.shows("the two passphrases differ")
        line.read_until(lambda: line.sent.count(b"new passphrase: ") == 2)
        twice(line, "short", "short")
        line.shows("passphrase is too short")
        line.read_until(lambda: line.sent.count(b"new passphrase: ") == 3)
        line.type("\x03")
        code = line.ended()

    assert code == 130
    assert not vault.exists()


def test_a_passphrase_file_that_will_not_do_is_refused_once(vault: Path, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("short\n", encoding="utf-8")
    with line_to(program(vault, "--passphrase-file", str(tmp_path / "words"))) as line:
        told(line)
        code = line.ended()

    assert code == 2
    assert line.sent.count(b"passphrase is too short") == 1


def test_the_sample_can_be_looked_at_without_a_vault(vault: Path) -> None:
    with line_to(program(vault)) as line:
        line.shows("look at the sample")
        line.type("\r")
        line.shows("6 cases")
        line.type("q")

        assert line.ended() == 0
    assert not vault.exists()


def test_who_only_looks_leaves_nothing_behind(vault: Path) -> None:
    with line_to(program(vault)) as line:
        line.shows("look at the sample")
        line.type("q")

        assert line.ended() == 0
    assert not vault.parent.exists()


@pytest.mark.parametrize("words", [(), ("some-case",)])
def test_without_a_terminal_the_app_is_refused_as_ever(vault: Path, words: tuple[str, ...]) -> None:
    ran = python(ENTRANCE, "--vault", str(vault), *words)

    assert (ran.code, ran.out) == (2, "")
    assert "the app needs a terminal" in ran.err


def test_a_case_is_not_looked_for_where_there_is_no_vault(vault: Path) -> None:
    with line_to(program(vault, "some-case")) as line:
        code = line.ended()

    assert code == 66
    assert b"no vault at" in line.sent


def test_a_folder_that_holds_something_else_is_no_place_for_a_vault(vault: Path) -> None:
    vault.mkdir(parents=True)
    (vault / "letter").touch()
    with line_to(program(vault)) as line:
        code = line.ended()

    assert code == 66
    assert (vault / "letter").exists()


# --- the same by command


def test_a_vault_whose_key_could_not_be_written_is_not_made(
    capsys: pytest.CaptureFixture[str], vault: Path, tmp_path: Path
) -> None:
    (tmp_path / "words").write_text(f"{WORDS}\n", encoding="utf-8")
    (tmp_path / "sheet").touch()
    ran = Terminal(capsys, "--vault", str(vault), "--passphrase-file", str(tmp_path / "words"))(
        "vault", "init", "--role", "controller", "--organisation", "Harbour Trust",
        "--person", "Ada Example", "--zone", "Europe/London", "--kdf-memory", "19",
        "--recovery-file", str(tmp_path / "sheet"),
    )  # fmt: skip

    assert ran.code == 74
    assert "not confirmed: nothing was made" in ran.err
    assert not vault.exists()


def test_an_unknown_zone_is_refused_before_the_passphrase_is_asked(
    capsys: pytest.CaptureFixture[str], vault: Path, tmp_path: Path
) -> None:
    ran = Terminal(capsys, "--vault", str(vault), "--passphrase-file", "nowhere")(
        "vault", "init", "--role", "controller", "--organisation", "Harbour Trust",
        "--person", "Ada Example", "--zone", "Mars", "--recovery-file", str(tmp_path / "sheet"),
    )  # fmt: skip

    assert (ran.code, ran.out) == (2, "")
    assert "unknown time zone" in ran.err


def test_init_asks_its_first_question_before_it_imports_the_store(vault: Path) -> None:
    words = ["-I", "-c", f"{WATCHED}{ENTRANCE}", "--vault", str(vault), "vault", "init"]
    with line_to(words) as line:
        line.shows("which side are you")
        line.settle()  # a signal just before a read that waits is seen after it: CPython's input()
        line.type("\x03")
        code = line.ended()

    assert code == 130
    assert b"imports" not in line.sent
