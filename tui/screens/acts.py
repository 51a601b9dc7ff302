"""What can be done in a case with its letters, and the dialog that does each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.screen import ModalScreen

from models.case import Case
from models.record import REPORT_KINDS, Message
from models.request import requests
from models.text import kind_name
from tui.screens.close import CloseScreen
from tui.screens.decide import DecideScreen
from tui.screens.desk import AcknowledgeScreen, QuestionsScreen, TriageScreen
from tui.screens.document import DocumentScreen, ExtractScreen
from tui.screens.plain import AckedScreen, DecidedScreen
from tui.screens.reply import AgainScreen, AnswerScreen, ReceiptScreen, WithdrawScreen
from tui.session import Session


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the menu and what makes its dialog.

    `kind` and `about` name the drafts of the dialog, see tui.slip.
    """

    kind: str
    word: str
    screen: Callable[[], ModalScreen[Any]]
    about: str = ""


def deeds(session: Session, case: Case, letter: Message | None, form: str = "") -> tuple[Deed, ...]:
    """Return what can be done now, last with the letter that is looked at.

    `form` is the one that a dialog begins with, where the case is on several.
    """
    if not session.vault.writable:
        return ()
    about = _of(session, case, letter) if letter else ()
    return (*_answers(session, case), *_of_the_case(session, case, form), *about)


def _answers(session: Session, case: Case) -> Iterator[Deed]:
    for request in requests(case):
        if request.open and not request.by_us:
            word = f"Answer request {request.id[:8]} ({len(request.open)} open)"
            make = partial(AnswerScreen, session, case.id, request.id)
            yield Deed("answer", word, make, request.id)


def _of(session: Session, case: Case, letter: Message) -> Iterator[Deed]:
    if letter.enclosures:
        make = partial(ExtractScreen, session, case.id, letter.enclosures)
        yield Deed("extract", "Save an attachment of this letter", make)
    if letter.via:
        return
    if letter.direction == "out":
        again = partial(AgainScreen, session, case.id, letter.id)
        yield Deed("again", "Write the sealed file of this letter again", again, letter.id)
    elif letter.kind != "receipt":
        receipt = partial(ReceiptScreen, session, case.id, letter.id)
        word = f"Give a receipt for this {kind_name(letter.kind)}"
        yield Deed("receipt", word, receipt, letter.id)


def _of_the_case(session: Session, case: Case, form: str) -> Iterator[Deed]:
    reports = [each.direction for each in case.messages if each.kind in REPORT_KINDS]
    if "in" in reports:
        yield Deed(
            "ack", "Acknowledge with a reference", partial(AcknowledgeScreen, session, case.id)
        )
        yield Deed("ask", "Ask for information", partial(QuestionsScreen, session, case.id))
        yield Deed("decide", "Decide", partial(DecideScreen, session, case.id))
    if case.side == "controller":
        yield from _of_the_controller(session, case, form)
    if "out" in reports:
        yield Deed(
            "withdraw", "Withdraw the notification", partial(WithdrawScreen, session, case.id)
        )
    yield Deed(
        "triage",
        "Say how urgent it is and who works on it",
        partial(TriageScreen, session, case.id),
    )
    if case.state != "closed":
        yield Deed("close", "Close the case", partial(CloseScreen, session, case.id))


def _of_the_controller(session: Session, case: Case, form: str) -> Iterator[Deed]:
    acked, decided = (
        partial(each, session, case.id, form) for each in (AckedScreen, DecidedScreen)
    )
    yield Deed("acked", "Record an acknowledgement in plain words", acked)
    yield Deed("decided", "Record a decision in plain words", decided)
    if case.reports:
        for kind, word in (("sheet", "portal copy-sheet"), ("eml", "e-mail draft")):
            make = partial(DocumentScreen, session, case.id, kind, form)
            yield Deed(kind, f"Write the {word}, in clear", make)
