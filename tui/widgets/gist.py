"""One row that stands for more: what a choice and a longer text have in common."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget


class Gist(Widget, can_focus=True):
    """One row; `word` stands there while there is nothing to show.

    `typed` is called at once with every change, as `Entry.typed`.
    """

    DEFAULT_CSS = """
    Gist { height: 1; background: $background; }
    Gist:focus { text-style: reverse; }
    """

    def __init__(self, *, word: str, id: str | None) -> None:
        super().__init__(id=id)
        self._word = word
        self.typed: Callable[[], object] | None = None

    @property
    def word(self) -> str:
        """What stands there while there is nothing to show."""
        return self._word

    @word.setter
    def word(self, word: str) -> None:
        self._word = word
        self.refresh()
