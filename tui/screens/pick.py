"""Tick all that go along."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import bindings
from tui.shown import one_line, shown
from tui.widgets.keyline import KeyLine
from tui.widgets.ticks import Ticks


class PickScreen(ModalScreen[frozenset[int] | None]):
    """Answers with the indexes of the options that are ticked, or None."""

    SCOPE = "pick"
    BINDINGS = bindings("pick")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, options: tuple[str, ...], picked: frozenset[int]) -> None:
        super().__init__()
        self._title = title
        self._options = options
        self._picked = picked

    def compose(self) -> ComposeResult:
        ticks = Ticks(self._options)
        ticks.ticked = self._picked
        with Vertical(classes="box -tall"):
            yield Static(shown(one_line(self._title)), classes="title -one")
            with VerticalScroll(can_focus=False):
                yield ticks
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Start with the options."""
        self.query_one(Ticks).focus()

    def action_take(self) -> None:
        self.dismiss(self.query_one(Ticks).ticked)

    def action_close(self) -> None:
        self.dismiss(None)
