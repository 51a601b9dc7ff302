"""A new entry of the incident log."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from models.errors import CaseError
from models.moment import Moment, from_instant
from store.incident import Note, Statement, add_note
from tui.screens.editor import Pad
from tui.screens.slip import SlipScreen
from tui.session import Session
from tui.shown import one_line, shown
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.entry import Entry
from tui.widgets.form import Stack
from tui.widgets.keyline import KeyLine


class NoteScreen(SlipScreen[str]):
    """Asks what happened, when and who did it; answers with the id of the entry, or None."""

    def __init__(self, session: Session, case_id: str, corrects: Note | None) -> None:
        super().__init__(Slip(session, "note", case_id, corrects.id if corrects else ""))
        self._session = session
        self._case_id = case_id
        self._corrects = corrects

    def compose(self) -> ComposeResult:
        wrong = self._corrects
        title = f"Correct the entry: {wrong.text}" if wrong else "Add to the incident log"
        with Vertical(classes="box"):
            yield Static(shown(one_line(title)), classes="title -one")
            with Stack():
                yield Caption("What happened (tab goes on):")
                yield Pad(wrong.text if wrong else "", id="text")
                yield Caption("When (empty: now):")
                yield Entry(str(wrong.at) if wrong and wrong.at else "", id="at", word="now")
                yield Caption("Who did it (empty: you):")
                yield Entry(wrong.who if wrong else "", id="who", word="you")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Start with the text."""
        pad = self.query_one(Pad)
        pad.move_cursor(pad.document.end)
        pad.focus()

    @on(Entry.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    def action_go(self) -> None:
        session = self._session
        try:
            said = Statement(
                text=self.query_one(Pad).text,
                at=self._when(),
                who=self.query_one("#who", Entry).text,
                corrects=self._corrects.id if self._corrects else "",
            )
            with self.saving():
                made = add_note(session.vault, self._case_id, said, wall=session.wall())
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(made)

    def _when(self) -> Moment:
        text = self.query_one("#at", Entry).text.strip()
        if text:
            return Moment.parse(text)
        now = self._session.now()
        zone = self._session.vault.case(self._case_id).zone
        at = now.span().earliest
        return from_instant(at, zone) if at is not None else now
