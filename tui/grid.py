"""The cells of the screen: what the terminal shows, what it is to show, and the least between."""

from __future__ import annotations

import re
from itertools import repeat
from typing import Final, NamedTuple

from rich.cells import cell_len

# go to row;column, a style, a new line, text; anything else is no frame
_TOKEN: Final = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|(\r?\n)|([^\x00-\x1f\x7f]+)")
# of a style: attributes, foreground, background, in the order Rich writes them
_STYLE: Final = re.compile(
    r"((?:\d(?:;|$))*)(?:(3[0-79]|9[0-7]|38;5;\d+|38;2(?:;\d+){3})(?:;|$))?"
    r"(4[0-79]|10[0-7]|48;5;\d+|48;2(?:;\d+){3})?"
)
_SEEN_ON_BLANKS: Final = frozenset("4579")  # underline, blink, reverse, strike
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
        ground = _ground(self._style) if text == " " else None
        style = self._style if ground is None else ground
        cell = self[text] = Cell(text, style, cell_len(text))
        return cell


def _ground(style: str) -> str | None:
    """Return the background, which is all a blank shows of a style; None if it shows more."""
    parts = _STYLE.fullmatch(style)
    return None if parts is None or _SEEN_ON_BLANKS & set(parts[1]) else parts[3] or ""


def _turn(before: str | None, after: str) -> str:
    """Return what turns one style of the terminal into another: the difference, where it adds."""
    old, new = _STYLE.fullmatch(before or ""), _STYLE.fullmatch(after)
    if before and old is not None and new is not None and new[1].startswith(old[1]):
        added = new[1].removeprefix(old[1]).strip(";")
        kept = [(new[part] or "") for part in (2, 3) if new[part] != old[part]]
        if all(kept) and (added or kept):
            return f"\x1b[{';'.join(filter(None, (added, *kept)))}m"
    return f"\x1b[0;{after}m" if after else "\x1b[m"


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
        if not self._fits(cell):
            out.append(_turn(self._style, cell.style))
            self._style = cell.style
        out.append(cell.text)
        self._overwrite(place, cell)
        # where terminals disagree about the width, the next cell is gone to by its number
        plain = cell.width == 1 and len(cell.text) == 1
        self._cursor = (y, x + 1) if plain else None

    def _fits(self, cell: Cell) -> bool:
        """Whether a cell can be sent in the style that the terminal is in."""
        if cell.text == " " and self._style is not None:
            return cell.style in (self._style, _ground(self._style))
        return cell.style == self._style

    def _between(self, place: Place, ahead: int) -> str:
        """Return what takes the cursor to the right: what stands there, if that is shorter."""
        y, x = place
        cells = [self._shown.get((y, x - back), TAIL) for back in range(min(ahead, _SHORT), 0, -1)]
        same = all(cell.width == 1 and self._fits(cell) for cell in cells)
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
