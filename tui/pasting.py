"""What a terminal sends, with a paste taken whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from tui.widgets.entry import LONGEST_PASTE

_BEGIN: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
_REST: Final = len(_END) - 1  # characters that may be the beginning of a mark


class PasteParser(XTermParser):
    """Textual's own parser, which a paste goes past: only its two marks are handed on.

    The stock one looks for key sequences in it, two minutes a megabyte of a hostile one, and makes
    keys of what it does not know. Of a paste that is too long, no more is kept than tells so.
    """

    def __init__(self, *, debug: bool = False) -> None:
        super().__init__(debug)
        self._pasted: list[str] | None = None  # while a paste lasts
        self._length = 0
        self._last = ""  # what came before, as far as a mark may begin in it

    def feed(self, data: str) -> Iterator[Message]:
        """Yield what `data` means; empty `data` ends the stream."""
        if not data:
            yield from super().feed(data)
        while data:
            both = self._last + data
            if self._pasted is None:
                end = both.find(_BEGIN) + len(_BEGIN)
                if end < len(_BEGIN):
                    self._last = both[-_REST:]
                    yield from super().feed(data)
                    return
                fed, data = data[: end - len(self._last)], both[end:]
                self._pasted, self._length, self._last = [], 0, ""
                yield from super().feed(fed)
                continue
            text, mark, data = both.partition(_END)
            if not mark:
                text, self._last = text[:-_REST], text[-_REST:]
                self._keep(text)
                return
            self._keep(text)
            yield from self._end()

    def _keep(self, text: str) -> None:
        if self._pasted is not None and self._length <= LONGEST_PASTE:
            self._pasted.append(text)
            self._length += len(text)

    def _end(self) -> Iterator[Message]:
        text = "".join(self._pasted or ()).replace("\0", "")
        self._pasted, self._last = None, ""
        for event in super().feed(_END):
            yield events.Paste(text) if isinstance(event, events.Paste) else event
