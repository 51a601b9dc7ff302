"""The regulator's desk: a reference for a report, questions about it, who works on it."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult

from exports.desk import acknowledge, ask, check_reference, received_reports
from exports.sealing import Sealed
from exports.trust import contact_of
from models.errors import CaseError, UsageError
from models.form import load_pack, pack_ids
from models.priority import PRIORITIES
from models.strictjson import JSON
from models.text import counted
from store.triage import assign, set_priority
from tui.due import dues
from tui.screens.fields import FieldsScreen
from tui.screens.seal import Order, SealScreen, require
from tui.screens.send import warnings
from tui.session import Session
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.peek import Peek
from tui.widgets.points import Points


class DeskScreen(SealScreen):
    """A letter to whoever reported a case."""

    def __init__(self, session: Session, kind: str, case_id: str) -> None:
        super().__init__(session, kind, case_id)
        _, self.reports = received_reports(session.vault, case_id)
        self._contact = contact_of(session.vault, self.reports[-1].contact)

    def order_to(self, deed: str, said: str = "") -> tuple[str, str]:
        """Return the question and what goes with it."""
        name = self._contact.card.name if self._contact else "a contact that is gone"
        return f"{deed} {name}?", " ".join((said, *warnings(self._contact, ()))).strip()


class AcknowledgeScreen(DeskScreen):
    """Gives a case its reference; the authority's pattern is checked while it is typed."""

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(session, "ack", case_id)

    @property
    def heading(self) -> str:
        return f"Acknowledge: {self.case.title}"

    def fields(self) -> ComposeResult:
        form = self.case.form
        example = load_pack(form).authority.reference_example if form in pack_ids() else ""
        yield Caption("Case reference:")
        yield Entry(self.case.reference or "", id="reference", word=f"such as {example}")
        yield Caption("A message with it, if any:")
        yield Peek(id="message", about="A message with the acknowledgement")
        yield Caption("When it is acknowledged (empty: now):")
        yield Entry(id="at", word="now")
        yield from self.file_fields()

    @on(Entry.Changed, "#reference")
    def _reference_typed(self) -> None:
        reference = self.typed_text("reference")
        try:
            check_reference(self.case, reference)
        except CaseError as error:
            self.tell(f"not yet: {error.message} ({error.hint})" if reference else "")
            return
        self.tell("the reference is as it is written")

    def said(self) -> tuple[str, Mapping[str, JSON]]:
        first = self.reports[0].id
        times = {
            "reported_at": self.case.when("sent", first) or self.case.when("received", first),
            "received_at": self.case.when("received", first),
            "filed_at": self.case.when("filed", first),
        }
        stated = {name: str(each) for name, each in times.items() if each}
        return "acknowledgement", {
            "reference": self.typed_text("reference"),
            **stated,
            "message": self.typed_text("message"),
        }

    def order(self) -> Order:
        reference, message = self.typed_text("reference"), self.typed_text("message")
        at = self.typed_moment("at")
        check_reference(self.case, reference)

        def seal() -> Sealed:
            return acknowledge(
                self.session.vault,
                self.case_id,
                reference,
                at=at,
                wall=self.session.wall(),
                message=message or None,
            )

        return Order(*self.order_to(f"Seal the acknowledgement with {reference} to"), seal)


class QuestionsScreen(DeskScreen):
    """Asks for information: questions in order, each with when its answer is wanted."""

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(session, "ask", case_id)

    @property
    def heading(self) -> str:
        return f"Ask about: {self.case.title}"

    def fields(self) -> ComposeResult:
        yield Caption("Questions (n add, x remove, J K move):")
        yield Points(word="no question yet", title="Question", id="questions")
        yield Caption("Due (for all; N=... for question N alone):")
        yield Entry(id="due", word="2020-01-17[Europe/London] 2=2020-01-31[Europe/London]")
        yield Caption("A message with them, if any:")
        yield Peek(id="message", about="A message with the questions")
        yield Caption("When it is asked (empty: now):")
        yield Entry(id="at", word="now")
        yield from self.file_fields()

    def _dues(self) -> list[JSON]:
        texts = self.query_one(Points).said
        each_due = dues(self.typed_text("due").split(), len(texts))
        return [
            {"number": number, "text": text, "due": str(due) if due else None}
            for number, (text, due) in enumerate(zip(texts, each_due, strict=True), 1)
        ]

    def said(self) -> tuple[str, Mapping[str, JSON]]:
        return "information_request", {
            "questions": self._dues(),
            "message": self.typed_text("message"),
        }

    def order(self) -> Order:
        texts = self.query_one(Points).said
        asked = tuple(zip(texts, dues(self.typed_text("due").split(), len(texts)), strict=True))
        message, at = self.typed_text("message"), self.typed_moment("at")
        if not asked:
            raise UsageError("nothing is asked yet")
        undated = sum(due is None for _, due in asked)

        def seal() -> Sealed:
            return ask(
                self.session.vault,
                self.case_id,
                asked,
                message=message or None,
                at=at,
                wall=self.session.wall(),
            )

        said = f"{undated} without a date." if undated else ""
        return Order(*self.order_to(f"Seal {counted(len(asked), 'question')} to", said), seal)


class TriageScreen(FieldsScreen[bool]):
    """Says how urgent a case is and who works on it; answers True then."""

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(Slip(session, "triage", case_id))
        self._session = session
        self._case_id = case_id
        self._case = session.vault.case(case_id)

    @property
    def heading(self) -> str:
        return f"Triage: {self._case.title}"

    def fields(self) -> ComposeResult:
        yield Caption("How urgent it is:")
        choice = Choice(PRIORITIES, word="choose", id="priority")
        choice.text = self._case.priority
        yield choice
        yield Caption("Why (it stands in the history):")
        yield Entry(id="why")
        yield Caption("Who works on it (empty: nobody):")
        yield Entry(self._case.assignee, id="person", word="nobody")

    def action_go(self) -> None:
        session, priority = self._session, self.typed_text("priority")
        person, why = self.typed_text("person"), self.typed_text("why")
        try:
            require(priority, "choose how urgent it is")
            with self.saving():
                if priority != self._case.priority or why:
                    wall = session.wall()
                    set_priority(session.vault, self._case_id, priority, why, wall=wall)
                if person != self._case.assignee:
                    assign(session.vault, self._case_id, person, wall=session.wall())
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(result=True)
