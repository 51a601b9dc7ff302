"""The timeline of a case: where the time went, drawn to scale, its longest gap named."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from models.course import longest_text
from store.incident import notes
from tui.actions import bindings
from tui.scale import Scale, scale
from tui.screens.dialogs import ReaderScreen
from tui.session import Session
from tui.shown import one_line, shown
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_LEGEND = "o stop  ! limit  * log  # gap, - = uncertain"


class TimelineScreen(ModalScreen[None]):
    """Shows every stop, gap and note on one scale; enter reads the row under the cursor whole."""

    SCOPE = "timeline"
    BINDINGS = bindings("timeline")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, session: Session, case_id: str, form: str = "") -> None:
        super().__init__()
        vault = session.vault
        case = vault.case(case_id, form)
        self._scale: Scale = scale(case, notes(vault.state(case_id)), session.now())
        self._longest = longest_text(case) or "no gap is known yet"

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -tall"):
            yield Static(shown(one_line(f"Timeline, {self._longest}")), classes="title")
            yield RowList(id="marks")
            yield Static(_LEGEND)
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Draw the rows, each as wide as the list is then, but for a scroll bar."""
        marks, line = self._scale.marks, self._scale.line
        self.query_one("#marks", RowList).fill(len(marks), lambda at, width: line(at, width - 1))

    @on(RowList.Opened, "#marks")
    def _opened(self, event: RowList.Opened) -> None:
        mark = self._scale.marks[event.index]
        told = [str(at) for at in (mark.at, mark.until) if at is not None]
        lines = (mark.label, "", *(told or ["the time is not known"]))
        self.app.push_screen(ReaderScreen("A gap" if mark.is_gap else "A stop", lines))

    def action_read(self) -> None:
        self.query_one("#marks", RowList).action_open()

    def action_close(self) -> None:
        self.dismiss(None)
