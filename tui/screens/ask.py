"""One line to type."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from models.errors import CaseError
from tui.screens.slip import SlipScreen
from tui.shown import one_line, shown
from tui.slip import Slip
from tui.widgets.entry import Entry
from tui.widgets.keyline import KeyLine


class AskScreen(SlipScreen[bool]):
    """Hands what is typed to `take`, which saves it; answers True then. What it refuses stays."""

    def __init__(
        self, slip: Slip, title: str, question: str, take: Callable[[str], object]
    ) -> None:
        super().__init__(slip)
        self._title = title
        self._question = question
        self._take = take

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(shown(one_line(self._title)), classes="title")
            yield Static(shown(one_line(self._question)))
            yield Entry(id="typed")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    @on(Entry.Submitted)
    def _submitted(self) -> None:
        self.action_go()

    def action_go(self) -> None:
        try:
            with self.saving():
                self._take(self.query_one(Entry).text)
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(result=True)
