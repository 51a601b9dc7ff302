"""The reporting clock: how long it took or is taking, against the limit a rule sets.

Elapsed time is counted in UTC and shown with its arithmetic; a moment with an unknown half gives
a range, and "late" is said only when every reading of it is late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from models.elapsed import Elapsed, between
from models.moment import Moment, MomentError, Span, duration, from_instant
from models.rule import Rule, rule, rules

__all__ = ["Reading", "Rule", "Status", "read_clock", "rule", "rules"]

Status = Literal[
    "on_time",
    "late",
    "late_strict_only",
    "indeterminate",
    "incomplete",
    "running",
    "error",
    "no_limit",
]

_LATE: frozenset[Status] = frozenset({"late", "late_strict_only"})
_A_S, _B_S, _C_S = 24 * 3600, 72 * 3600, 168 * 3600  # where the ICO's published bands meet
_FLAWS: dict[str, tuple[Status, str]] = {
    "nonexistent": ("error", "the local time of {} does not exist in its zone"),
    "contradictory": ("error", "the UTC offset of {} does not fit its zone"),
    "incomplete": ("incomplete", "the date of {} is not stated"),
}
_AFTERTHOUGHTS: dict[Status, str] = {
    "on_time": "",
    "indeterminate": ": exact times would settle it",
    "late_strict_only": ", not past the end by Regulation 1182/71",
    "late": "",
    "no_limit": "",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clock says: `as_json` gives all but the last two fields.

    Elapsed times are integer seconds, deadlines texts of Moments in the zone of awareness (`Z`
    where that is unknown), None where unknown; maxima are exclusive where a half is unknown.
    `bands` are the ICO's time-to-report bands A (under 24 h), B (to 72 h), C (to a week), D.
    `overdue`: past the strict limit for certain. `left_s`: seconds from now to the earliest
    possible deadline while running, negative once that has passed. Under a rule without a number
    there is no deadline, and a report is neither in time nor late: `no_limit`.
    """

    rule: str
    status: Status
    elapsed_min_s: int | None
    elapsed_max_s: int | None
    deadline_min: str | None
    deadline_max: str | None
    end_1182_71: str | None
    bands: tuple[str, ...]
    why: str
    source: str
    overdue: bool = False
    left_s: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the ten published fields, in their published order."""
        return {
            "rule": self.rule,
            "status": self.status,
            "elapsed_min_s": self.elapsed_min_s,
            "elapsed_max_s": self.elapsed_max_s,
            "deadline_min": self.deadline_min,
            "deadline_max": self.deadline_max,
            "end_1182_71": self.end_1182_71,
            "bands": list(self.bands),
            "why": self.why,
            "source": self.source,
        }


def read_clock(
    rule: Rule, *, aware: Moment | None, reported: Moment | None, now: Moment | None
) -> Reading:
    """Return what `rule` says of a report, or of the time since awareness while there is none.

    Never raises. `now` matters only while `reported` is None. Source: the rule's own; the
    treatment of unknown halves and clock changes is ours and errs towards not saying "late".
    """
    start = _span(aware)
    end = _span(reported) if reported else None
    elapsed = between(start, end or _span(now))
    late = elapsed is not None and _verdict(rule, elapsed, aware) in _LATE
    status, why = _flaw(start, end) or _say(rule, elapsed, aware, reported)
    # A report before awareness means that one of the two is wrong: no deadline is claimed then.
    wrong_order = elapsed is not None and elapsed.backwards
    first, last, authority_end = (None,) * 3 if wrong_order else _deadlines(rule, aware)
    return Reading(
        rule=rule.id,
        status=status,
        elapsed_min_s=elapsed.min_s if elapsed else None,
        elapsed_max_s=elapsed.max_s if elapsed else None,
        deadline_min=first,
        deadline_max=last,
        end_1182_71=authority_end,
        bands=_bands(elapsed) if elapsed and reported else (),
        why=why,
        source=rule.source,
        overdue=late,
        left_s=_left(rule, elapsed) if status == "running" else None,
    )


def _span(moment: Moment | None) -> Span:
    return moment.span() if moment else Span("incomplete")


def _flaw(start: Span, end: Span | None) -> tuple[Status, str] | None:
    """Return what keeps the two from being compared: errors first, then missing dates."""
    named = [("awareness", start)] + ([("the report", end)] if end else [])
    for flawed, (status, why) in _FLAWS.items():
        for name, span in named:
            if span.status == flawed:
                return status, why.format(name)
    return None


def _left(rule: Rule, elapsed: Elapsed | None) -> int | None:
    return None if elapsed is None or rule.limit_s is None else rule.limit_s - elapsed.max_s


def _verdict(rule: Rule, elapsed: Elapsed, aware: Moment | None) -> Status:
    limit = rule.limit_s
    if limit is None:
        return "no_limit"
    if elapsed.max_s <= limit:
        return "on_time"
    if elapsed.min_s < limit or (elapsed.min_s == limit and elapsed.min_attained):
        return "indeterminate"
    if rule.authority_end and elapsed.min_s <= limit + _to_the_hour(aware):
        return "late_strict_only"
    return "late"


def _to_the_hour(aware: Moment | None) -> int:
    """Return the seconds from awareness to the next full hour of its local clock.

    Regulation 1182/71 Art. 3(1) does not count the hour in which the event occurs. A date without
    a time ends on a full hour, so its last reading has nothing to add.
    """
    if aware is None or aware.time is None:
        return 0
    return 3600 - aware.time.minute * 60 - aware.time.second


def _say(
    rule: Rule, elapsed: Elapsed | None, aware: Moment | None, reported: Moment | None
) -> tuple[Status, str]:
    limit = "no limit in hours" if rule.limit_s is None else f"limit {duration(rule.limit_s)}"
    if elapsed is None:
        return "running", f"no report yet, {limit} from awareness"
    if elapsed.backwards:
        until = "report" if reported else "now"
        return "error", f"{elapsed} from awareness to {until}: one of the two is wrong"
    verdict = _verdict(rule, elapsed, aware)
    if reported:
        return verdict, f"{elapsed} from awareness to report, {limit}{_AFTERTHOUGHTS[verdict]}"
    known = {"on_time": "", "no_limit": "", "indeterminate": ", perhaps overdue"}
    overdue = known.get(verdict, ", overdue")
    return "running", f"{elapsed} since awareness and no report yet, {limit}{overdue}"


def _deadlines(rule: Rule, aware: Moment | None) -> tuple[str | None, str | None, str | None]:
    """Return the first and the last possible strict deadline, and the end by Regulation 1182/71."""
    span = _span(aware)
    zone = (aware and aware.zone) or "UTC"
    starts = [second for second in (span.earliest, span.latest) if second is not None]
    starts = starts or list(span.readings)
    limit = rule.limit_s
    if not starts or limit is None:
        return None, None, None
    authority_end = None
    if rule.authority_end and span.status == "exact":
        authority_end = _text(starts[0] + _to_the_hour(aware) + limit, zone)
    first, last = (_text(second + limit, zone) for second in starts)
    return first, last, authority_end


def _text(seconds: int, zone: str) -> str | None:
    try:
        return str(from_instant(seconds, zone))
    except MomentError:  # past the year 9999
        return None


def _bands(elapsed: Elapsed) -> tuple[str, ...]:
    """Return the bands that can hold: exactly 24h00m and 72h00m are B, 168h00m is C (ours)."""
    if elapsed.backwards:
        return ()

    def not_above(edge: int) -> bool:
        return elapsed.min_s < edge or (elapsed.min_s == edge and elapsed.min_attained)

    def reaches(edge: int) -> bool:
        return elapsed.max_s > edge or (elapsed.max_s == edge and elapsed.max_attained)

    held = {
        "A": elapsed.min_s < _A_S,
        "B": not_above(_B_S) and reaches(_A_S),
        "C": not_above(_C_S) and elapsed.max_s > _B_S,
        "D": elapsed.max_s > _C_S,
    }
    return tuple(band for band, holds in held.items() if holds)
