"""The course of a case drawn to scale: every stop, gap, limit and note on one line of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.case import Case
from models.chain import Event, Gap, delay_chain
from models.course import branches, stops
from models.moment import Moment, Span
from models.record import moment, place
from models.rule import rule
from store.incident import Note
from tui.shown import fit, one_line
from tui.widgets.chain import short_moment

STOP, UNSURE, LIMIT, PASSED, NOTE, CERTAIN, MAYBE = "o", "=", "!", ":", "*", "#", "-"
_LEAST_LABEL, _LEAST_BAR = 12, 16
_WHEN, _WHEN_YEAR = 13, 18  # cells of a time with the blank after it
_WIDE = 70  # cells from which on there is room for the year


@dataclass(frozen=True, slots=True)
class Mark:
    """One row: something that was at a time, or the gap between two such (`until` is set then).

    `sign` is what stands in the bar.
    """

    label: str
    at: Moment | None
    sign: str
    until: Moment | None = None

    @property
    def is_gap(self) -> bool:
        """Whether it is a gap; else it is one time."""
        return self.sign == CERTAIN


@dataclass(frozen=True, slots=True)
class Scale:
    """The rows of a course, and the first and last second that the bars reach from and to.

    `limit` is the second of the first limit, which is marked in every bar that leaves room.
    """

    marks: tuple[Mark, ...]
    first: int
    last: int
    limit: int | None = None

    def line(self, index: int, width: int) -> str:
        """Return a row in `width` cells: what, when, and where on the scale."""
        mark, year = self.marks[index], width >= _WIDE
        when = _WHEN_YEAR if year else _WHEN
        label = max((width - when) * 2 // 5, _LEAST_LABEL)
        head = fit(f"  {mark.label}", label + when - 1)
        if not mark.is_gap:
            head = f"{fit(mark.label, label - 1)} {short_moment(mark.at, year=year):<{when - 1}}"
        bar = self._bar(mark, max(width - label - when, _LEAST_BAR))
        return fit(f"{head} {bar}", width)

    def _bar(self, mark: Mark, width: int) -> str:
        start, end = _span(mark.at), _span(mark.until)
        cells = [" "] * width
        if mark.is_gap:
            self._fill(cells, start.earliest, end.latest, MAYBE)
            self._fill(cells, start.latest, end.earliest, CERTAIN)
        elif start.earliest is not None:
            self._fill(cells, start.earliest, start.latest, UNSURE)
            cells[self._cell(start.earliest, width)] = mark.sign
        if self.limit is not None and cells[at := self._cell(self.limit, width)] == " ":
            cells[at] = PASSED
        return "".join(cells)

    def _fill(self, cells: list[str], start: int | None, end: int | None, sign: str) -> None:
        if start is None or end is None or end < start:
            return
        for cell in range(self._cell(start, len(cells)), self._cell(end, len(cells)) + 1):
            cells[cell] = sign

    def _cell(self, second: int, width: int) -> int:
        return (second - self.first) * (width - 1) // max(self.last - self.first, 1)


def scale(case: Case, notes: Sequence[Note], now: Moment | None) -> Scale:
    """Return the course of a case to draw: its stops in order, the others between them by time."""
    chain = stops(case)
    beside = sorted(_beside(case, notes, now), key=lambda mark: place(mark.at))
    gaps = {each.to: each for each in delay_chain(chain)}
    marks: list[Mark] = []
    for stop in chain:
        while beside and stop.at is not None and place(beside[0].at) < place(stop.at):
            marks.append(beside.pop(0))
        if stop in gaps:
            marks.append(_gap(gaps[stop]))
        marks.append(_stop(stop))
    marks += beside
    marks += [_gap(each, named=True) for each in branches(case)]
    reached = [span for mark in marks for span in (_span(mark.at), _span(mark.until))]
    seconds = [
        each for span in reached for each in (span.earliest, span.latest) if each is not None
    ]
    limits = [_span(mark.at).earliest for mark in marks if mark.sign == LIMIT]
    first, last = min(seconds, default=0), max(seconds, default=0)
    return Scale(tuple(marks), first, last, limits[0] if limits else None)


def _beside(case: Case, notes: Sequence[Note], now: Moment | None) -> Iterator[Mark]:
    reading = case.reading(now)
    limit = moment(reading.deadline_min)
    if limit is not None:
        hours = rule(case.rule_id).hours
        yield Mark(f"limit, {hours} hours", limit, LIMIT)
    last = moment(reading.deadline_max)
    if last is not None and last != limit:
        yield Mark("limit at the latest", last, LIMIT)
    for each in branches(case):
        yield _stop(each.from_)
    for note in notes:
        corrected = "corrected: " if note.corrected else ""
        yield Mark(one_line(f"{corrected}{note.who}: {note.text}"), note.at, NOTE)


def _stop(event: Event) -> Mark:
    return Mark(one_line(event.whose), event.at, STOP)


def _gap(gap: Gap, *, named: bool = False) -> Mark:
    label = f"{gap.text}  {gap.name}" if named else gap.text
    return Mark(one_line(label), gap.from_.at, CERTAIN, gap.to.at)


def _span(at: Moment | None) -> Span:
    return at.span() if at else Span("incomplete")
