"""Cards: adding one that was handed over, comparing its number, showing our own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from exports.card import Card, office_card, parse_card
from exports.comparison import verify_contact
from exports.trust import ROLES, Contact, add_contact
from models.errors import CaseError
from tui.outfile import save, target
from tui.screens.dialogs import wrapped_lines
from tui.screens.fields import FieldsScreen
from tui.screens.seal import require
from tui.session import Session
from tui.shown import fit
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.rows import RowList

_NAME = "office-card.txt"


class AddScreen(FieldsScreen[str]):
    """Adds the office whose card is pasted; answers with the id of the contact."""

    def __init__(self, session: Session) -> None:
        super().__init__(Slip(session, "contact"))
        self._session = session

    @property
    def heading(self) -> str:
        return "Add a contact"

    def fields(self) -> ComposeResult:
        yield Caption("Its card, pasted whole:")
        yield Entry(id="card", word="breachcase-card-1 ...", joint="")
        yield Caption("What they are to us (yours to say, not the card's):")
        yield Choice(ROLES, word="choose", id="role")

    def action_go(self) -> None:
        session = self._session
        try:
            card = parse_card(require(self.typed_text("card"), "paste the card first"))
            role = require(self.typed_text("role"), "say what they are to us")
            with self.saving():
                added = add_contact(session.vault, card, role, wall=session.wall())
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(added.id)


class VerifyScreen(FieldsScreen[str]):
    """Takes the number that was heard; it is never shown here, or it would only be copied."""

    @dataclass
    class Compared(Message):
        """The worker has compared: `error` says why not, None where it is the same."""

        error: CaseError | None

    def __init__(self, session: Session, contact: Contact) -> None:
        super().__init__(Slip(session, "verify", about=contact.id))
        self._session = session
        self._contact = contact

    @property
    def heading(self) -> str:
        return f"Compare the number of {self._contact.card.name}"

    def fields(self) -> ComposeResult:
        yield Caption("The 30 digits they read to you by telephone:")
        yield Entry(id="number", word="12345 12345 12345 12345 12345 12345")

    @on(Entry.Submitted)
    def _number_typed(self, event: Entry.Submitted) -> None:
        event.prevent_default()  # there is no next field
        self.action_go()

    def action_go(self) -> None:
        if not self.busy:
            self.busy = True
            self.tell("comparing...")
            self._compare(self.typed_text("number"))

    @work(thread=True, exclusive=True, group="seal")
    def _compare(self, heard: str) -> None:
        session = self._session
        try:
            with self.saving():
                verify_contact(session.vault, self._contact, heard, wall=session.wall())
        except CaseError as error:
            self.post_message(self.Compared(error))
            return
        self.post_message(self.Compared(None))

    @on(Compared)
    def _compared(self, event: Compared) -> None:
        self.busy = False
        if event.error is None:
            self.dismiss(self._contact.id)
        else:
            self.say(event.error)


class OwnCardScreen(FieldsScreen[Path]):
    """Shows our card and its number to read aloud; F2 writes the card to a file."""

    LISTED = True

    @dataclass
    class Numbered(Message):
        """The worker has made the number, which is slow on purpose."""

        card: Card
        number: str

    def __init__(self, session: Session) -> None:
        super().__init__(Slip(session, "card"))
        self._session = session
        self._lines: tuple[str, ...] = ("reading...",)
        self._line = ""
        self._written: Path | None = None

    @property
    def heading(self) -> str:
        return "Our card"

    def above(self) -> ComposeResult:
        yield RowList(id="seen")

    def fields(self) -> ComposeResult:
        yield Caption("Write the card to (folder or new file):")
        yield Entry(".", id="path")

    def on_mount(self) -> None:
        """Make the number."""
        self._number()

    def on_resize(self) -> None:
        """Wrap for the new width."""
        rows = self.query_one("#seen", RowList)
        width = max(rows.size.width - 3, 20)
        line = self._line  # one word, broken where the row ends
        parts = [line[at : at + width] for at in range(0, len(line), width)]
        wrapped = (*wrapped_lines(self._lines, width), *parts)
        rows.fill(len(wrapped), lambda index, width: fit(wrapped[index], width))

    @work(thread=True, exclusive=True, group="receive")
    def _number(self) -> None:
        card = office_card(self._session.vault)
        self.post_message(self.Numbered(card, card.number))

    @on(Numbered)
    def _numbered(self, event: Numbered) -> None:
        self._lines = (
            event.card.name,
            "",
            "Read this number to them by telephone; they type it:",
            f"  {event.number}",
            "",
            "The card, to hand over by any way; F2 writes it to a file:",
        )
        self._line = event.card.line()
        self.on_resize()

    def action_go(self) -> None:
        try:
            path = target(self.typed_text("path"), _NAME)
            save(path, f"{office_card(self._session.vault).line()}\n".encode())
        except CaseError as error:
            self.say(error)
            return
        self._slip.drop_all()
        self._written = path
        self.tell(f"written to {path}")

    @property
    def done(self) -> Path | None:
        return self._written
