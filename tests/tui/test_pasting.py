from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from tui.pasting import PasteParser
from tui.widgets.entry import LONGEST_PASTE

HOSTILE = "a\x1b]52;c;aGk=\x07\x1b[2J\x1b[201\x1b[200~b\x1b"
TYPED = f"x\x1b[A\x1b[200~{HOSTILE}\x1b[201~y\x1b[18~\x1b[200~\x1b[201~é"
MEANT = ["x", "up", f"paste {HOSTILE}", "y", "f7", "paste ", "é"]


def said(event: object) -> str:
    match event:
        case events.Paste():
            return f"paste {event.text}"
        case events.Key():
            return event.character if event.is_printable and event.character else event.key
        case _:
            return repr(event)


def heard(parser: XTermParser, *parts: str) -> list[str]:
    return [said(event) for part in parts for event in parser.feed(part)]


def test_a_paste_comes_whole_whatever_stands_in_it() -> None:
    assert heard(PasteParser(), TYPED) == MEANT


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_a_paste_comes_whole_however_the_line_cuts_it(size: int) -> None:
    parts = [TYPED[at : at + size] for at in range(0, len(TYPED), size)]

    assert heard(PasteParser(), *parts) == MEANT


def test_every_place_where_the_line_cuts_is_the_same() -> None:
    for at in range(1, len(TYPED)):
        assert heard(PasteParser(), TYPED[:at], TYPED[at:]) == MEANT


def test_what_is_no_paste_is_what_textual_makes_of_it() -> None:
    keys = "abc\x1b[A\x1b[18~\x1bOP\x1b[1;5C\t\r\x7f\x1b[201~z\x1bx\x1b\x1b[B"

    assert heard(PasteParser(), keys, "") == heard(XTermParser(), keys, "")


def test_of_a_paste_too_long_no_more_is_kept_than_tells_so() -> None:
    parser = PasteParser()
    parts = ["\x1b[200~", *["x" * 4096] * 1000, "\x1b[201~", "y"]

    (paste, key) = [event for part in parts for event in parser.feed(part)]

    assert isinstance(paste, events.Paste)
    assert LONGEST_PASTE < len(paste.text) <= LONGEST_PASTE + 2 * 4096
    assert said(key) == "y"
