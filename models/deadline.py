"""The end of a period: in elapsed hours, in days or months of the local calendar, or the earlier.

Nothing is moved for a weekend or a holiday. Source: Regulation 1182/71 Art. 3(2); docs/clocks.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models import zone as zones
from models.moment import Moment, MomentError, Span, from_instant
from models.rule import Leg, Rule

Events = Mapping[str, Moment | None]
_EARLIER = {"detected": "aware", "significant": "aware"}
"""What stands for an event until somebody states it: never later, so that it errs early."""
_EASTMOST_S, _WESTMOST_S = 14 * 3600, -12 * 3600
_MONTHS, _LAST_YEAR = 12, 9999


@dataclass(frozen=True, slots=True)
class Deadline:
    """The first and the last instant at which a period can end, in UTC seconds since 1970.

    `attained`: it can end at the last one. `whole_day`: it ends with a local day, so its own
    instant, the next midnight, is late. `texts` are the two as Moments: a date without a time is
    the end of that day; None past the year 9999.
    """

    first: int
    last: int
    texts: tuple[str | None, str | None]
    attained: bool = True
    whole_day: bool = False

    def kept(self, end: Span) -> bool:
        """Whether what happened at `end` was in time, however both are read."""
        if end.latest is None or end.latest > self.first:
            return False
        return end.latest < self.first or not (self.whole_day and end.latest_attained)

    def missed(self, end: Span) -> bool:
        """Whether what happened at `end` was too late, however both are read."""
        if end.earliest is None or end.earliest < self.last:
            return False
        return end.earliest > self.last or self.whole_day or not self.attained


def event_of(events: Events, name: str) -> Moment | None:
    """Return an event, or the earlier one that stands for it until it is stated."""
    return events.get(name) or events.get(_EARLIER.get(name, name))


def counts(rule: Rule, name: str) -> bool:
    """Return whether a rule looks at an event, be it for another that is not stated."""
    return any(name in {each, _EARLIER.get(each)} for each in rule.events)


def deadline(rule: Rule, events: Events) -> Deadline | None:
    """Return when a period ends, None while its start is not known and for one without number."""
    start = event_of(events, rule.events[0])
    days, months = rule.days, rule.months
    if rule.limit_s is not None:
        return _after(start, rule.limit_s)
    if days is not None:
        return _day_end(start, lambda day: day + dt.timedelta(days=days))
    if months is not None:
        return _day_end(start, lambda day: _months_on(day, months))
    return _earliest(rule.legs, events)


def _starts(span: Span) -> tuple[int, ...]:
    found = tuple(second for second in (span.earliest, span.latest) if second is not None)
    return found or span.readings


def _after(start: Moment | None, length_s: int) -> Deadline | None:
    span = start.span() if start else Span("incomplete")
    starts = _starts(span)
    if start is None or not starts:
        return None
    zone = start.zone or "UTC"
    first, last = (second + length_s for second in starts)
    return Deadline(
        first, last, (instant_text(first, zone), instant_text(last, zone)), span.latest_attained
    )


def instant_text(seconds: int, zone: str) -> str | None:
    """Return an instant as a Moment of that zone, None past the year 9999."""
    try:
        return str(from_instant(seconds, zone))
    except MomentError:
        return None


def _day_end(start: Moment | None, on: Callable[[dt.date], dt.date]) -> Deadline | None:
    """Return the end of the local day that `on` makes of the event's own day.

    The day of the event is not counted, the last day is whole; days across a clock change are not
    24 h. An unknown zone makes the end 26 h wide.
    """
    if start is None or start.date is None or start.span().status == "contradictory":
        return None
    try:
        day = on(start.date)
    except OverflowError:
        far = zones.wall(dt.date.max, dt.time(0)) + 2 * zones.DAY_S
        return Deadline(far, far, (None, None), whole_day=True)
    if start.zone is None:
        end = zones.wall(day, dt.time(0)) + zones.DAY_S
        offset = start.offset
        east, west = (_EASTMOST_S, _WESTMOST_S) if offset is None else (offset, offset)
        first, last = end - east, end - west
    else:
        first = last = zones.bounds(day, start.zone)[1]
    text = str(Moment(day, None, start.zone))
    return Deadline(first, last, (text, text), whole_day=True)


def _months_on(day: dt.date, months: int) -> dt.date:
    """Return the same date some months later, or the last day of a month that has none.

    Raises OverflowError past the year 9999. Source: Regulation 1182/71 Art. 3(2)(c).
    """
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year, month = day.year + years, month + 1
    if year > _LAST_YEAR:
        raise OverflowError
    if month == _MONTHS:  # its last day is known, the month after it may not exist
        return dt.date(year, month, day.day)
    last = dt.date(year, month + 1, 1) - dt.timedelta(days=1)
    return min(dt.date(year, month, 1) + dt.timedelta(days=day.day - 1), last)


def _earliest(legs: tuple[Leg, ...], events: Events) -> Deadline | None:
    ends = [(leg, _after(event_of(events, leg.trigger), leg.hours * 3600)) for leg in legs]
    known = [(leg, end) for leg, end in ends if end is not None]
    binding = [(end, _bound(leg, end, events)) for leg, end in known]
    firsts = [end for end, bound in binding if bound is not False]
    lasts = [end for end, bound in binding if bound]
    if not firsts:
        return None
    first = min(firsts, key=lambda end: end.first)
    last = min(lasts or firsts, key=lambda end: end.last)
    return Deadline(first.first, last.last, (first.texts[0], last.texts[1]), last.attained)


def _bound(leg: Leg, end: Deadline, events: Events) -> bool | None:
    """Return whether a leg counts: not where another event came after its end; None if unsure."""
    other = event_of(events, leg.unless_past) if leg.unless_past else None
    if other is None:
        return True
    span = other.span()
    if end.missed(span):
        return False
    return True if end.kept(span) or span.latest is None else None
