"""A case is closed: it stays readable, and new information reopens it."""

from __future__ import annotations

from textual.app import ComposeResult

from models.errors import CaseError
from models.moment import from_instant
from store.casework import close_case
from tui.screens.fields import FieldsScreen
from tui.session import Session
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.entry import Entry


class CloseScreen(FieldsScreen[bool]):
    """Closes a case; answers True then."""

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(Slip(session, "close", case_id))
        self._session = session
        self._case_id = case_id
        self._case = session.vault.case(case_id)

    @property
    def heading(self) -> str:
        return f"Close: {self._case.title}"

    def fields(self) -> ComposeResult:
        yield Caption("When it is closed (empty: now):")
        yield Entry(id="at", word="now")
        if self._case.side == "controller" and self._case.reported is None:
            yield Caption("Why nothing was reported (for the register, Art. 33(5)):")
            yield Entry(self._case.unreported, id="unreported")

    def action_go(self) -> None:
        session = self._session
        now = from_instant(session.now().span().earliest or 0, self._case.zone)
        try:
            at = self.typed_moment("at") or now
            why = "".join(each.text for each in self.query("#unreported").results(Entry))
            with self.saving():
                close_case(session.vault, self._case_id, at, wall=session.wall(), unreported=why)
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(result=True)
