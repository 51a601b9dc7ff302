"""A one-row field of typed text."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from models.text import normalise

EMPTY = "-"


LONGEST_PASTE = 512 * 1024  # characters; no answer may be half as long


def too_long(widget: Widget, text: str) -> bool:
    """Say so where a paste is longer than any answer; it would keep the screen busy for long."""
    if len(text) > LONGEST_PASTE:
        said = "too long for an answer, nothing was pasted: attach it as a file"
        widget.notify(said, severity="warning", markup=False)
    return len(text) > LONGEST_PASTE


class Entry(Input):
    """Stock input without border and blink: a blinking cursor sends 1.7 kB/s without end.

    `text` is what is typed; `word` says in its place why nothing is. A paste of several lines is
    kept whole, its lines joined by `joint` (a stock input drops all but the first in silence).
    `typed` is called at once with every change: a message would wait behind what is painted.
    """

    DEFAULT_CSS = """
    Entry { background: $background; color: $foreground; height: 1; }
    Entry:focus { background: $background; text-style: underline; background-tint: $background 0%; }
    """

    typed: Callable[[], object] | None = None  # on the class: the stock input watches from birth

    # stock lays the whole screen out anew for each key, as this changes with the text
    virtual_size: reactive[Size] = reactive(Size(0, 0))

    def __init__(
        self, text: str = "", *, word: str = "", joint: str = " ", id: str | None = None
    ) -> None:
        super().__init__(text, placeholder=word or EMPTY, compact=True, id=id)
        self.select_on_focus = False
        self.cursor_blink = False
        self._word = word
        self._joint = joint

    @property
    def text(self) -> str:
        """What is typed, normalised."""
        return normalise(self.value)

    @text.setter
    def text(self, text: str) -> None:
        self.value = text

    def put(self, text: str) -> None:
        """Put another text in place of all there is, the cursor at its end."""
        self.value = text
        self.cursor_position = len(text)

    @property
    def word(self) -> str:
        """What stands in the empty field."""
        return self._word

    @word.setter
    def word(self, word: str) -> None:
        self._word = word
        self.placeholder = word or EMPTY

    def watch_value(self) -> None:
        """Tell of every change."""
        if self.typed is not None:
            self.typed()

    def on_paste(self, event: events.Paste) -> None:
        """Insert every line of a paste."""
        event.prevent_default()
        event.stop()
        if too_long(self, event.text):
            return
        lines = [line.strip() for line in normalise(event.text).splitlines()]
        self.insert_text_at_cursor(self._joint.join(line for line in lines if line))
