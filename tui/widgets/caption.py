"""The words beside or above a control, which say where the cursor is."""

from __future__ import annotations

from rich.cells import cell_len
from textual.widgets import Static

from tui.shown import one_line, shown

_MARK = 2  # cells before the text


class Caption(Static):
    """Text led by `>` while the cursor is `here`: that must not be told by colour alone."""

    def __init__(self, text: str, *, classes: str | None = None) -> None:
        self._text = one_line(text)
        super().__init__(shown(f"  {self._text}"), classes=classes)

    @property
    def whole(self) -> bool:
        """Whether the row it was given holds all of the text."""
        return cell_len(self._text) + _MARK <= self.size.width

    def mark(self, *, here: bool) -> None:
        """Say whether the cursor is in what this names."""
        self.update(shown(f"{'>' if here else ' '} {self._text}"), layout=False)
