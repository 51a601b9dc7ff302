"""Receive: read a sealed file, show what it is and would change, then file it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from exports.inbox import Preview, file_bundle, preview
from exports.limits import SEALED
from models.errors import CaseError, UsageError
from models.moment import Moment
from models.text import kind_name
from tui.outfile import lent
from tui.screens.dialogs import ConfirmScreen, wrapped_lines
from tui.screens.fields import FieldsScreen
from tui.session import Session
from tui.shown import fit, one_line
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.entry import Entry
from tui.widgets.rows import RowList


class ReceiveScreen(FieldsScreen[str]):
    """Looks first, files after a yes; answers with the id of the case, or None."""

    LISTED = True

    @dataclass
    class Looked(Message):
        """The worker has read and judged the file."""

        seen: Preview
        lines: tuple[str, ...]
        typed: str

    @dataclass
    class Filed(Message):
        """The worker has filed the bundle."""

        case_id: str | None  # None: a statement about keys, which is about no case

    @dataclass
    class Failed(Message):
        """The worker was refused; nothing was filed."""

        error: CaseError

    def __init__(self, session: Session) -> None:
        super().__init__(Slip(session, "receive"))
        self._session = session
        self._seen: Preview | None = None
        self._lines: tuple[str, ...] = ()
        self._looked_at = ""

    @property
    def heading(self) -> str:
        return "Receive"

    def fields(self) -> ComposeResult:
        yield Caption("Sealed file (one; `breachcase receive` takes many):")
        yield Entry(id="path", word="its path")
        yield Caption("Sent by them / reached us (as stated; may stay empty):")
        yield Entry(id="sent", word="sent: 2019-12-20T18:16[Europe/London]")
        yield Entry(id="received", word="reached us: the same way")

    def below(self) -> ComposeResult:
        yield RowList(id="seen", empty="F2 reads the file and shows what it is")

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._list()

    @on(Entry.Changed, "#path")
    def _path_changed(self) -> None:
        self._seen = None  # what was looked at is not what would be filed

    @on(Entry.Submitted)
    def _typed_on(self, event: Entry.Submitted) -> None:
        event.prevent_default()  # not on to the next field
        self.action_go()

    @work
    async def action_go(self) -> None:
        if self.busy:
            return
        if self._seen is None:
            self._start("reading...")
            self._look(self.query_one("#path", Entry).text)
            return
        if self._seen.already:
            self.dismiss(self._seen.case_id)
            return
        try:
            sent, received = self.typed_moment("sent"), self.typed_moment("received")
        except CaseError as error:
            self.say(error)
            return
        question = f"File this {kind_name(self._seen.kind)} from {self._seen.who}?"
        amber = "AMBER: the number of its sender was not compared." if self._seen.amber else ""
        agreed = await self.app.push_screen_wait(ConfirmScreen(one_line(question), amber))
        if agreed and self._seen.weaker:
            less = "It is less protected than before. File it all the same?"
            agreed = await self.app.push_screen_wait(ConfirmScreen(less, self._seen.weaker[0]))
        if agreed:
            self._start("filing...")
            self._file(self._seen, sent, received)

    @work(thread=True, exclusive=True, group="receive")
    def _look(self, typed: str) -> None:
        try:
            require_one(typed)
            with lent(typed, SEALED) as file:
                seen = preview(self._session.vault, file)
            lines = preview_lines(seen)
        except CaseError as error:
            self.post_message(self.Failed(error))
            return
        self.post_message(self.Looked(seen, lines, typed))

    @work(thread=True, exclusive=True, group="receive")
    def _file(self, seen: Preview, sent: Moment | None, received: Moment | None) -> None:
        session = self._session
        try:
            with self.saving(), lent(self._looked_at, SEALED) as file:
                case_id = file_bundle(
                    session.vault,
                    seen,
                    file,
                    sent=sent,
                    received=received,
                    at=None,
                    wall=session.wall(),
                    weaker=bool(seen.weaker),
                )
        except CaseError as error:
            self.post_message(self.Failed(error))
            return
        self.post_message(self.Filed(case_id))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        self.busy = False
        self._seen = event.seen
        self._looked_at = event.typed
        self._lines = event.lines
        self._list()
        already = "this was filed before"
        already += ": F2 goes to its case" if event.seen.case_id else ""
        self.tell(already if event.seen.already else "F2 files it")

    @on(Filed)
    def _filed(self, event: Filed) -> None:
        if event.case_id is not None:
            self.dismiss(event.case_id)
            return
        self._look_no_more()
        self.tell("filed: it is about the sender's keys and changes no case")

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self._look_no_more()
        self.say(event.error)

    def _look_no_more(self) -> None:
        self.busy = False
        self._seen = None
        self._lines = ()
        self._list()

    def _list(self) -> None:
        rows = self.query_one("#seen", RowList)
        wrapped = wrapped_lines(self._lines, max(rows.size.width - 3, 20))
        rows.fill(len(wrapped), lambda index, width: fit(wrapped[index], width))

    def _start(self, word: str) -> None:
        self.busy = True
        self.tell(word)


def require_one(typed: str) -> None:
    """Raise UsageError for a folder: the app files one bundle at a time."""
    if Path(typed.strip()).is_dir():
        raise UsageError(
            "that is a folder; the app takes one file",
            hint="breachcase receive FOLDER takes many, with progress",
        )


def preview_lines(seen: Preview) -> tuple[str, ...]:
    """Return who, what, when, and what would change, one thing a line; its number is slow."""
    compared = "AMBER, NOT COMPARED yet: ask for it by telephone" if seen.amber else "compared"
    place = "about the sender's keys"
    if seen.case_id is not None:
        place = "opens a new case" if seen.new_case else f"goes to case {seen.case_id[:8]}"
    return (
        f"{kind_name(seen.kind)} from {seen.who}",
        f"number {seen.number} ({compared})",
        f"stated {seen.when}, {'filed before' if seen.already else place}",
        *(f"warning: {warning}" for warning in (*seen.warnings, *seen.weaker)),
        *seen.changes,
    )
