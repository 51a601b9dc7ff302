"""One option out of several, on one row: `< Unlikely >`."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message

from tui.actions import bindings
from tui.shown import fit, one_line
from tui.widgets.gist import Gist


class Choice(Gist):
    """Steps through the options in the form's order, past "nothing chosen" at the end.

    A digit takes that option; enter posts `Asked`, for a screen that shows the whole list.
    """

    BINDINGS = bindings("choice")

    @dataclass
    class Asked(Message):
        """The person wants to see all options."""

        choice: Choice

        @property
        def control(self) -> Choice:
            """The choice that asks."""
            return self.choice

    def __init__(self, options: tuple[str, ...], *, word: str = "", id: str | None = None) -> None:
        super().__init__(word=word, id=id)
        self.options = options
        self._index: int | None = None

    @property
    def index(self) -> int | None:
        """Which option is chosen, from 0; None for none."""
        return self._index

    @index.setter
    def index(self, index: int | None) -> None:
        self._index = index
        self.refresh()
        if self.typed is not None:
            self.typed()

    @property
    def text(self) -> str:
        """The label chosen, or nothing."""
        return "" if self._index is None else self.options[self._index]

    @text.setter
    def text(self, text: str) -> None:
        self.index = self.options.index(text) if text in self.options else None

    def render(self) -> Content:
        """Return `< label >`, cut to the row."""
        said = one_line(self.text or self._word or "not answered")
        return Content(f"< {fit(said, self.size.width - 4).rstrip()} >")

    def on_key(self, event: events.Key) -> None:
        """Take the option of a digit."""
        if event.character and event.character.isdecimal():
            number = int(event.character)
            if 1 <= number <= len(self.options):
                event.stop()
                self.index = number - 1

    def action_step(self, by: int) -> None:
        places = len(self.options) + 1
        at = len(self.options) if self._index is None else self._index
        after = (at + by) % places
        self.index = None if after == len(self.options) else after

    def action_clear(self) -> None:
        self.index = None
        self.word = ""

    def action_ask(self) -> None:
        self.post_message(self.Asked(self))
