"""An e-mail draft: the form's own subject, the regulator's mailbox, and what a person encloses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Final

from exports.heading import Heading, is_message_id, one_line
from models.answer import Contact
from models.case import Case
from models.form import load_pack
from models.record import CaseReport

_ADDRESS: Final = re.compile(
    r"[\w.+=-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}", re.ASCII
)
_IDS: Final = ("In-Reply-To", "References")
_REPLY: Final = re.compile(r"re\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to go with an e-mail; `sealed` is whether only its recipients can open it."""

    name: str
    data: bytes
    sealed: bool


class _Policy(EmailPolicy):
    """SMTP's, where it folds what must arrive unchanged in a way that changes it.

    A long message id it encodes, and then it is another; in a subject it loses and adds blanks.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name in _IDS:
            told = value
        elif name == "Subject":
            charset = "us-ascii" if value.isascii() else "utf-8"
            told = Header(value, charset, header_name=name).encode(" ", linesep=self.linesep)
        else:
            return super().fold_binary(name, value)
        return f"{name}: {told}{self.linesep}".encode("ascii")


# 7bit: on its way through old relays nothing is encoded anew
_POLICY: Final = _Policy(linesep="\r\n", cte_type="7bit")


def draft(case: Case, filed: CaseReport, enclosures: Sequence[Enclosure]) -> bytes:
    """Return the draft (RFC 5322, CRLF) of the e-mail that brings a report to its authority.

    It has no date, which the program that sends it sets, a sender only where the report names the
    reporter's e-mail address, and a recipient only where the form knows one. Source of the
    subjects: the form's closing text.
    """
    message = EmailMessage(policy=_POLICY)
    sender = _sender(filed)
    if sender:
        message["From"] = sender
    mailbox = load_pack(filed.report.form).authority.mailbox
    if mailbox:
        message["To"] = mailbox
    # the library reads `=?...?=` in a value as encoded text, line ends and all, and writes it out
    message["Subject"] = subject(case, filed).replace("=?", "= ?")
    answered = replied_to(case) if filed.report.kind == "follow_up" else Heading()
    if is_message_id(answered.message_id):
        for name in _IDS:
            message[name] = answered.message_id
    message["X-Unsent"] = "1"  # mail programs that know it open the file as a draft
    message.set_content("\n".join(_body(case, filed, enclosures)) + "\n")
    for each in enclosures:
        main, sub = ("application", "octet-stream") if each.sealed else ("text", "plain")
        said = {} if each.sealed else {"charset": "utf-8"}
        message.add_attachment(
            each.data, maintype=main, subtype=sub, filename=each.name, params=said
        )
    return message.as_bytes()


def subject(case: Case, filed: CaseReport) -> str:
    """Return the subject: the form's own, or the acknowledgement's unchanged behind `Re:`.

    Without a recorded acknowledgement a follow-up's is made of the form's and the reference.
    """
    first = load_pack(filed.report.form).authority.subject_initial
    if filed.report.kind == "initial":
        return first
    theirs = replied_to(case).subject
    if not theirs:
        theirs = f"{first} - {one_line(case.reference)}" if case.reference else first
    return theirs if _REPLY.match(theirs) else f"Re: {theirs}"


def replied_to(case: Case) -> Heading:
    """Return the heading of the last acknowledgement whose subject is recorded, else none."""
    letters = [
        one for one in case.messages if one.kind == "acknowledgement" and one.direction == "in"
    ]
    said = next((one for one in reversed(letters) if one_line(one.text("subject"))), None)
    return Heading(one_line(said.text("subject")), said.text("message_id")) if said else Heading()


def _sender(filed: CaseReport) -> str:
    reporter = filed.report.fact("reporter").value
    address = reporter.email if isinstance(reporter, Contact) else None
    return address if address and _ADDRESS.fullmatch(address) else ""


def _body(case: Case, filed: CaseReport, enclosures: Sequence[Enclosure]) -> Iterator[str]:
    the = "the " if filed.report.kind == "initial" else ""
    yield f"This is {the}{filed.name} of a personal data breach."
    if case.reference and filed.report.kind == "follow_up":
        yield f"Your reference: {one_line(case.reference)}"
    for each in enclosures:
        yield ""
        if each.sealed:
            yield f"Attached: {each.name}, sealed to your office."
            yield "It opens with breachcase, or with the age command and your office's identity."
        else:
            yield f"Attached: {each.name}, the answers in the order of your form."
    yield ""
    yield "Please acknowledge receipt in a reply to this e-mail."
