"""A follow-up report is started: prefilled from the last one, to be confirmed first."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from models.errors import CaseError
from store.casework import start_followup
from tui.actions import bindings
from tui.session import Session
from tui.shown import one_line, shown
from tui.widgets.keyline import KeyLine

_WORDS = (
    "The next report starts with the answers of the last one and the regulator's reference. "
    "Change what is known better now, then send it."
)


class FollowUpScreen(ModalScreen[None]):
    """Asks once, then starts the report; the case shows it afterwards."""

    SCOPE = "confirm"
    BINDINGS = bindings("confirm")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, session: Session, case_id: str, form: str = "") -> None:
        super().__init__()
        self._session = session
        self._case_id = case_id
        self._form = form

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static("Start a follow-up report?", classes="title")
            yield Static(_WORDS, classes="details")
            yield Static("y yes   n no (enter is no)", id="said")
        yield KeyLine(self.SCOPE)

    def action_yes(self) -> None:
        session = self._session
        try:
            with session.words.held():
                start_followup(session.vault, self._case_id, wall=session.wall(), form=self._form)
        except CaseError as error:
            self.query_one("#said", Static).update(shown(one_line(f"! {error.message}")))
            return
        self.dismiss(None)

    def action_no(self) -> None:
        self.dismiss(None)
