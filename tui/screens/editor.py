"""A text of several lines, edited whole."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from models.text import normalise
from tui.actions import bindings
from tui.shown import shown
from tui.widgets.entry import too_long
from tui.widgets.keyline import KeyLine


class Pad(TextArea):
    """Stock text area without blink; a paste is normalised before it is in the text.

    `typed` is called at once after every change.
    """

    typed: Callable[[], object] | None = None

    def __init__(self, text: str, *, id: str | None = None) -> None:
        super().__init__(text, tab_behavior="focus", show_line_numbers=False, compact=True, id=id)
        self.cursor_blink = False

    def update_suggestion(self) -> None:
        """Tell of the change: Textual calls this after every edit, undo and redo."""
        if self.typed is not None:
            self.typed()

    def put(self, text: str) -> None:
        """Put another text in place of all there is; undo brings that back."""
        self.replace(text, self.document.start, self.document.end)
        self.move_cursor(self.document.end)

    async def on_paste(self, event: events.Paste) -> None:
        """Insert what the pasted text becomes."""
        event.prevent_default()
        event.stop()
        if too_long(self, event.text):
            return
        self.replace(normalise(event.text), *self.selection)


class EditorScreen(ModalScreen[str]):
    """Answers with the text, always: esc keeps it too, since a slow line turns arrows into esc.

    `keep` saves the text at once; it is called by `flush` when the process is told to end. `typed`
    hears of every key. A `recovered` text stands in place of `text`; undo brings that back.
    """

    SCOPE = "editor"
    BINDINGS = bindings("editor")
    CSS_PATH = "editor.tcss"

    recovered: str | None = None
    typed: Callable[[str], object] | None = None

    def __init__(self, title: str, hint: str, text: str, keep: Callable[[str], object]) -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._text = text
        self._keep = keep
        self._began = text

    def compose(self) -> ComposeResult:
        yield Static(shown(self._title), id="title")
        yield Static(shown(self._hint), id="hint")
        yield Pad(self._text)
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Start at the end of the text."""
        pad = self.query_one(Pad)
        self._began = pad.text
        pad.typed = self._tell
        pad.move_cursor(pad.document.end)
        if self.recovered is not None:
            pad.put(self.recovered)
        pad.focus()

    def _tell(self) -> None:
        if self.typed is not None:
            self.typed(normalise(self.query_one(Pad).text))

    def flush(self) -> None:
        """Save what is typed so far."""
        self._keep(self._said())

    def action_keep(self) -> None:
        self.dismiss(self._said())

    def _said(self) -> str:
        """Return the text; one that nobody changed comes back letter for letter."""
        text = self.query_one(Pad).text
        return self._text if text == self._began else normalise(text)
