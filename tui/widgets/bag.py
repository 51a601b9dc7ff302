"""Which files go along, on one row, and the way to pick others."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message

from tui.actions import bindings
from tui.shown import fit, one_line
from tui.widgets.gist import Gist


class Bag(Gist):
    """`picked` holds the indexes of the options that go along; enter posts `Asked`."""

    BINDINGS = bindings("prose")

    @dataclass
    class Asked(Message):
        """The person wants to pick."""

        bag: Bag

        @property
        def control(self) -> Bag:
            """The bag."""
            return self.bag

    def __init__(self, options: tuple[str, ...], *, word: str, id: str | None = None) -> None:
        super().__init__(word=word, id=id)
        self.options = options
        self.picked: frozenset[int] = frozenset()

    def pick(self, picked: frozenset[int]) -> None:
        """Let these go along, and no others."""
        self.picked = picked
        self.refresh()
        if self.typed is not None:
            self.typed()

    def render(self) -> Content:
        """Return `2 of 3: first, second`."""
        names = ", ".join(one_line(self.options[index]) for index in sorted(self.picked))
        told = f"{len(self.picked)} of {len(self.options)}" if self.options else self.word
        return Content(fit(f"{told}: {names}" if names else told, self.size.width).rstrip())

    def action_ask(self) -> None:
        if self.options:
            self.post_message(self.Asked(self))
