"""An ordered list of texts that a person writes: reasons, recommendations, questions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from textual.actions import SkipAction
from textual.message import Message

from tui.actions import bindings
from tui.shown import fit, one_line
from tui.widgets.rows import RowList


class Points(RowList):
    """One row a text, numbered; posts `Asked` for one to be written, `at` the end for a new one.

    `text` is all of them as a JSON list, or empty; `typed` is called at once with every change, as
    `Entry.typed`. Up and down at the ends leave to the field above and below.
    """

    DEFAULT_CSS = "Points { height: 3; }"
    BINDINGS = bindings("points")

    @dataclass
    class Asked(Message):
        """The person wants to write a text."""

        points: Points
        at: int

        @property
        def control(self) -> Points:
            """The list."""
            return self.points

    def __init__(self, *, word: str, title: str, id: str | None = None) -> None:
        super().__init__(id=id, empty=f"{word}: n adds the first")
        self.title = title
        self.texts: tuple[str, ...] = ()
        self.typed: Callable[[], object] | None = None

    @property
    def text(self) -> str:
        """The texts that say something, as a JSON list; empty when there is none."""
        said = self.said
        return json.dumps(said, ensure_ascii=False) if said else ""

    @property
    def said(self) -> tuple[str, ...]:
        """The texts that say something, in their order."""
        return tuple(text for text in self.texts if text.strip())

    def put(self, text: str) -> None:
        """Put other texts in place of all there are."""
        self._show(tuple(json.loads(text)) if text else (), self.cursor)

    def write(self, at: int, text: str) -> None:
        """Put a text in place of the one at `at`, or after the last."""
        self._show((*self.texts[:at], text, *self.texts[at + 1 :]), at)

    def tidy(self) -> None:
        """Take out the texts that say nothing."""
        if self.said != self.texts:
            self._show(self.said, self.cursor)

    def action_add(self) -> None:
        self.post_message(self.Asked(self, len(self.texts)))

    def action_open(self) -> None:
        self.post_message(self.Asked(self, self.cursor))

    def action_remove(self) -> None:
        at = self.cursor
        self._show((*self.texts[:at], *self.texts[at + 1 :]), at)

    def action_move(self, by: int) -> None:
        at, to = self.cursor, self.cursor + by
        if 0 <= to < len(self.texts):
            moved = list(self.texts)
            moved[at], moved[to] = moved[to], moved[at]
            self._show(tuple(moved), to)

    def action_up(self) -> None:
        if self.cursor == 0:
            raise SkipAction
        super().action_up()

    def action_down(self) -> None:
        if self.cursor >= self.count - 1:
            raise SkipAction
        super().action_down()

    def _show(self, texts: tuple[str, ...], cursor: int) -> None:
        self.texts = texts
        lines = [one_line(f"{number}. {text}") for number, text in enumerate(texts, 1)]
        self.fill(len(lines), lambda index, width: fit(lines[index], width), cursor=cursor)
        if self.typed is not None:
            self.typed()
