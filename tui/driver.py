"""The driver that sends cells, not widgets: one key is some fifty bytes on the line.

Textual repaints a whole widget for each key. Here its frames go into a grid, and a thread brings
the terminal from what it shows to what it should show. A line that stands still costs nothing but
time: what changes meanwhile is one frame later on, and nobody waits for it.
"""

from __future__ import annotations

import os
import re
from codecs import getincrementaldecoder
from itertools import repeat
from selectors import EVENT_READ, DefaultSelector
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.pasting import PasteParser

if TYPE_CHECKING:
    from textual.app import App

# go to row;column, a style, a new line, text; anything else is no frame
_TOKEN: Final = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|(\r?\n)|([^\x00-\x1f\x7f]+)")
_SYNC: Final = frozenset(("\x1b[?2026h", "\x1b[?2026l"))
_SYSTEM: Final = "\x1b]"
_ALTERNATE: Final = "\x1b[?1049"
_PATIENCE_S: Final = 2.0
_READ: Final = 64 * 1024  # bytes
_LOOK_S: Final = 0.1  # how often to see whether an escape stands alone, or the end has come
_SHORT: Final = 4  # cells; a step over them takes as many bytes


class Cell(NamedTuple):
    """What one place shows. `width` 2 takes the place after it too, which is then a `TAIL`."""

    text: str
    style: str
    width: int


class Cells(dict[str, Cell]):
    """The cells of one style by character, each made once: most of a frame says nothing new."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, text: str) -> Cell:
        """Make the cell of a character."""
        cell = self[text] = Cell(text, self._style, cell_len(text))
        return cell


TAIL: Final = Cell("", "", 0)
Place = tuple[int, int]
"""Row and column, from 1."""


class Grid:
    """What the terminal shows, and what it is to show."""

    def __init__(self) -> None:
        self._shown: dict[Place, Cell] = {}
        self._wanted: dict[Place, Cell] = {}
        self._end: Place | None = None
        self._cursor: Place | None = None
        self._style: str | None = None
        self._styles: dict[str, Cells] = {}
        self._narrow = True  # as long as no character that was drawn is wide

    @property
    def waiting(self) -> bool:
        """Whether something was drawn since the last `take`."""
        return bool(self._wanted) or self._end is not None

    def forget(self) -> None:
        """Assume nothing of what the terminal shows."""
        self._shown.clear()
        self.lose_place()

    def lose_place(self) -> None:
        """Assume nothing of the terminal's cursor and style."""
        self._cursor = self._style = None

    def draw(self, frame: str) -> bool:
        """Take in what Textual writes; return whether it is a frame, else nothing has changed."""
        drawn: dict[Place, Cell] = {}
        at, y, x, style = 0, 0, 0, ""
        end: Place | None = None
        while at < len(frame):
            match = _TOKEN.match(frame, at)
            if match is None or not (y or match[1]):
                return False
            at = match.end()
            row, column, code, line, text = match.groups()
            end = None
            if row is not None:
                y, x = end = (int(row), int(column))
            elif code is not None:
                style = "" if code == "0" else code
            elif line is not None:
                y, x = y + 1, 1
            else:
                x = self._put(drawn, (y, x), text, style)
        self._wanted.update(drawn)
        self._end = end
        return True

    def take(self) -> str:
        """Return what brings the terminal up to date, the least of it."""
        out: list[str] = []
        wanted, shown = self._wanted, self._shown
        # a wide character that is overwritten changes the place beside it: then look at all
        changed = (place for place in wanted if shown.get(place) != wanted[place])
        for place in sorted(changed if self._narrow else wanted):
            cell = wanted[place]
            if cell.width and shown.get(place) != cell:
                self._send(out, place, cell)
        self._wanted.clear()
        if self._end is not None and self._end != self._cursor:
            out.append(f"\x1b[{self._end[0]};{self._end[1]}H")
            self._cursor = self._end
        self._end = None
        return "".join(out)

    def _put(self, drawn: dict[Place, Cell], place: Place, text: str, style: str) -> int:
        """Put a run of text into the cells it takes; return the column after it."""
        y, x = place
        cells = self._styles.get(style)
        if cells is None:
            cells = self._styles[style] = Cells(style)
        if text.isascii():
            end = x + len(text)
            places = zip(repeat(y), range(x, end), strict=False)  # the row has no end of its own
            drawn.update(zip(places, map(cells.__getitem__, text), strict=True))
            return end
        for character in text:
            cell = cells[character]
            if not cell.width:
                _join(drawn, (y, x), character)
                continue
            drawn[y, x] = cell
            if cell.width > 1:
                self._narrow = False
                drawn[y, x + 1] = TAIL
            x += cell.width
        return x

    def _send(self, out: list[str], place: Place, cell: Cell) -> None:
        y, x = place
        if self._cursor != place:
            ahead = x - self._cursor[1] if self._cursor and self._cursor[0] == y else 0
            out.append(self._between(place, ahead) if ahead > 0 else f"\x1b[{y};{x}H")
        if cell.style != self._style:
            out.append(f"\x1b[0;{cell.style}m" if cell.style else "\x1b[m")
            self._style = cell.style
        out.append(cell.text)
        self._overwrite(place, cell)
        # where terminals disagree about the width, the next cell is gone to by its number
        plain = cell.width == 1 and len(cell.text) == 1
        self._cursor = (y, x + 1) if plain else None

    def _between(self, place: Place, ahead: int) -> str:
        """Return what takes the cursor to the right: what stands there, if that is shorter."""
        y, x = place
        cells = [self._shown.get((y, x - back), TAIL) for back in range(min(ahead, _SHORT), 0, -1)]
        same = all(cell.width == 1 and cell.style == self._style for cell in cells)
        if ahead <= _SHORT and same:
            return "".join(cell.text for cell in cells)
        return f"\x1b[{ahead}C"

    def _overwrite(self, place: Place, cell: Cell) -> None:
        """Take note of a cell, and that half a wide character beside it is none any more."""
        y, x = place
        if self._shown.get(place) == TAIL:
            self._shown.pop((y, x - 1), None)
        last = (y, x + cell.width - 1)
        if self._shown.get(last, cell).width > 1:
            self._shown.pop((y, x + cell.width), None)
        self._shown[place] = cell
        if cell.width > 1:
            self._shown[y, x + 1] = TAIL


def _join(drawn: dict[Place, Cell], place: Place, mark: str) -> None:
    """Add a mark without a width to the character before it."""
    y, x = place
    if drawn.get((y, x - 1)) == TAIL:
        x -= 1
    before = drawn.get((y, x - 1))
    if before is not None:
        drawn[y, x - 1] = before._replace(text=before.text + mark)


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
