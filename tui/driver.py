"""The driver that sends cells, not widgets: one key is some fifty bytes on the line.

Textual repaints a whole widget for each key. Here its frames go into a grid (`tui.grid`), and a
thread brings the terminal from what it shows to what it should show. A line that stands still costs
nothing but time: what changes meanwhile is one frame later on, and nobody waits for it.
"""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from selectors import EVENT_READ, DefaultSelector
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.grid import Grid
from tui.pasting import PasteParser

if TYPE_CHECKING:
    from textual.app import App

_SYNC: Final = frozenset(("\x1b[?2026h", "\x1b[?2026l"))
_SYSTEM: Final = "\x1b]"
_ALTERNATE: Final = "\x1b[?1049"
_PATIENCE_S: Final = 2.0
_READ: Final = 64 * 1024  # bytes
_LOOK_S: Final = 0.1  # how often to see whether an escape stands alone, or the end has come


class Painter:
    """The thread that writes to the line: what is drawn, and in their order other sequences."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._grid = Grid()
        self._first: list[str] = []  # to be sent before what the grid has
        self._stale = False
        self._ended = False
        # its lock can be taken again by the same thread: a signal handler writes too
        self._turn = Condition()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._ended = False
        self._thread = Thread(target=self._run, name="painter", daemon=True)
        self._thread.start()

    def put(self, data: str) -> None:
        """Take what Textual writes; never waits for the line."""
        with self._turn:
            if not self._grid.draw(data):
                self._first += (self._taken(), data)
                self._grid.lose_place()
                if _ALTERNATE in data:
                    self._grid.forget()
            self._turn.notify()

    def forget(self) -> None:
        """Let the next frame be sent whole; takes no lock."""
        self._stale = True

    def end(self) -> None:
        """Return when all is written, or after 2 seconds: a line may stand still."""
        with self._turn:
            self._ended = True
            self._turn.notify()
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)

    def _taken(self) -> str:
        if self._stale:
            self._stale = False
            self._grid.forget()
        return self._grid.take()

    def _run(self) -> None:
        ended = False
        while not ended:
            with self._turn:
                while not (self._first or self._grid.waiting or self._ended):
                    self._turn.wait()
                data = "".join((*self._first, self._taken()))
                self._first.clear()
                ended = self._ended
            try:
                _write(self._descriptor, data.encode("utf-8", "replace"))
            except OSError:
                return  # the line is gone, and with it who would have seen this


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


class DiffDriver(LinuxDriver):
    """Textual's own driver with the grid before the line."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._painter = Painter(self._file.fileno() if self._file else 2)
        self._size: tuple[int, int] | None = None

    def write(self, data: str) -> None:
        """Send what differs. A frame leaves in one piece, so its marks of beginning and end go.

        So do commands to the terminal's system: title, clipboard, and the mouse pointer's shape,
        which Textual sends with the mouse off too and a poor terminal prints.
        """
        if data not in _SYNC and not data.startswith(_SYSTEM):
            self._painter.put(data)

    def forget(self) -> None:
        """Let the next frame be sent whole."""
        self._painter.forget()

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self._painter.start()
        super().start_application_mode()  # type: ignore[no-untyped-call] # as Textual has it

    def close(self) -> None:
        """Let what is written reach the terminal."""
        self._painter.end()
        super().close()

    def run_input_thread(self) -> None:
        """Read the line as Textual does, with a paste taken whole and odd bytes no end of it."""
        parser = PasteParser()
        decode = getincrementaldecoder("utf-8")("replace").decode
        with DefaultSelector() as selector:
            selector.register(self.fileno, EVENT_READ)
            while not self.exit_event.is_set():
                text = decode(os.read(self.fileno, _READ)) if selector.select(_LOOK_S) else ""
                for event in (*(parser.feed(text) if text else ()), *parser.tick()):
                    self.process_message(event)

    def process_message(self, message: Message) -> None:
        """Forget what a terminal of another size showed."""
        if isinstance(message, events.Resize):
            self.forget()
        super().process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        size = super()._get_terminal_size()
        if size != self._size:
            self._size = size
            self.forget()
        return size
