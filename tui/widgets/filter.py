"""A row to type into that narrows a list down while it is typed."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.actions import bindings
from tui.widgets.entry import Entry


class Filter(Entry):
    """Hidden until it is opened; esc takes it away, enter goes to what it left of the list."""

    DEFAULT_CSS = "Filter { display: none; }"
    BINDINGS = bindings("filter")

    @dataclass
    class Kept(Message):
        """The person wants to go on to the list."""

    @dataclass
    class Closed(Message):
        """The person wants the whole list back."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(word="type words of the title, reference, parties or text", id=id)

    def open(self) -> None:
        """Show it and put the cursor into it."""
        # at once: a key right behind is not to reach the list any more, where q leaves the app
        self.display = True
        self.screen.set_focus(self)

    def close(self) -> None:
        """Take it away, and what was typed with it."""
        self.text = ""
        self.display = False

    def action_keep(self) -> None:
        self.post_message(self.Kept())

    def action_close(self) -> None:
        self.post_message(self.Closed())
