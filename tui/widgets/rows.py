"""A virtual list: any number of rows, only the visible ones are ever made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.actions import bindings
from tui.shown import fit


class RowList(ScrollView, can_focus=True):
    """Rows made on demand by `line(index, width)`, which returns text that went through `one_line`.

    Posts `Opened` for enter, `Moved` when another row is looked at. The row under the cursor is
    marked by `>` as well as by reversal, since meaning is never by colour alone; without the focus
    it is marked by `resting`. `empty` is what an empty list says to do.
    """

    DEFAULT_CSS = """
    RowList { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden;
        background: $background; }
    """
    BINDINGS = bindings("list")

    cursor: reactive[int] = reactive(0, repaint=False)  # two rows change, not all

    @dataclass
    class Opened(Message):
        """Enter on a row."""

        rows: RowList
        index: int

        @property
        def control(self) -> RowList:
            """The list, so that a screen can write `@on(RowList.Opened, "#cases")`."""
            return self.rows

    @dataclass
    class Moved(Message):
        """The cursor of the list in focus stands on a row."""

        rows: RowList
        index: int

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    def __init__(self, *, id: str | None = None, empty: str = "", resting: str = " ") -> None:
        super().__init__(id=id)
        self.empty = empty
        self._resting = resting
        self._quiet = False
        self._count = 0
        self._line: Callable[[int, int], str] = _no_line

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._count

    def fill(self, count: int, line: Callable[[int, int], str], *, cursor: int = 0) -> None:
        """Show `count` rows made by `line(index, width)`, the cursor on row `cursor`."""
        self._count = count
        self._line = line
        self.virtual_size = Size(0, max(count, 1))
        self.set_reactive(RowList.cursor, 0)
        self._quiet = True  # nobody moved
        self.cursor = cursor
        self._quiet = False
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, self._count - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        """Redraw the two rows that changed, and scroll where the cursor left the window."""
        self.refresh_line(before)
        self.refresh_line(after)
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        if after < top:
            self.scroll_to(y=after, animate=False)
        elif after >= top + height:
            self.scroll_to(y=after - height + 1, animate=False)
        if self.has_focus and not self._quiet:
            self._tell()

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        index, width = y + self.scroll_offset.y, self.size.width
        if self._count == 0 and index == 0:
            return _strip(f"  {self.empty}", self.rich_style, width)
        if index >= self._count:
            return _strip("", self.rich_style, width)
        marked = index == self.cursor
        mark = (">" if self.has_focus else self._resting) if marked else " "
        text = f"{mark} {self._line(index, max(width - 2, 0))}"
        style = self.rich_style
        if marked and self.has_focus:
            style += Style(reverse=True)
        return _strip(text, style, width)

    def on_focus(self) -> None:
        """Show the cursor as the active one."""
        self.refresh_line(self.cursor)
        self._tell()

    def on_blur(self) -> None:
        """Show the cursor as a resting one."""
        self.refresh_line(self.cursor)

    def on_resize(self) -> None:
        """Keep the cursor in the window."""
        self.watch_cursor(self.cursor, self.cursor)

    def action_up(self) -> None:
        self.cursor -= 1

    def action_down(self) -> None:
        self.cursor += 1

    def action_page(self, pages: int) -> None:
        self.cursor += pages * max(self.size.height - 1, 1)

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = self._count - 1

    def action_open(self) -> None:
        if self._count:
            self.post_message(self.Opened(self, self.cursor))

    def _tell(self) -> None:
        if self._count:
            self.post_message(self.Moved(self, self.cursor))


def _no_line(index: int, width: int) -> str:  # noqa: ARG001 - the shape of every line maker
    return ""


def _strip(text: str, style: Style, width: int) -> Strip:
    return Strip([Segment(fit(text, width), style)], width)
