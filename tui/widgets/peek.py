"""The first row of a longer text, and the way into the rest of it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message

from tui.actions import bindings
from tui.shown import fit, one_line
from tui.widgets.gist import Gist


class Peek(Gist):
    """Shows one row of `text`; enter posts `Asked`, for a screen that opens the whole."""

    BINDINGS = bindings("prose")

    @dataclass
    class Asked(Message):
        """The person wants the whole text."""

        peek: Peek

        @property
        def control(self) -> Peek:
            """The widget that asks."""
            return self.peek

    def __init__(self, text: str = "", *, word: str = "", id: str | None = None) -> None:
        super().__init__(word=word, id=id)
        self._text = text

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        self._text = text
        self.refresh()

    def render(self) -> Content:
        """Return the first row, and how many more lines there are."""
        lines = [line for line in self._text.splitlines() if line.strip()]
        if not lines:
            return Content(fit(f"({one_line(self._word)})" if self._word else "-", self.size.width))
        more = f" (+{len(lines) - 1} lines)" if len(lines) > 1 else ""
        return Content(fit(one_line(lines[0]), self.size.width - len(more)).rstrip() + more)

    def action_ask(self) -> None:
        self.post_message(self.Asked(self))
