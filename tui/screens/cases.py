"""The list of cases: the clock first, the most urgent on top."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from models.case import clock_text
from models.clock import Reading, read_clock, rule
from store.vault import Row
from tui.actions import bindings
from tui.screens.case import CaseScreen
from tui.screens.new_case import NewCaseScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.send import SendScreen
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_CLOCK_WIDTH, _REFERENCE_WIDTH, _STATE_WIDTH = 25, 14, 6
_NARROW = 70  # cells; below, the state column gives its room to the title
_MINUTE_S = 60


def row_line(row: Row, clock: str, width: int) -> str:
    """Return `22h26m left  IC-...  title  open` in `width` cells."""
    clock_width = _CLOCK_WIDTH if width >= _NARROW else _CLOCK_WIDTH - 6
    state = f" {fit(row.state, _STATE_WIDTH)}" if width >= _NARROW else ""
    title = one_line(f"! {row.title}" if row.conflicts else row.title)
    reference = fit(one_line(row.reference or "-"), _REFERENCE_WIDTH)
    room = width - clock_width - _REFERENCE_WIDTH - 2 - len(state)
    return f"{fit(clock, clock_width)} {reference} {fit(title, room)}{state}"


def urgency(reading: Reading) -> tuple[bool, int]:
    """Return a sort key: running clocks first, the one with the least time left on top."""
    return (reading.left_s is None, reading.left_s or 0)


class CasesScreen(Screen[None]):
    """Opens cases and starts what is done to them; reads the vault again when it comes back."""

    SCOPE = "cases"
    BINDINGS = bindings("cases")
    CSS_PATH = "cases.tcss"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: tuple[Row, ...] = ()
        self._clocks: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static("", id="heading")
        yield RowList(id="cases", empty="no case yet: n starts one, r reads one from a bundle")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Let the clocks run."""
        self.set_interval(_MINUTE_S, self.tick)

    def on_screen_resume(self) -> None:
        """Show what changed behind another screen, then bring the caches up to date."""
        self.load()
        self.call_after_refresh(self._session.vault.write_behind)

    def load(self, case_id: str | None = None) -> None:
        """Read the list again; the cursor stays on its case, or goes to `case_id`."""
        at = case_id or self.case_id
        now = self._session.now()
        read = [(self._reading(row), row) for row in self._session.vault.rows()]
        read.sort(key=lambda pair: urgency(pair[0]))
        self._rows = tuple(row for _, row in read)
        self._clocks = tuple(_clock(row, reading) for reading, row in read)
        ids = [row.id for row in self._rows]
        cursor = ids.index(at) if at in ids else 0
        self.query_one("#cases", RowList).fill(len(ids), self._line, cursor=cursor)
        settings = self._session.vault.settings
        told = f"{settings.organisation} - {settings.side} - {len(ids)} cases - {str(now)[:16]}"
        self.query_one("#heading", Static).update(shown(one_line(told)))

    @property
    def case_id(self) -> str | None:
        """The id of the case under the cursor."""
        if not self._rows or not self.is_mounted:
            return None
        return self._rows[self.query_one("#cases", RowList).cursor].id

    @on(RowList.Opened, "#cases")
    def _opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        if self.case_id is not None:
            self.app.push_screen(CaseScreen(self._session, self.case_id))

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

    async def action_quit(self) -> None:
        await self.app.run_action("quit")

    def _line(self, index: int, width: int) -> str:
        return row_line(self._rows[index], self._clocks[index], width)

    def _reading(self, row: Row) -> Reading:
        return read_clock(
            rule(row.rule_id), aware=row.aware, reported=row.reported, now=self._session.now()
        )

    def tick(self) -> None:
        """Show the clocks of this minute; the vault, perhaps busy in a worker, is not asked."""
        clocks = tuple(_clock(row, self._reading(row)) for row in self._rows)
        if clocks != self._clocks:
            self._clocks = clocks
            self.query_one("#cases", RowList).refresh()


def _clock(row: Row, reading: Reading) -> str:
    return "closed" if row.state == "closed" else clock_text(reading)
