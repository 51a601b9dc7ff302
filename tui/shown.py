"""Untrusted text on its way to the terminal: literal, one place, nothing that steers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from models.text import STEERING, visible

ELLIPSIS = "…"

# The last guard: what `visible` spells out must not reach a terminal by any other way either.
# Joiners (U+200C, U+200D) stay, they carry meaning in Persian and Indic text.
_STEERS = re.compile(rf"[\u0009\u000a{STEERING}]")


def shown(text: str) -> Content:
    """Return `text` as literal content: no markup, controls spelled out as `⟨U+001B⟩`."""
    return Content(visible(text))


def one_line(text: str) -> str:
    """Return `text` for one row of cells: controls spelled out, line breaks and tabs as blanks."""
    return " ".join(visible(text).split())


def fit(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells, cut with an ellipsis where it is longer."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(width - 1, 0)) + ELLIPSIS if width > 0 else ""


class Sanitise(LineFilter):
    """Removes what steers a terminal from every segment of every widget, ours or stock."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Return the segments with control, direction and surrogate characters taken out."""
        return [_clean(segment) for segment in segments]


def _clean(segment: Segment) -> Segment:
    if segment.control or not _STEERS.search(segment.text):
        return segment
    return Segment(_STEERS.sub("", segment.text), segment.style)


def wrap(pieces: Sequence[str], width: int) -> tuple[str, ...]:
    """Return rows of at most `width` cells, broken between pieces; a longer piece is cut."""
    rows: list[str] = []
    for piece in pieces:
        joined = f"{rows[-1]} {piece}" if rows else ""
        if rows and cell_len(joined) <= width:
            rows[-1] = joined
        else:
            rows.append(piece if cell_len(piece) <= width else fit(piece, width))
    return tuple(rows)
