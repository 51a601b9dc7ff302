"""A new group of information, for an assessment."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from models.errors import CaseError
from store.assessing import add_group
from tui.screens.fields import FieldsScreen
from tui.session import Session
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.entry import Entry


class GroupScreen(FieldsScreen[str]):
    """Asks what information it is; answers with the id of the group."""

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(Slip(session, "group", case_id))
        self._session = session
        self._case_id = case_id

    @property
    def heading(self) -> str:
        return "Add a group of information"

    def fields(self) -> ComposeResult:
        yield Caption("Type of information, such as names and addresses:")
        yield Entry(id="kind")

    @on(Entry.Submitted)
    def _named(self, event: Entry.Submitted) -> None:
        event.prevent_default()  # there is no next field
        self.action_go()

    def action_go(self) -> None:
        session = self._session
        try:
            with self.saving():
                kind = self.typed_text("kind")
                made = add_group(session.vault, self._case_id, kind, wall=session.wall())
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(made)
