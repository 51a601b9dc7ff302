"""The delay chain drawn as text: `awareness 18 Dec 16:42 --49h34m--> sent 20 Dec 18:16`."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from models.chain import Event, Gap
from models.moment import Moment
from tui.shown import one_line, wrap

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NO_CHAIN = "no moment is recorded yet"


def short_moment(moment: Moment | None, *, year: bool = False) -> str:
    """Return `18 Dec 16:42`, with `?` for a half that is not known."""
    if moment is None:
        return "?"
    day = "?"
    if moment.date is not None:
        day = f"{moment.date.day} {_MONTHS[moment.date.month - 1]}"
        day = f"{day} {moment.date.year}" if year else day
    return day if moment.time is None else f"{day} {moment.time:%H:%M}"


def chain_pieces(gaps: Sequence[Gap]) -> tuple[str, ...]:
    """Return one piece an event, each but the first led by the gap before it.

    The year stands with the first event and wherever it changes. A gap that does not go on from
    the one before it (a headline over several) follows as `(sent to filed 64h56m)`.
    """
    pieces: list[str] = []
    last: Event | None = None
    for gap in gaps:
        lapse = gap.text.replace(" ", "")
        if last is None:
            pieces.append(_event(gap.from_, None))
        if last is None or gap.from_ == last:
            pieces.append(f"--{lapse}--> {_event(gap.to, gap.from_)}")
            last = gap.to
        else:
            pieces.append(f"({gap.from_.brief} to {gap.to.brief} {lapse})")
    return tuple(one_line(piece) for piece in pieces)


def _event(event: Event, before: Event | None) -> str:
    year = _year(event) is not None and (before is None or _year(before) != _year(event))
    return f"{event} {short_moment(event.at, year=year)}"


def _year(event: Event) -> int | None:
    return event.at.date.year if event.at and event.at.date else None


class ChainStrip(Widget):
    """The chain over at most `rows` rows; what does not fit is counted, F3 shows it all.

    The clocks beside the main one stand above it in a row of their own.
    """

    DEFAULT_CSS = "ChainStrip { height: auto; background: $background; }"

    def __init__(self, *, rows: int = 4) -> None:
        super().__init__()
        self._rows = rows
        self._gaps: tuple[Gap, ...] = ()
        self._clocks: tuple[str, ...] = ()

    def show(self, gaps: tuple[Gap, ...]) -> None:
        """Draw another chain."""
        if gaps != self._gaps:  # a new layout draws the whole screen again
            self._gaps = gaps
            self.refresh(layout=True)

    def tell(self, clocks: tuple[str, ...]) -> None:
        """Name the other clocks, the most pressing first, such as `nis2-ew 3h10m left`."""
        if clocks != self._clocks:
            higher = bool(clocks) != bool(self._clocks)
            self._clocks = clocks
            self.refresh(layout=higher)

    def lines(self, width: int) -> tuple[str, ...]:
        """Return the rows drawn at `width` cells."""
        pieces = chain_pieces(self._gaps) or (NO_CHAIN,)
        above = _within(_parted(self._clocks), width, 1) if self._clocks else ()
        return (*above, *_within(pieces, width, self._rows))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """As many rows as the chain takes."""
        return len(self.lines(width))

    def render(self) -> Content:
        """Return the rows."""
        return Content("\n".join(self.lines(self.size.width)))


def _parted(clocks: tuple[str, ...]) -> tuple[str, ...]:
    """Return the clocks as pieces, each but the last with what parts it from the next."""
    return (*(f"{each};" for each in clocks[:-1]), *clocks[-1:])


def _within(pieces: tuple[str, ...], width: int, most: int) -> tuple[str, ...]:
    """Return the pieces over at most so many rows, the rest counted."""
    rows = wrap(pieces, width)
    kept = len(pieces)
    while len(rows) > most and kept:
        kept -= 1
        rows = wrap((*pieces[:kept], f"+{len(pieces) - kept} more (F3)"), width)
    return rows
