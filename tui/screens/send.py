"""Send: what is missing, to whom, what goes along, why all the same, and which file to write."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from exports.enclosure import PEOPLE, looks_like_people
from exports.outbox import prepare, send
from exports.reply import notify
from exports.sealing import Sealed
from exports.trust import Contact, contacts
from models.errors import CaseError, UsageError
from models.problem import Findings, Severity
from store.attachment import Attachment, attachments
from tui.reading import report_lines
from tui.screens.seal import Order, SealScreen, contact_line, require
from tui.session import Session
from tui.sheet import read_sheet
from tui.shown import fit
from tui.widgets.bag import Bag
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.peek import Peek
from tui.widgets.problems import problem_line
from tui.widgets.rows import RowList

NO_FILES = "the case has no attachment (breachcase attach CASE FILE)"
_MISSING = (Severity.ERROR, Severity.INCOMPLETE)
_WHAT = ("the report", "a processor's notice")
_NOTICE = "What the controller has to know\nwhat happened, to which of its data, since when"


class SendScreen(SealScreen):
    """Seals the latest report to a contact, or a processor's notice to its controller.

    Nothing is refused for being incomplete: a late or thin report is better than none.
    """

    LISTED = True

    AFTERWARDS = (
        "Sealing is not sending: the clock runs until the report is sent. Hand the file over, "
        "then record when you did: F9 in the case."
    )

    def __init__(self, session: Session, case_id: str, form: str = "") -> None:
        super().__init__(session, "send", case_id)
        self.form = form
        self._sheet = read_sheet(session.vault, case_id, form)
        self._findings: Findings | None = None
        self._files = attachments(self._sheet.state)
        known = contacts(session.vault)
        # regulators first: a report is theirs, whoever else is in the book
        self._contacts = tuple(sorted(known, key=lambda one: one.role != "regulator"))

    @property
    def heading(self) -> str:
        return f"Send: {self._sheet.title}"

    def above(self) -> ComposeResult:
        yield RowList(id="open", empty="nothing is missing")

    def fields(self) -> ComposeResult:
        labels = tuple(contact_line(contact) for contact in self._contacts)
        yield Caption("To:")
        yield Choice(labels, word="choose a contact", id="contact")
        yield Caption("What goes:")
        yield Choice(_WHAT, word="choose what", id="what")
        yield Caption("Send it incomplete, because:", classes="-report")
        reason = Entry(id="reason", word="needed while something is missing")
        reason.add_class("-report")
        yield reason
        yield Caption("What they have to know:", classes="-notice")
        notice = Peek(id="notice", about=_NOTICE, word="enter opens the text")
        notice.add_class("-notice")
        yield notice
        yield Caption("Attachments that go along:")
        yield Bag(tuple(map(file_line, self._files)), word=NO_FILES, id="files")
        yield from self.file_fields()

    def on_mount(self) -> None:
        """Show what is missing."""
        contact, what = self.query_one("#contact", Choice), self.query_one("#what", Choice)
        contact.typed, what.typed = self._addressed, self._chosen
        contact.index = 0 if self._contacts else None
        if not self._contacts:
            self.tell("no contact yet: c in the list of cases adds one by its card")
        try:
            self._findings = prepare(
                self.session.vault, self.case_id, now=self.session.now(), form=self.form
            )
        except CaseError as error:
            self.say(error)
        self._list()

    def _list(self) -> None:
        found = self._findings.problems if self._findings else ()
        missing = [each for each in found if each.open and each.severity in _MISSING]
        lines = [problem_line(problem, self._sheet.numbers) for problem in missing]
        rows = self.query_one("#open", RowList)
        rows.fill(len(lines), lambda index, width: fit(lines[index], width))

    @property
    def _contact(self) -> Contact | None:
        index = self.query_one("#contact", Choice).index
        return None if index is None else self._contacts[index]

    @property
    def _notifies(self) -> bool:
        return self.query_one("#what", Choice).index == 1

    def _addressed(self) -> None:
        """Take it that a regulator gets the report, and whoever we work for a notice."""
        to = self._contact
        bound = to is not None and to.role in ("controller", "processor")
        self.query_one("#what", Choice).index = int(bound)

    def _chosen(self) -> None:
        for each in self.query(".-report, .-notice").results(Widget):
            each.display = each.has_class("-notice") is self._notifies

    def preview_lines(self) -> tuple[str, ...]:
        if self._notifies:
            return super().preview_lines()
        filed, pack = self._sheet.filed, self._sheet.pack
        if filed is None or pack is None:
            raise UsageError("this case has no report to send")
        return report_lines(pack, filed.report)

    def said(self) -> tuple[str, dict[str, str]]:
        return "processor_notice", {"text": self.typed_text("notice")}

    def order(self) -> Order:
        contact = self._contact
        if self._findings is None and not self._notifies:
            raise UsageError("this case has no report to send")
        if contact is None:
            raise UsageError("choose a contact first")
        return self._notice(contact) if self._notifies else self._report(contact)

    def _report(self, contact: Contact) -> Order:
        reason = self.typed_text("reason")
        if self._findings is not None and not self._findings.complete:
            require(reason, "something is missing: say why it goes out as it is")
        files = picked_files(self, self._files)

        def seal() -> Sealed:
            return send(
                self.session.vault,
                self.case_id,
                contact.id,
                at=None,
                wall=self.session.wall(),
                incomplete_reason=reason or None,
                files=files,
                form=self.form,
            )

        said = ["It is INCOMPLETE."] if reason else []
        said += [*warnings(contact, files), "It cannot be edited afterwards."]
        return Order(f"Seal the report to {contact.card.name}?", " ".join(said), seal)

    def _notice(self, contact: Contact) -> Order:
        text = require(self.typed_text("notice"), "write what the controller has to know")
        files = picked_files(self, self._files)

        def seal() -> Sealed:
            return notify(
                self.session.vault,
                self.case_id,
                contact.id,
                text,
                files=files,
                at=None,
                wall=self.session.wall(),
            )

        said = " ".join(("Our own draft stays a draft.", *warnings(contact, files)))
        return Order(f"Seal the notice to {contact.card.name}?", said, seal)


def file_line(file: Attachment) -> str:
    """Return `name, 12,345 bytes`."""
    return f"{file.name}, {file.size:,} bytes"


def picked_files(screen: SealScreen, files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the files that are to go along."""
    return tuple(files[index] for index in sorted(screen.query_one(Bag).picked))


def warnings(contact: Contact | None, files: tuple[Attachment, ...]) -> tuple[str, ...]:
    """Return what a person is to think of before a letter is sealed to a contact with files."""
    said = []
    if contact is not None and not contact.verified:
        said.append("NOBODY HAS COMPARED its number: the card may be anyone's.")
    said += [f"{len(files)} attached."] if files else []
    said += [f"WARNING: {each.name} {PEOPLE}." for each in files if looks_like_people(each)]
    return tuple(said)
