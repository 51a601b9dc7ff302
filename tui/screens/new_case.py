"""A new case needs one thing: a title."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from models.errors import CaseError
from store.casework import new_case
from tui.screens.slip import SlipScreen
from tui.session import Session
from tui.shown import shown
from tui.slip import Slip
from tui.widgets.entry import Entry
from tui.widgets.keyline import KeyLine


class NewCaseScreen(SlipScreen[str]):
    """Asks for the title and starts the case; answers with its id, or None."""

    def __init__(self, session: Session) -> None:
        super().__init__(Slip(session, "new"))
        self._session = session

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(shown("New case"), classes="title")
            yield Static(shown("Title, without personal data of the people concerned:"))
            yield Entry(id="case-title")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    @on(Entry.Submitted, "#case-title")
    def _submitted(self) -> None:
        self.action_go()

    def action_go(self) -> None:
        title = self.query_one(Entry).text.strip()
        if not title:
            self.tell("! give the case a title")
            return
        try:
            with self.saving():
                case_id = new_case(self._session.vault, title, wall=self._session.wall())
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(case_id)
