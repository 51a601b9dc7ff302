"""The small questions: pick one, yes or no, read this."""

from __future__ import annotations

import re

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from models.text import visible
from tui.actions import bindings
from tui.shown import fit, one_line, shown, wrap
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_WIDEST = 100  # cells of a box, as its style says
_BESIDE = 7  # cells of it that are no text: border, padding, cursor mark, scroll bar

_COLUMN = re.compile(r" *\S(?:.*?\S)? {2,}")
_COLUMN_WIDTH = 20


class MenuScreen(ModalScreen[int | None]):
    """Pick one of several; answers with its index, or None."""

    SCOPE = "menu"
    BINDINGS = bindings("menu")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, options: tuple[str, ...], *, at: int | None = None) -> None:
        super().__init__()
        self._title = title
        self._options = tuple(one_line(option) for option in options)
        self._at = at or 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(shown(self._title), classes="title")
            yield RowList(id="options", empty="nothing to choose from")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Fill the list, as high as it needs."""
        rows = self.query_one("#options", RowList)
        rows.styles.height = min(max(len(self._options), 1), max(self.size.height - 6, 3))
        rows.fill(
            len(self._options),
            lambda index, width: fit(self._options[index], width),
            cursor=self._at,
        )

    @on(RowList.Opened, "#options")
    def _picked(self, event: RowList.Opened) -> None:
        self.dismiss(event.index)

    def action_close(self) -> None:
        self.dismiss(None)


class ConfirmScreen(ModalScreen[bool]):
    """A question that only `y` says yes to; enter and esc say no."""

    SCOPE = "confirm"
    BINDINGS = bindings("confirm")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, question: str, details: str = "") -> None:
        super().__init__()
        self._question = question
        self._details = details

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(shown(self._question), classes="title")
            yield Static(shown(self._details), classes="details")
            yield Static("y yes   n no (enter is no)")
        yield KeyLine(self.SCOPE)

    def action_yes(self) -> None:
        self.dismiss(result=True)

    def action_no(self) -> None:
        self.dismiss(result=False)


class ReaderScreen(ModalScreen[None]):
    """A longer text to read: its lines wrapped, in a virtual list."""

    SCOPE = "reader"
    BINDINGS = bindings("reader")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, title: str, lines: tuple[str, ...]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -tall"):
            yield Static(shown(self._title), classes="title")
            yield RowList(id="lines")
        yield KeyLine(self.SCOPE)

    def on_resize(self) -> None:
        """Wrap for the new width."""
        rows = self.query_one("#lines", RowList)
        box = min(self.size.width * 9 // 10, _WIDEST) - _BESIDE
        wrapped = wrapped_lines(self._lines, max(box, 20))
        rows.fill(len(wrapped), lambda index, width: fit(wrapped[index], width), cursor=rows.cursor)

    def action_close(self) -> None:
        self.dismiss(None)


def wrapped_lines(lines: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Return `lines` as rows of at most `width` cells, broken between words.

    The indent is kept, and a short first column (such as keys) hangs over the rest.
    """
    rows: list[str] = []
    for line in (part for whole in lines for part in visible(whole).expandtabs(4).split("\n")):
        if cell_len(line) <= width:
            rows.append(line)
            continue
        found = _COLUMN.match(line)
        head = found[0] if found and len(found[0]) <= _COLUMN_WIDTH else ""
        head = head or line[: len(line) - len(line.lstrip(" "))]
        for row in wrap(line[len(head) :].split(), width - cell_len(head)):
            rows.append(head + row)
            head = " " * cell_len(head)
    return tuple(rows)
