"""The discovery that two reports tell half of each is confirmed, once a person says so."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from models.errors import CaseError
from models.merging import Merged
from store.discovery import confirm_discovery
from tui.actions import bindings
from tui.session import Session
from tui.shown import one_line, shown
from tui.widgets.keyline import KeyLine


class DiscoveryScreen(ModalScreen[None]):
    """Asks once, then writes the moment whole; the case shows it afterwards."""

    SCOPE = "confirm"
    BINDINGS = bindings("confirm")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, session: Session, case_id: str, inferred: Merged) -> None:
        super().__init__()
        self._session = session
        self._case_id = case_id
        self._inferred = inferred

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(shown(f"Discovered {self._inferred.moment}?"), classes="title")
            yield Static(shown(self._inferred.why), classes="details")
            yield Static("y yes   n no (enter is no)", id="said")
        yield KeyLine(self.SCOPE)

    def action_yes(self) -> None:
        session = self._session
        try:
            with session.words.held():
                confirm_discovery(session.vault, self._case_id, wall=session.wall())
        except CaseError as error:
            self.query_one("#said", Static).update(shown(one_line(f"! {error.message}")))
            return
        self.dismiss(None)

    def action_no(self) -> None:
        self.dismiss(None)
