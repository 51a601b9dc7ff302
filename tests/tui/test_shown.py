from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.widgets import Input, Static, TextArea

from tests.tui.pilot import Stage
from tui.shown import Sanitise, fit, one_line, shown, wrap

PAYLOADS = (
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]0;title\x07",
    "\x1b[?1049l",
    "\x9b2J",
    "\u202eevil",
    "\ud800",
    "\u2028",
)


def test_markup_in_a_text_is_shown_as_it_stands() -> None:
    assert shown("[@click=app.quit]x[/] [red]").plain == "[@click=app.quit]x[/] [red]"


def test_a_control_character_is_spelled_out() -> None:
    assert shown("a\x1b[2J").plain == "a⟨U+001B⟩[2J"


def test_a_text_of_several_lines_becomes_one_row() -> None:
    assert one_line("first\n\n second\tthird ") == "first second third"


@given(st.text(), st.integers(min_value=0, max_value=200))
def test_a_text_takes_exactly_the_cells_it_is_given(text: str, width: int) -> None:
    assert cell_len(fit(one_line(text), width)) == width


def test_a_text_that_is_cut_says_so() -> None:
    assert fit("delay chain", 6) == "delay…"


def test_rows_break_between_pieces() -> None:
    assert wrap(("one", "two", "three"), 8) == ("one two", "three")


def test_a_piece_longer_than_a_row_is_cut() -> None:
    assert wrap(("abcdefgh", "i"), 4) == ("abc…", "i")


@given(st.text())
def test_no_segment_that_passes_the_filter_holds_a_control_character(text: str) -> None:
    (clean,) = Sanitise().apply([Segment(text)], Color(0, 0, 0))

    assert not [char for char in clean.text if ord(char) < 32 or 127 <= ord(char) < 160]


def test_a_control_segment_of_textual_itself_passes() -> None:
    segment = Segment("\x1b[H", None, [(1,)])  # type: ignore[list-item] # any control marks it

    assert Sanitise().apply([segment], Color(0, 0, 0)) == [segment]


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_a_payload_steers_the_terminal_through_no_widget(payload: str) -> None:
    text = f"before{payload}after"
    app = Stage()

    async with app.run_test(size=(80, 24)):
        await app.mount(Static(text, markup=False), Input(text), TextArea(text))
        strips = app.screen._compositor.render_strips()  # noqa: SLF001 - the cells as they are sent
        sent = "".join(segment.text for strip in strips for segment in strip)

    assert not [char for char in payload if not char.isprintable() and char in sent]
