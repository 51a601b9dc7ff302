"""The list of cases: the clock first, the most urgent on top, a filter, other orders."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from store.index import FOUND
from store.listing import Listing
from store.slip import Sort
from store.vault import Row
from tui.actions import bindings
from tui.endings import Marks, due_lines
from tui.screens.case import CaseScreen
from tui.screens.contacts import ContactsScreen
from tui.screens.dialogs import ReaderScreen
from tui.screens.inbox import InboxScreen
from tui.screens.new_case import NewCaseScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.send import SendScreen
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.slip import OF_CONTACTS
from tui.widgets.filter import Filter
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_CLOCK_WIDTH, _REFERENCE_WIDTH, _STATE_WIDTH = 25, 14, 6
_NARROW = 70  # cells; below, the state column gives its room to the title
_MINUTE_S = 60
_ORDERS: dict[Sort, str] = {"clock": "clock", "changed": "last change", "title": "title"}
_SORTS = tuple(_ORDERS)
_NO_CASE = "no case yet: n starts one, r reads one from a bundle"
_NO_MATCH = "no case has these words in it: esc shows all of them"


def row_line(row: Row, clock: str, width: int, marks: str = "") -> str:
    """Return `22h26m left  IC-...  title  open` in `width` cells; marks go before the title."""
    clock_width = _CLOCK_WIDTH if width >= _NARROW else _CLOCK_WIDTH - 6
    state = f" {fit(row.state, _STATE_WIDTH)}" if width >= _NARROW else ""
    marks += f"CONFLICTS {row.conflicts} " if row.conflicts else ""
    reference = fit(one_line(row.reference or "-"), _REFERENCE_WIDTH)
    room = width - clock_width - _REFERENCE_WIDTH - 2 - len(state)
    return f"{fit(clock, clock_width)} {reference} {fit(one_line(marks + row.title), room)}{state}"


class CasesScreen(Screen[None]):
    """Opens cases and starts what is done to them; reads the vault again when it comes back."""

    SCOPE = "cases"
    BINDINGS = bindings("cases")
    # no file: Textual reads none for an app's first screen
    DEFAULT_CSS = """
    CasesScreen { background: $background; }
    CasesScreen #heading { height: 1; text-style: bold; }
    """
    AUTO_FOCUS = "#cases"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows = session.vault.index.listing()
        self._order = _SORTS[0]
        self._filter = Filter(id="filter")  # mounted when it is first opened
        self._now = session.now()
        self._marks = Marks.of(session.vault, self._session.today)

    def compose(self) -> ComposeResult:
        yield Static("", id="heading")
        yield RowList(id="cases", empty=_NO_CASE, resting="*")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Let the clocks run."""
        self.set_interval(_MINUTE_S, self.tick)

    def on_screen_resume(self) -> None:
        """Show what changed behind another screen."""
        self.load()

    def load(self, case_id: str | None = None) -> None:
        """Read the list again; the cursor stays on its case, or goes to `case_id`."""
        at = case_id or self.case_id
        self._marks = Marks.of(self._session.vault, self._session.today)
        if case_id is not None:
            self._filter.close()
        self._list(self._session.vault.index.listing(self._order, self._text), at)
        if self._session.vault.index.cold:
            self.call_after_refresh(self._warm)

    @work(thread=True, exclusive=True, group="warm")
    def _warm(self) -> None:
        # before the first key of a search needs it, and after the first picture
        self._session.vault.index.warm()

    @property
    def _text(self) -> str:
        return self._filter.text

    def _list(self, listing: Listing, at: str | None) -> None:
        self._now = self._session.now()
        self._rows = listing
        listing.find(FOUND)
        cursor = listing.index(at) if at else None
        self._fill(cursor or 0)

    def _fill(self, cursor: int) -> None:
        rows = self.query_one("#cases", RowList)
        rows.empty = _NO_MATCH if self._text.split() else _NO_CASE
        rows.fill(len(self._rows), self._line, cursor=cursor)
        self._draw_heading()

    @on(RowList.Moved, "#cases")
    def _moved(self, event: RowList.Moved) -> None:
        if event.index >= len(self._rows) - 1 and not self._rows.complete:
            self._rows.find(len(self._rows) + FOUND)
            self._fill(event.index)

    def _draw_heading(self) -> None:
        settings = self._session.vault.settings
        found, of = len(self._rows), self._rows.of
        shown_of = f"{found}{'' if self._rows.complete else '+'} of " if found != of else ""
        parts = (
            f"READ ONLY: {self._session.read_only}" if self._session.read_only else "",
            settings.organisation,
            settings.side,
            f"{shown_of}{of} cases by {_ORDERS[self._order]}",
            str(self._now)[:16],
        )
        told = one_line(" - ".join(part for part in parts if part))
        self.query_one("#heading", Static).update(shown(fit(told, self.size.width)), layout=False)

    def on_resize(self) -> None:
        """Fit the heading into the new width."""
        self._draw_heading()

    @property
    def case_id(self) -> str | None:
        """The id of the case under the cursor."""
        if not len(self._rows) or not self.is_mounted:
            return None
        return self._rows.row(self.query_one("#cases", RowList).cursor).id

    @on(RowList.Opened, "#cases")
    def _opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        if self.case_id is not None:
            self.app.push_screen(CaseScreen(self._session, self.case_id))

    def reopen(self, kind: str) -> None:
        """Open a dialog of the list that was cut short: it takes its text back."""
        {
            "new": self.action_new,
            "receive": self.action_receive,
            **dict.fromkeys(OF_CONTACTS, self.action_contacts),
        }[kind]()

    @work
    async def action_new(self) -> None:
        case_id = await self.app.push_screen_wait(NewCaseScreen(self._session))
        if case_id is not None:
            self.load(case_id)
            self.action_open()

    def action_send(self) -> None:
        if self.case_id is not None:
            self.app.push_screen(SendScreen(self._session, self.case_id))

    @work
    async def action_receive(self) -> None:
        case_id = await self.app.push_screen_wait(ReceiveScreen(self._session))
        if case_id is not None:
            self.load(case_id)

    @work
    async def action_inbox(self) -> None:
        found = await self.app.push_screen_wait(InboxScreen(self._session))
        if found is None:
            return
        self.load(found.case_id)
        case = CaseScreen(self._session, found.case_id, found.form)
        await self.app.push_screen(case)
        if found.kind not in {"unsent", "clock"}:  # those are recorded in the case itself
            case.open_messages(found.message)

    def action_contacts(self) -> None:
        self.app.push_screen(ContactsScreen(self._session))

    def action_due(self) -> None:
        lines = due_lines(self._session.vault, self._session.today)
        self.app.push_screen(ReaderScreen("Reviews and destructions", lines))

    async def action_quit(self) -> None:
        await self.app.run_action("quit")

    def action_order(self) -> None:
        self._order = _SORTS[(_SORTS.index(self._order) + 1) % len(_SORTS)]
        self._list(self._session.vault.index.listing(self._order, self._text), self.case_id)

    # the filter

    async def action_filter(self) -> None:
        if not self._filter.is_mounted:
            await self.mount(self._filter, after="#heading")
        self._filter.open()
        self.query_one(KeyLine).show("filter")

    @on(Filter.Changed, "#filter")
    def _filtered(self) -> None:
        self._list(self._rows.narrowed(self._text), self.case_id)

    @on(Filter.Kept)
    def _filter_kept(self) -> None:
        self.query_one("#cases", RowList).focus()
        self.query_one(KeyLine).show(self.SCOPE)

    @on(Filter.Closed)
    def action_show_all(self) -> None:
        self._filter.close()
        self._filter_kept()

    def _line(self, index: int, width: int) -> str:
        row = self._rows.row(index)
        return row_line(row, row.clock_text(self._now), width, self._marks.before(row))

    def tick(self) -> None:
        """Show the clocks of this minute; the vault, perhaps busy in a worker, is not asked."""
        rows, now = self.query_one("#cases", RowList), self._session.now()
        top = rows.scroll_offset.y
        seen = self._rows.rows(top, min(rows.size.height, len(self._rows) - top))
        changed = any(row.clock_text(now) != row.clock_text(self._now) for row in seen)
        self._now = now
        if changed:
            rows.refresh()
