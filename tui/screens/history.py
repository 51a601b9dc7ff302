"""The history of a case: every change that was signed, and taking one back."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from models.errors import CaseError
from store.undo import undo
from tui.actions import bindings
from tui.history import Told, field_name, told_changes
from tui.screens.dialogs import ConfirmScreen, ReaderScreen
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList


class HistoryScreen(ModalScreen[None]):
    """Lists the changes, the last one first; enter shows one whole, `u` takes it back."""

    SCOPE = "history"
    BINDINGS = bindings("history")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__()
        self._session = session
        self._case_id = case_id
        self._told: tuple[Told, ...] = ()
        self._seen = -1

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -tall"):
            yield Static("History: the last change first", classes="title")
            yield RowList(id="changes")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """List the changes."""
        self._load()

    def _load(self) -> None:
        self._told = told_changes(self._session.vault.state(self._case_id))
        lines = [one_line(each.line) for each in self._told]
        rows = self.query_one("#changes", RowList)
        rows.fill(len(lines), lambda index, width: fit(lines[index], width))

    @property
    def _at(self) -> Told:
        return self._told[self.query_one("#changes", RowList).cursor]

    @on(RowList.Moved, "#changes")
    def _looked_at(self, event: RowList.Moved) -> None:
        if event.index == self._seen:
            return  # only come back to: what was said about it stays
        self._seen = event.index
        self._say(f"it stays: {self._at.stays}" if self._at.stays else "u takes it back")

    @on(RowList.Opened, "#changes")
    def _opened(self) -> None:
        self.app.push_screen(ReaderScreen("Change", self._at.lines))

    @work
    async def action_undo(self) -> None:
        at = self._at
        if at.stays:
            self._say(f"! change {at.change.id[:8]} stays: {at.stays}")
            return
        details = f"{one_line(at.line)}. History keeps both; the undo can be taken back too."
        if not await self.app.push_screen_wait(ConfirmScreen("Take this change back?", details)):
            return
        session = self._session
        try:
            with session.words.held():
                done = undo(session.vault, self._case_id, at.change.id, wall=session.wall())
        except CaseError as error:
            self._say(f"! {error.message}")
            return
        self._load()
        self._seen = 0
        state = session.vault.state(self._case_id)
        contested = ", ".join(field_name(state, field) for field in sorted(done.conflicts))
        said = f"; written on since, now in conflict: {contested}" if contested else ""
        self._say(f"change {at.change.id[:8]} taken back{said}")

    def action_read(self) -> None:
        self.query_one("#changes", RowList).action_open()

    def action_close(self) -> None:
        self.dismiss(None)

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(shown(one_line(text)))
