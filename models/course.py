"""The course of a case: what was known when, and what followed, as links of the delay chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.chain import Event, Gap, delay_chain, gap, longest
from models.links import CONTROLLER, awareness, links, main_route
from models.moment import Moment
from models.record import place

if TYPE_CHECKING:
    from models.case import Case

_HEADLINES = (
    (("occurrence", ""), ("awareness", CONTROLLER)),
    (("awareness", CONTROLLER), ("sent", "")),
    (("sent", ""), ("filed", "")),
)
_THEIRS = "as the regulator states"
_REPEATED = frozenset({"requested", "answered", "withdrawn", "closed", "reopened"})
"""What may happen to a case more than once."""


def stops(case: Case) -> list[Event]:
    """Return the events of the delay chain: what was known, then what followed in order of time.

    Of several parties those of the longest route to the controller; the others are branches.
    """
    known_by = [*main_route(case.parties), None]
    start = [Event("occurrence", "", case.occurred)]
    start += [awareness(case.parties, each, case.aware) for each in known_by]
    after = [each for each in _after(case) if each.at is not None]
    after.sort(key=lambda each: place(each.at))
    return start + after


def chain(case: Case) -> tuple[Gap, ...]:
    """Return the gaps between one known event and the next, from breach to closure.

    The links of other parties follow; then breach to awareness, awareness to report and report to
    filing where another event stands between the two.
    """
    course = stops(case)
    named = {(stop.name, stop.party): stop for stop in course}
    pairs = [(named.get(a), named.get(b)) for a, b in _HEADLINES]
    gaps = [*delay_chain(course), *branches(case)]
    adjacent = {(each.from_, each.to) for each in gaps}
    split = [gap(a, b) for a, b in pairs if a and b and (a, b) not in adjacent]
    return (*gaps, *split)


def branches(case: Case) -> tuple[Gap, ...]:
    """Return the links of the parties that are not on the longest route."""
    route = main_route(case.parties)
    return tuple(each.gap for each in links(case.parties, case.aware) if each.party not in route)


def delays(case: Case) -> tuple[Gap, ...]:
    """Return the gaps up to the report: where its delay can have arisen."""
    course = stops(case)
    sent = next(
        (at for at, stop in enumerate(course) if (stop.name, stop.party) == ("sent", "")), None
    )
    known = sum(stop.name in {"occurrence", "awareness"} for stop in course)
    upto = course[:known] if sent is None else course[: sent + 1]
    return (*delay_chain(upto), *branches(case))


def longest_text(case: Case) -> str:
    """Return `longest: processor X -> controller, 9d 4h`; empty where no gap is known."""
    found = longest(delays(case))
    return f"longest: {found.name}, {found.days}" if found else ""


def unknown_text(case: Case) -> str:
    """Return `not known: processor X -> controller`, every such gap; empty for none."""
    dark = [each.name for each in delays(case) if each.min_s is None]
    return f"not known: {', '.join(dark)}" if dark else ""


def _after(case: Case) -> list[Event]:
    """Return every stop after awareness, in the order they follow when their times are equal.

    Where we and the regulator state different times, each statement is a stop of its own.
    """
    initial, receipt = case.initial, case.acknowledgement
    about = initial.frozen if initial else None
    found = [_ours("sealed", initial.sealed_at if initial else None), _ours("sent", case.reported)]
    found.append(_theirs("sent", case.reported, receipt.stated("reported_at") if receipt else None))
    for name in ("received", "filed"):
        said = receipt.stated(f"{name}_at") if receipt else None
        ours = case.when(name, about, None)
        found += [_ours(name, ours or said), _theirs(name, ours, said)]
    acknowledged = case.when("acknowledged")
    if receipt:
        acknowledged = acknowledged or case.when("sent", receipt.id) or receipt.at
    found.append(_ours("acknowledged", acknowledged))
    later = [each for each in case.reports if each is not initial and each.frozen]
    found += [_ours("follow-up", each.sent_at or each.sealed_at) for each in later]
    decided = next((each.at for each in case.decisions if each.at), None)
    letter = next((each.at for each in case.messages if each.kind == "decision"), None)
    found.append(_ours("decision", decided or case.when("decided") or letter))
    more = [each for each in case.events if each.name in _REPEATED]
    more.sort(key=lambda each: (place(each.at), each.name))  # closed first when times are equal
    return found + [_ours(each.name, each.at) for each in more]


def _ours(name: str, at: Moment | None) -> Event:
    return Event(name, "", at)


def _theirs(name: str, ours: Moment | None, theirs: Moment | None) -> Event:
    """Return the regulator's statement beside ours; one that says the same has no time."""
    return Event(name, _THEIRS, theirs if ours and ours != theirs else None)
