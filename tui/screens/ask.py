"""One line to type."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import bindings
from tui.shown import one_line, shown
from tui.widgets.entry import Entry
from tui.widgets.keyline import KeyLine


class AskScreen(ModalScreen[str | None]):
    """Answers with what is typed, or with None."""

    SCOPE = "dialog"
    BINDINGS = bindings("dialog")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, question: str) -> None:
        super().__init__()
        self._title = title
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(shown(one_line(self._title)), classes="title")
            yield Static(shown(one_line(self._question)))
            yield Entry(id="typed")
        yield KeyLine(self.SCOPE)

    @on(Entry.Submitted)
    def _submitted(self) -> None:
        self.action_go()

    def action_go(self) -> None:
        self.dismiss(self.query_one(Entry).text)

    def action_close(self) -> None:
        self.dismiss(None)
