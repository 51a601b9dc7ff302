"""The one-line footer, made from the table of actions."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from tui.actions import hints
from tui.shown import shown


class KeyLine(Widget):
    """One row of `key word` hints for a scope; hints that do not fit whole are left out."""

    DEFAULT_CSS = "KeyLine { height: 1; dock: bottom; background: $background; }"

    def __init__(self, scope: str) -> None:
        super().__init__()
        self._hints = hints(scope)

    def show(self, scope: str) -> None:
        """Hint at the keys of another scope."""
        self._hints = hints(scope)
        self.refresh()

    def render(self) -> Content:
        """Return as many hints as the row holds; help comes before the rest where room is short."""
        room = self.size.width - 1
        chosen = []
        by_need = sorted(self._hints, key=lambda hint: hint[1] != "help")
        for hint in by_need:
            room -= len(hint[0]) + len(hint[1]) + 3
            if room + 2 < 0:
                break
            chosen.append(hint)
        parts: list[Content] = []
        for key, word in (hint for hint in self._hints if hint in chosen):
            parts += [shown(key).stylize("bold"), shown(f" {word}  ")]
        return Content(" ").append(Content.assemble(*parts))
