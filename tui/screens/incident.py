"""The incident log: who did what when, in order of time; entries are added, never changed."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from store.incident import Note, notes
from tui.actions import bindings
from tui.history import clock_time
from tui.screens.dialogs import ReaderScreen
from tui.screens.note import NoteScreen
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.slip import abouts
from tui.widgets.chain import short_moment
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList


class IncidentScreen(ModalScreen[None]):
    """Lists the entries; enter reads one whole, `n` adds one, `c` corrects the one looked at."""

    SCOPE = "incident"
    BINDINGS = bindings("incident")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__()
        self._session = session
        self._case_id = case_id
        self._notes: tuple[Note, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -tall"):
            yield Static("Incident log: who did what when", classes="title")
            yield RowList(id="notes", empty="nothing is noted yet: n adds the first entry")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """List the entries; go on with one that was cut short."""
        self._load()
        self._recover()

    def _load(self, at: str | None = None) -> None:
        self._notes = notes(self._session.vault.state(self._case_id))
        lines = [note_line(note) for note in self._notes]
        ids = [note.id for note in self._notes]
        rows = self.query_one("#notes", RowList)
        cursor = ids.index(at) if at in ids else rows.cursor
        rows.fill(len(lines), lambda index, width: fit(lines[index], width), cursor=cursor)

    @on(RowList.Opened, "#notes")
    def _opened(self, event: RowList.Opened) -> None:
        self.app.push_screen(ReaderScreen("Entry", note_lines(self._notes[event.index])))

    @work
    async def action_add(self) -> None:
        await self._ask(None)

    @work
    async def action_correct(self) -> None:
        if self._notes:
            await self._ask(self._notes[self.query_one("#notes", RowList).cursor])

    @work
    async def _recover(self) -> None:
        for about in abouts(self._session, "note", self._case_id):
            corrects = next((note for note in self._notes if note.id == about), None)
            if corrects is not None or not about:
                await self._ask(corrects)
                return

    async def _ask(self, corrects: Note | None) -> None:
        note_id = await self.app.push_screen_wait(
            NoteScreen(self._session, self._case_id, corrects)
        )
        if note_id is not None:
            self._load(note_id)
            self.query_one("#said", Static).update(shown("saved"))

    def action_read(self) -> None:
        self.query_one("#notes", RowList).action_open()

    def action_close(self) -> None:
        self.dismiss(None)


def note_line(note: Note) -> str:
    """Return an entry on one row: `18 Dec 2019 16:42  Ada Example: text`."""
    when = short_moment(note.at, year=True) if note.at else "undated"
    mark = "CORRECTED " if note.corrected else ""
    mark += "CORRECTION " if note.corrects else ""
    return one_line(f"{when}  {note.who}: {mark}{note.text}")


def note_lines(note: Note) -> tuple[str, ...]:
    """Return an entry whole."""
    return (
        f"{note.at or 'undated'}, {note.who}",
        "",
        *note.text.split("\n"),
        "",
        f"entry {note.id[:8]}, signed by {note.by}, {clock_time(note.wall)} by their clock",
        *([f"it corrects entry {note.corrects[:8]}"] if note.corrects else []),
        *(["another entry corrects it"] if note.corrected else []),
    )
