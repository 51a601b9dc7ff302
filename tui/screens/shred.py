"""The end of a case: when it is reviewed, the order to destroy it, and taking that back."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from models.errors import CaseError, UsageError
from store.destruction import cancel_shred, order_shred
from store.retention import set_review
from tui.endings import LOST, REMAINS
from tui.screens.fields import FieldsScreen
from tui.session import Session
from tui.shown import shown
from tui.slip import Slip
from tui.today import typed_date
from tui.widgets.caption import Caption
from tui.widgets.entry import Entry

_MEANS = (
    f"In 7 days {LOST}, unless a hold or a cancelling comes; that cannot be taken back. {REMAINS}."
)


class _EndScreen(FieldsScreen[bool]):
    """A dialog about the end of one case; answers True once it is saved."""

    KIND = ""
    VERB = ""

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(Slip(session, self.KIND, case_id))
        self._session = session
        self._case_id = case_id
        self._case = session.vault.case(case_id)

    @property
    def heading(self) -> str:
        return f"{self.VERB}: {self._case.title}"

    def save(self, reason: str) -> None:
        """Do what the dialog is for; raise CaseError."""
        raise NotImplementedError

    def action_go(self) -> None:
        try:
            with self.saving():
                self.save(self.typed_text("reason"))
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(result=True)


class ShredScreen(_EndScreen):
    """Orders that a case be destroyed, once its short id is typed."""

    KIND = "shred"
    VERB = "Destroy"

    def above(self) -> ComposeResult:
        yield Static(shown(_MEANS), classes="details")

    def fields(self) -> ComposeResult:
        yield Caption("Why (it stays on record):")
        yield Entry(id="reason")
        yield Caption(f"Type {self._case_id[:8]} to order it:")
        yield Entry(id="typed")

    def save(self, reason: str) -> None:
        if self.typed_text("typed").lower() != self._case_id[:8]:
            raise UsageError("not ordered: that is not its id", hint=f"type {self._case_id[:8]}")
        session = self._session
        order_shred(session.vault, self._case_id, reason, wall=session.wall())


class KeepScreen(_EndScreen):
    """Takes the order to destroy a case back."""

    KIND = "keep"
    VERB = "Do not destroy"

    def fields(self) -> ComposeResult:
        yield Caption("Why the order is taken back (may be empty):")
        yield Entry(id="reason")

    def save(self, reason: str) -> None:
        session = self._session
        cancel_shred(session.vault, self._case_id, reason, wall=session.wall())


class ReviewScreen(_EndScreen):
    """Says when a case is reviewed: a date alone destroys nothing."""

    KIND = "review"
    VERB = "Review"

    def fields(self) -> ComposeResult:
        yield Caption("When it is decided whether it is still needed (2031-01-01):")
        yield Entry(id="on")
        yield Caption("Why then:")
        yield Entry(id="reason")

    def save(self, reason: str) -> None:
        session, on = self._session, typed_date(self.typed_text("on"))
        set_review(session.vault, self._case_id, on, reason, wall=session.wall())
