"""Send: what is missing, to whom, why all the same, and which file to write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from exports.outbox import prepare, send
from exports.sealing import Sealed, file_name
from exports.trust import Contact, contacts
from models.errors import CaseError, UsageError
from models.problem import Findings, Severity
from tui.outfile import save_pieces, target
from tui.screens.dialogs import ConfirmScreen, MenuScreen, ReaderScreen
from tui.screens.slip import SlipScreen
from tui.session import Session
from tui.sheet import read_sheet
from tui.shown import fit, one_line, shown
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.form import Stack
from tui.widgets.keyline import KeyLine
from tui.widgets.problems import problem_line
from tui.widgets.rows import RowList

_MISSING = (Severity.ERROR, Severity.INCOMPLETE)


@dataclass(frozen=True, slots=True)
class Order:
    """What to seal, to whom, and where to."""

    contact: Contact
    reason: str | None
    path: Path


class SendScreen(SlipScreen[Sealed]):
    """Seals the latest report to a contact and writes the file; answers with what was sealed.

    Nothing is refused for being incomplete: a late or thin report is better than none.
    """

    @dataclass
    class Finished(Message):
        """The worker is done: with a bundle, or with what went wrong."""

        sealed: Sealed | None
        path: Path
        error: CaseError | None

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(Slip(session, "send", case_id))
        self._session = session
        self._case_id = case_id
        self._findings: Findings | None = None
        known = contacts(session.vault)
        # regulators first: a report is theirs, whoever else is in the book
        self._contacts = tuple(sorted(known, key=lambda one: one.role != "regulator"))

    def compose(self) -> ComposeResult:
        labels = tuple(contact_line(contact) for contact in self._contacts)
        with Vertical(classes="box -tall"):
            yield Static("", classes="title")
            yield RowList(id="open", empty="nothing is missing")
            with Stack():
                yield Caption("To:")
                yield Choice(labels, word="choose a contact", id="contact")
                yield Caption("Send it incomplete, because:")
                yield Entry(id="reason", word="needed while something is missing")
                yield Caption("Write the sealed file to (a folder or a new file):")
                yield Entry(".", id="path")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Show what is missing."""
        now = self._session.now()
        sheet = read_sheet(self._session.vault, self._case_id)
        self.query_one(".title", Static).update(shown(one_line(f"Send: {sheet.title}")))
        try:
            self._findings = prepare(self._session.vault, self._case_id, now=now)
        except CaseError as error:
            self.say(error)
            return
        lines = [
            problem_line(problem, sheet.numbers)
            for problem in self._findings.problems
            if problem.severity in _MISSING
        ]
        rows = self.query_one("#open", RowList)
        rows.fill(len(lines), lambda index, width: fit(lines[index], width))
        choice = self.query_one("#contact", Choice)
        choice.index = 0 if self._contacts else None
        choice.focus()
        if not self._contacts:
            self.tell("no contact yet: breachcase contact add CARD --role regulator")

    @on(Choice.Asked)
    @work
    async def _asked(self, event: Choice.Asked) -> None:
        choice = event.choice
        picked = await self.app.push_screen_wait(MenuScreen("Send to", choice.options))
        if picked is not None:
            choice.index = picked

    @on(Entry.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    @work
    async def action_go(self) -> None:
        if self.busy:
            return
        try:
            order = self._order()
        except CaseError as error:
            self.say(error)
            return
        question = f"Seal the report to {one_line(order.contact.card.name)}?"
        details = f"It cannot be edited afterwards. File: {order.path}"
        if not order.contact.verified:
            details = f"NOBODY HAS COMPARED its number: the card may be anyone's. {details}"
        if order.reason:
            details = f"It is INCOMPLETE. {details}"
        if await self.app.push_screen_wait(ConfirmScreen(question, details)):
            self.busy = True
            self.tell("sealing...")
            self._seal(order)

    def _order(self) -> Order:
        index = self.query_one("#contact", Choice).index
        if self._findings is None:
            raise UsageError("this case has no report to send")
        if index is None:
            raise UsageError("choose a contact first")
        reason = self.query_one("#reason", Entry).text.strip()
        if not self._findings.complete and not reason:
            raise UsageError("something is missing: say why it goes out as it is")
        path = target(self.query_one("#path", Entry).text, file_name())
        return Order(self._contacts[index], reason or None, path)

    @work(thread=True, exclusive=True, group="seal")
    def _seal(self, order: Order) -> None:
        session = self._session
        sealed = None
        try:
            with self.saving():
                sealed = send(
                    session.vault,
                    self._case_id,
                    order.contact.id,
                    at=None,
                    wall=session.wall(),
                    incomplete_reason=order.reason,
                )
            save_pieces(order.path, sealed.pieces())
        except CaseError as error:
            self.post_message(self.Finished(sealed, order.path, error))
            return
        self.post_message(self.Finished(sealed, order.path, None))

    @on(Finished)
    @work
    async def _finished(self, event: Finished) -> None:
        self.busy = False
        if event.error is not None or event.sealed is None:
            # once sealed, going on again gives the same bundle: only the file is written anew
            self.say(event.error or UsageError("nothing was sealed"))
            return
        lines = (
            f"written to {event.path}",
            "",
            "Sealing is not sending: the clock runs until the report is sent. Hand the file over,",
            "then record when you did: F9 in the case.",
        )
        await self.app.push_screen_wait(ReaderScreen("Sealed", lines))
        self.dismiss(event.sealed)


def contact_line(contact: Contact) -> str:
    """Return `Name (regulator, not compared)`."""
    amber = "" if contact.verified else ", number not compared"
    return one_line(f"{contact.card.name} ({contact.role or 'no role'}{amber})")
