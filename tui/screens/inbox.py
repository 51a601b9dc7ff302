"""The inbox: what waits for a person in all cases, the most pressing first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from models.case import Case
from models.errors import CaseError
from models.moment import from_instant
from models.priority import NORMAL
from models.thread import EVERY_FORM
from models.waiting import Waiting, waiting
from store.alike import alike_among
from store.triage import mark_seen
from tui.actions import bindings
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.widgets.chain import short_moment
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_WHEN = 19  # cells of what is said of the time

Entry = tuple[Case, Waiting]


class InboxScreen(ModalScreen[Waiting | None]):
    """Lists what waits; answers with what the person goes to, or None."""

    SCOPE = "inbox"
    BINDINGS = bindings("inbox")
    CSS_PATH = "dialogs.tcss"

    @dataclass
    class Loaded(Message):
        """The worker has read the cases in which something waits."""

        entries: tuple[Entry, ...]
        notes: Mapping[str, str]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._entries: tuple[Entry, ...] = ()
        self._notes: Mapping[str, str] = {}
        self._seen = -1

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -tall"):
            yield Static("Inbox: what waits, the most pressing first", classes="title -one")
            yield RowList(id="waiting", empty="reading...")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Read what waits."""
        self._load()

    @work(thread=True, exclusive=True, group="receive")
    def _load(self) -> None:
        vault, now = self._session.vault, self._session.now()
        # only a case whose row says that something waits is read
        rows = vault.rows()
        cases = [vault.case(row.id, EVERY_FORM) for row in rows if row.waits]
        found = [(case, each) for case in cases for each in waiting(case, now)]
        alike = alike_among(rows, {case.id for case in cases})
        notes = {name: like[0].line for name, like in alike.items()}
        entries = tuple(sorted(found, key=lambda pair: pair[1].place))
        self.post_message(self.Loaded(entries, notes))

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        rows = self.query_one("#waiting", RowList)
        self._entries, self._notes = event.entries, event.notes
        lines = [waiting_line(case, each) for case, each in event.entries]
        rows.empty = "nothing waits"
        rows.fill(len(lines), lambda index, width: fit(lines[index], width), cursor=rows.cursor)
        if lines:
            self._look_at(rows.cursor)
        else:
            self._tell("")

    @on(RowList.Moved, "#waiting")
    def _looked_at(self, event: RowList.Moved) -> None:
        if event.index != self._seen:  # else only come back to: what was said stays
            self._look_at(event.index)

    def _look_at(self, index: int) -> None:
        self._seen = index
        case, each = self._entries[index]
        due = f"due {each.due}: " if each.due else ""
        note = f" - {self._notes[case.id]}" if case.id in self._notes else ""
        self._tell(f"{due}{each.text} - {case_name(case)}{note}")

    @on(RowList.Opened, "#waiting")
    def _opened(self, event: RowList.Opened) -> None:
        self.dismiss(self._entries[event.index][1])

    def action_visit(self) -> None:
        self.query_one("#waiting", RowList).action_open()

    def action_seen(self) -> None:
        if not self._entries:
            return
        session = self._session
        case, at = self._entries[self.query_one("#waiting", RowList).cursor]
        if at.kind != "unread":
            self._tell("! only a letter that is to be read can be marked as seen")
            return
        now = from_instant(session.now().span().earliest or 0, session.vault.settings.zone)
        try:
            with session.words.held():
                mark_seen(session.vault, case.id, at.message, now, wall=session.wall())
        except CaseError as error:
            self._tell(f"! {error.message}")
            return
        self._load()

    def action_close(self) -> None:
        self.dismiss(None)

    def _tell(self, text: str) -> None:
        self.query_one("#said", Static).update(shown(one_line(text)))


def waiting_line(case: Case, each: Waiting) -> str:
    """Return `PASSED 17 Jan 17:00  URGENT answer 1 of request 1a2b3c4d - IC-... Title`."""
    due = short_moment(each.due) if each.due else ""
    when = f"{'PASSED' if each.passed else 'due'} {due}" if due else ""
    urgent = "" if each.priority == NORMAL else f"{each.priority.upper()} "
    return f"{fit(when, _WHEN)} {one_line(f'{urgent}{each.text} - {case_name(case)}')}"


def case_name(case: Case) -> str:
    """Return the reference of a case, if it has one, and its title."""
    return f"{case.reference or ''} {case.title}".strip()
