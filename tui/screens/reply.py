"""What either side answers: replies to questions, a withdrawal, a receipt, a file once more."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from exports.outbox import send_again
from exports.reply import answer, give_receipt, withdraw
from exports.sealing import Sealed
from exports.trust import contact_of, contacts
from models.record import REPORT_KINDS
from models.request import Request, requests
from models.strictjson import JSON
from models.text import counted, kind_name
from store.attachment import attachments
from tui.screens.seal import Order, SealScreen, contact_line, require
from tui.screens.send import NO_FILES, file_line, picked_files, warnings
from tui.session import Session
from tui.widgets.bag import Bag
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.peek import Peek


class AnswerScreen(SealScreen):
    """Answers a request question by question; what stays empty can follow later."""

    def __init__(self, session: Session, case_id: str, request: str) -> None:
        super().__init__(session, "answer", case_id, request)
        self._request = _request(requests(self.case), request)
        self._files = attachments(session.vault.state(case_id))
        self._contact = contact_of(session.vault, self._request.contact)

    @property
    def heading(self) -> str:
        open_ = len(self._request.open)
        return f"Answer: {open_} of {counted(len(self._request.questions), 'question')} open"

    def fields(self) -> ComposeResult:
        for asked in self._request.questions:
            due = f" (due {asked.due})" if asked.due else ""
            yield Caption(f"{asked.number}. {asked.text}{due}")
            word = "answered before; a new answer replaces it" if asked.reply else ""
            about = f"Answer to question {asked.number}{due}\n{asked.text}"
            yield Peek(id=f"reply-{asked.number}", word=word, about=about)
        yield Caption("A message with the answers, if any:")
        yield Peek(id="message", about="A message with the answers")
        yield Caption("Attachments that go along:")
        yield Bag(tuple(map(file_line, self._files)), word=NO_FILES, id="files")
        yield Caption("When it is answered (empty: now):")
        yield Entry(id="at", word="now")
        yield from self.file_fields()

    def _replies(self) -> dict[int, str]:
        texts = {
            each.number: self.typed_text(f"reply-{each.number}") for each in self._request.questions
        }
        return {number: text for number, text in texts.items() if text}

    def said(self) -> tuple[str, Mapping[str, JSON]]:
        replies: list[JSON] = [
            {"number": number, "text": text} for number, text in self._replies().items()
        ]
        return "information_response", {
            "message": self.typed_text("message"),
            "replies": replies,
        }

    def order(self) -> Order:
        replies, message = self._replies(), self.typed_text("message")
        files, at = picked_files(self, self._files), self.typed_moment("at")
        require(f"{replies or ''}{message}{files or ''}", "nothing is answered yet")

        def seal() -> Sealed:
            return answer(
                self.session.vault,
                self.case_id,
                replies,
                request=self._request.id,
                message=message or None,
                files=files,
                at=at,
                wall=self.session.wall(),
            )

        left = len(self._request.open) - sum(each.number in replies for each in self._request.open)
        said = [f"{left} left for later."] if left else []
        said += warnings(self._contact, files)
        return Order(f"Seal {counted(len(replies), 'answer')}?", " ".join(said), seal)


class WithdrawScreen(SealScreen):
    """Takes the notification of a case back, with the reason."""

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(session, "withdraw", case_id)
        sent = {
            each.contact
            for each in self.case.messages
            if each.direction == "out" and each.kind in REPORT_KINDS
        }
        self._contacts = tuple(each for each in contacts(session.vault) if each.id in sent)

    @property
    def heading(self) -> str:
        return f"Withdraw the notification: {self.case.title}"

    def fields(self) -> ComposeResult:
        yield Caption("Why it is taken back:")
        yield Peek(id="reason", about="Why the notification is taken back", word="enter opens it")
        yield Caption("To:")
        choice = Choice(tuple(map(contact_line, self._contacts)), word="choose", id="contact")
        choice.index = 0 if len(self._contacts) == 1 else None
        yield choice
        yield Caption("When it is withdrawn (empty: now):")
        yield Entry(id="at", word="now")
        yield from self.file_fields()

    def said(self) -> tuple[str, Mapping[str, JSON]]:
        return "withdrawal", {"reason": self.typed_text("reason")}

    def order(self) -> Order:
        reason = require(self.typed_text("reason"), "say why it is taken back")
        require(self.typed_text("contact"), "choose to whom")
        at = self.typed_moment("at")
        contact = self._contacts[self.query_one("#contact", Choice).index or 0]

        def seal() -> Sealed:
            vault, wall = self.session.vault, self.session.wall()
            return withdraw(vault, self.case_id, reason, to=contact.id, at=at, wall=wall)

        said = " ".join(("The case stays here.", *warnings(contact, ())))
        return Order(f"Withdraw it from {contact.card.name}?", said, seal)


class ReceiptScreen(SealScreen):
    """Seals to its sender that a letter arrived, and when, by our record."""

    def __init__(self, session: Session, case_id: str, letter: str) -> None:
        super().__init__(session, "receipt", case_id, letter)
        self._letter = next(each for each in self.case.messages if each.id == letter)

    @property
    def heading(self) -> str:
        return f"Receipt for the {kind_name(self._letter.kind)}"

    def fields(self) -> ComposeResult:
        yield from self.file_fields()

    def said(self) -> tuple[str, Mapping[str, JSON]]:
        at = {name: self.case.when(name, self._letter.id) for name in ("received", "filed")}
        return "receipt", {f"{name}_at": str(each) for name, each in at.items() if each}

    def order(self) -> Order:
        def seal() -> Sealed:
            vault, wall = self.session.vault, self.session.wall()
            return give_receipt(vault, self.case_id, self._letter.id, wall=wall)

        contact = contact_of(self.session.vault, self._letter.contact)
        return Order("Seal a receipt?", " ".join(warnings(contact, ())), seal)


class AgainScreen(SealScreen):
    """Writes the sealed file of a letter of ours once more: the same letter, sealed anew."""

    def __init__(self, session: Session, case_id: str, letter: str) -> None:
        super().__init__(session, "again", case_id, letter)
        self._letter = letter

    @property
    def heading(self) -> str:
        return "Write a sealed file once more"

    def fields(self) -> ComposeResult:
        yield from self.file_fields()

    def preview_lines(self) -> tuple[str, ...]:
        return ("the letter as it was sealed: nothing in it changes",)

    def order(self) -> Order:
        def seal() -> Sealed:
            return send_again(self.session.vault, self.case_id, self._letter)

        return Order("Write its sealed file once more?", "Nothing in it changes.", seal)


def _request(found: tuple[Request, ...], ident: str) -> Request:
    return next(each for each in found if each.id == ident)
