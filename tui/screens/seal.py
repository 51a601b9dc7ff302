"""A letter that is sealed: asked once more, signed in a worker, its file written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from exports.errors import UnconfirmedError
from exports.sealing import ARMOURED, Sealed, file_name
from exports.trust import Contact
from models.errors import CaseError, UsageError
from models.record import Message as Letter
from models.strictjson import JSON
from tui.actions import bindings
from tui.letters import letter_lines
from tui.outfile import save_pieces, target
from tui.screens.dialogs import ConfirmScreen, ReaderScreen
from tui.screens.fields import FieldsScreen
from tui.screens.findings import ALL_CONFIRMED, FindingsScreen
from tui.session import Session
from tui.shown import one_line
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.entry import Entry

_STATES = {"verified": "verified", "amber": "number not compared"}


@dataclass(frozen=True, slots=True)
class Order:
    """What to seal: the question to answer with yes, what goes with it, and what does it."""

    question: str
    details: str
    seal: Callable[[], Sealed]


class SealScreen(FieldsScreen[Sealed]):
    """Answers with what was sealed.

    Once sealed it stays so: while its file cannot be written, going on only writes it anew.
    """

    SCOPE = "letter"
    BINDINGS = bindings("letter")

    form = ""  # the one whose report goes, empty for the first
    AFTERWARDS = "Hand the file over by any way; only its receiver can open it."

    @dataclass
    class Finished(Message):
        """The worker is done: with a bundle, or with what went wrong."""

        sealed: Sealed | None
        path: Path
        error: CaseError | None

    def __init__(self, session: Session, kind: str, case_id: str, about: str = "") -> None:
        super().__init__(Slip(session, kind, case_id, about))
        self.session = session
        self.case_id = case_id
        self.case = session.vault.case(case_id)
        self._sealed: Sealed | None = None
        self._order: Order | None = None

    def order(self) -> Order:
        """Return what is to be sealed as the fields say; CaseError where they do not yet."""
        raise NotImplementedError

    def said(self) -> tuple[str, Mapping[str, JSON]]:
        """Return the kind of the letter and its payload as they would be; CaseError."""
        raise NotImplementedError

    def preview_lines(self) -> tuple[str, ...]:
        """Return the letter as it will be read; CaseError."""
        kind, payload = self.said()
        letter = Letter(
            "",
            kind,
            "out",
            "",
            "",
            None,
            None,
            "",
            amber=False,
            payload={name: value for name, value in payload.items() if value},
        )
        # as one of the case: what a letter says is read among the others
        return letter_lines(replace(self.case, messages=(*self.case.messages, letter)), letter)

    def file_fields(self) -> ComposeResult:
        """Yield the field that every such letter has."""
        yield Caption("Write the sealed file to (folder or new file):")
        yield Entry(".", id="path")

    def action_preview(self) -> None:
        try:
            lines = self.preview_lines()
        except CaseError as error:
            self.say(error)
            return
        self.app.push_screen(ReaderScreen("As it will be read", lines))

    @work
    async def action_go(self) -> None:
        if self.busy:
            return
        try:
            path = target(self.typed_text("path"), file_name())
            order = self.order() if self._sealed is None else None
        except CaseError as error:
            self.say(error)
            return
        question = order.question if order else "Write the sealed file once more?"
        details = f"{order.details if order else ''} File: {path}".strip()
        if await self.app.push_screen_wait(ConfirmScreen(one_line(question), details)):
            self.busy = True
            self.tell("sealing...")
            self._order = order
            self._seal(order, path)

    @work(thread=True, exclusive=True, group="seal")
    def _seal(self, order: Order | None, path: Path) -> None:
        sealed = self._sealed
        try:
            if order is not None:
                with self.saving():
                    sealed = order.seal()
            if sealed is not None:
                save_pieces(path, sealed.pieces(armoured=path.name.endswith(ARMOURED)))
        except CaseError as error:
            self.post_message(self.Finished(sealed, path, error))
            return
        self.post_message(self.Finished(sealed, path, None))

    @on(Finished)
    @work
    async def _finished(self, event: Finished) -> None:
        self.busy = False
        self._sealed = event.sealed
        if isinstance(event.error, UnconfirmedError):
            await self._look_at(event.error, event.path)
            return
        if event.error is not None:
            self.say(event.error)
            return
        lines = (f"written to {event.path}", "", self.AFTERWARDS)
        await self.app.push_screen_wait(ReaderScreen("Sealed", lines))
        self.dismiss(event.sealed)

    async def _look_at(self, error: UnconfirmedError, path: Path) -> None:
        """Seal after all once every finding may leave."""
        screen = FindingsScreen(self.session, self.case_id, error.findings, self.form)
        answer = await self.app.push_screen_wait(screen)
        if answer == ALL_CONFIRMED:
            self.busy = True
            self._seal(self._order, path)
        else:
            left = f"edit {answer} and then" if answer else "then"
            self.tell(f"nothing was sealed: {left} seal it again")

    @property
    def done(self) -> Sealed | None:
        return self._sealed


def contact_line(contact: Contact) -> str:
    """Return `Name (regulator, not compared)`."""
    state = _STATES.get(contact.state, contact.state.upper())
    return one_line(f"{contact.card.name} ({contact.role or 'no role'}, {state})")


def require(text: str, what: str) -> str:
    """Return text that is there, or raise UsageError: `what` is missing."""
    if not text:
        raise UsageError(what)
    return text
