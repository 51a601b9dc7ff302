"""Times that contradict each other, are missing, or do not exist: K01 to K06."""

from __future__ import annotations

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.elapsed import Elapsed, between
from models.moment import Moment
from models.problem import Severity

ZONE_SLACK_S = 14 * 3600
"""How far ahead of the clock at hand a place on earth can be: UTC+14."""


def _elapsed(start: Moment | None, end: Moment | None) -> Elapsed | None:
    return between(start.span(), end.span()) if start and end else None


def _backwards(pairs: tuple[tuple[Moment | None, Moment | None], ...]) -> bool | None:
    """Return whether any pair runs backwards for certain, None when none can be measured."""
    found = [elapsed for pair in pairs if (elapsed := _elapsed(*pair))]
    return any(elapsed.backwards for elapsed in found) if found else None


def known_before_it_happened(e: Evidence) -> Verdict:
    """K01: discovery, or the recorded awareness, lies before the breach."""
    discovered, occurred = e.question("discovered"), e.moment("occurred")
    backwards = _backwards(((occurred, e.moment("discovered")), (occurred, e.aware)))
    if discovered is None or backwards is None:
        return NOT_RUN
    message = "check both dates: discovered before the breach happened"
    return [Objection(Severity.ERROR, discovered, message)] if backwards else ()


def reported_before_known(e: Evidence) -> Verdict:
    """K02: the report was sent before the breach was discovered, or known."""
    discovered = e.question("discovered")
    backwards = _backwards(((e.moment("discovered"), e.reported), (e.aware, e.reported)))
    if discovered is None or backwards is None:
        return NOT_RUN
    message = "check both dates: the report was sent before the breach was discovered"
    return [Objection(Severity.ERROR, discovered, message)] if backwards else ()


def in_the_future(e: Evidence) -> Verdict:
    """K03: a moment that is not a plan lies ahead of the clock, wherever on earth it was read."""
    latest = e.now.span().latest if e.now else None
    if latest is None:
        return NOT_RUN
    ahead: dict[Objection, None] = {}  # two steps of one answer are one objection
    for stated in e.moments():
        earliest = stated.moment.span().earliest
        if not stated.planned and earliest is not None and earliest > latest + ZONE_SLACK_S:
            message = f"check {stated.name}: it lies in the future"
            ahead[Objection(Severity.ERROR, stated.question, message)] = None
    return tuple(ahead)


def no_discovery_date(e: Evidence) -> Verdict:
    """K04: the date of discovery is empty, with or without a time beside it."""
    discovered = e.question("discovered")
    if discovered is None:
        return NOT_RUN
    answer = e.answer(discovered)
    if answer.state == "redacted":
        return ()
    if isinstance(answer.value, Moment) and answer.value.date is not None:
        return ()
    message = "give the date of discovery: the delay cannot be computed without it"
    return [Objection(Severity.ERROR, discovered, message)]


def discovery_time_decides(e: Evidence) -> Verdict:
    """K05: discovery has no time of day, and it would decide between on time and late."""
    discovered, moment = e.question("discovered"), e.moment("discovered")
    if discovered is None or moment is None or moment.date is None:
        return NOT_RUN
    if moment.time is not None:
        return ()
    reading = e.reading()
    if reading is None:
        return NOT_RUN
    if reading.status != "indeterminate":
        return ()
    message = "add the time of discovery: it decides whether the report is in time"
    return [Objection(Severity.INCOMPLETE, discovered, message)]


_WRONG_TIME = {
    "nonexistent": (Severity.ERROR, "correct {}: the clocks skipped it on that day"),
    "contradictory": (Severity.ERROR, "correct {}: its offset is not the zone's"),
    "ambiguous": (Severity.INCOMPLETE, "add an offset to {}: the clocks showed it twice"),
}


def no_such_time(e: Evidence) -> Verdict:
    """K06: a local time that does not exist, or exists twice and is not settled by an offset."""
    found: dict[Objection, None] = {}
    for stated in e.moments():
        status = stated.moment.span().status
        if status in _WRONG_TIME:
            severity, message = _WRONG_TIME[status]
            found[Objection(severity, stated.question, message.format(stated.name))] = None
    return tuple(found)


CHECKS = (
    Check("K01", (Severity.ERROR,), "logic", known_before_it_happened),
    Check("K02", (Severity.ERROR,), "logic", reported_before_known),
    Check("K03", (Severity.ERROR,), "logic", in_the_future),
    Check("K04", (Severity.ERROR,), "{law} Art. 33(1)", no_discovery_date),
    Check("K05", (Severity.INCOMPLETE,), "{law} Art. 33(1)", discovery_time_decides),
    Check("K06", (Severity.ERROR, Severity.INCOMPLETE), "the zone's clock changes", no_such_time),
)
