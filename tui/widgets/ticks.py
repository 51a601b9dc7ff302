"""Tick all that apply: one row an option, `[x]` or `[ ]`, readable without colour."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import takewhile

from rich.segment import Segment
from rich.style import Style
from textual.actions import SkipAction
from textual.containers import VerticalScroll
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.actions import bindings
from tui.shown import fit, one_line


class Ticks(Widget, can_focus=True):
    """The options in the form's order; `ticked` holds their indexes.

    `text` is the JSON list of the ticked labels (a label may hold any separator), or empty. Up and
    down at the ends leave to the field above and below.
    """

    DEFAULT_CSS = "Ticks { height: auto; background: $background; }"
    BINDINGS = bindings("ticks")

    cursor: reactive[int] = reactive(0, repaint=False)  # two rows change, not all

    def __init__(self, options: tuple[str, ...], *, word: str = "") -> None:
        super().__init__()
        self.options = options
        self.word = word
        self.ticked: frozenset[int] = frozenset()
        self.typed: Callable[[], object] | None = None  # as Entry.typed

    @property
    def text(self) -> str:
        """The ticked labels in the form's order as a JSON list; empty when none is."""
        labels = [self.options[index] for index in sorted(self.ticked)]
        return json.dumps(labels, ensure_ascii=False) if labels else ""

    @text.setter
    def text(self, text: str) -> None:
        labels = json.loads(text) if text else []
        known = [self.options.index(label) for label in labels if label in self.options]
        self.ticked = frozenset(known)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """One row an option."""
        return len(self.options)

    def render_line(self, y: int) -> Strip:
        """Return the row of option `y`, the state word after the first where nothing is ticked."""
        if y >= len(self.options):
            return Strip.blank(self.size.width, self.rich_style)
        mark = "[x]" if y in self.ticked else "[ ]"
        here = self.has_focus and y == self.cursor
        text = f"{'>' if here else ' '} {mark} {one_line(self.options[y])}"
        if y == 0 and not self.ticked and self.word:
            text = f"{text}  ({one_line(self.word)})"
        style = self.rich_style
        if here:
            style += Style(reverse=True)
        return Strip([Segment(fit(text, self.size.width), style)], self.size.width)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on an option."""
        return max(0, min(cursor, len(self.options) - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        """Draw the cursor, where it can be seen."""
        for row in (before, after):
            self.refresh(Region(0, row, self.size.width, 1))
        self.show_cursor()

    def show_cursor(self) -> None:
        """Bring the row under the cursor into the window that scrolls this widget."""
        window = next((node for node in self.ancestors if isinstance(node, VerticalScroll)), None)
        if window is not None and self.has_focus:
            inside = takewhile(lambda node: node is not window, self.ancestors_with_self)
            y = self.cursor + sum(
                node.virtual_region.y for node in inside if isinstance(node, Widget)
            )
            window.scroll_to_region(Region(0, y, 1, 1), animate=False, immediate=True)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def action_up(self) -> None:
        if self.cursor == 0:
            raise SkipAction
        self.cursor -= 1

    def action_down(self) -> None:
        if self.cursor == len(self.options) - 1:
            raise SkipAction
        self.cursor += 1

    def action_tick(self) -> None:
        self.ticked ^= {self.cursor}
        self.refresh()
        if self.typed is not None:
            self.typed()


class Tick(Ticks):
    """A single box; `text` is `yes` or empty."""

    def __init__(self, label: str, *, word: str = "") -> None:
        super().__init__((label,), word=word)

    @property
    def text(self) -> str:
        """`yes` when ticked."""
        return "yes" if self.ticked else ""

    @text.setter
    def text(self, text: str) -> None:
        self.ticked = frozenset({0}) if text == "yes" else frozenset()
        self.refresh()
