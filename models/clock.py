"""The reporting clock: how long it took or is taking, against the limit a rule sets.

Elapsed time is counted in UTC and shown with its arithmetic; a moment with an unknown half gives
a range, and "late" is said only when every reading of it is late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from models.deadline import Deadline, Events, deadline, event_of, instant_text
from models.elapsed import Elapsed, between
from models.moment import Moment, Span, duration
from models.rule import Rule, rule, rules
from models.text import counted

__all__ = ["Reading", "Rule", "Status", "read_clock", "read_rule", "rule", "rules"]

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
_UNSURE: frozenset[Status] = frozenset({"indeterminate", "incomplete"})
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
_EVENTS: dict[str, str] = {
    "aware": "awareness",
    "detected": "detection",
    "suspected": "suspicion",
    "classified": "classification",
    "significant": "awareness of the significant incident",
}

_STOPS: dict[str, str] = {"assessed": "assessment"}


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


def clock_text(reading: Reading) -> str:
    """Return a reading in a few words: `22h26m left`, `overdue 3h05m`, `49h34m on_time`."""
    if reading.left_s is not None:
        whole = duration(abs(reading.left_s) // 60 * 60)
        if reading.overdue:
            return f"overdue {whole}"
        return f"{whole} left" if reading.left_s >= 0 else f"perhaps overdue {whole}"
    least, most = reading.elapsed_min_s, reading.elapsed_max_s
    if least is None or most is None:
        return reading.status
    lapse = duration(least) if least == most else f"{duration(least)} .. {duration(most)}"
    return f"{lapse} {reading.status}"


def read_clock(
    rule: Rule, *, aware: Moment | None, reported: Moment | None, now: Moment | None
) -> Reading:
    """Return what `rule` says of a report, or of the time since awareness while there is none.

    `aware` is taken for the event that starts the rule, whatever that is called. See `read_rule`.
    """
    return read_rule(rule, {rule.events[0]: aware}, reported=reported, now=now)


def read_rule(
    rule: Rule, events: Events, *, reported: Moment | None, now: Moment | None
) -> Reading:
    """Return what `rule` says of a report, or of the time since its event while there is none.

    `events` are those of `Rule.events`: facts, and submissions by the id of their rule. `reported`
    is what stops the clock. Never raises. `now` matters only while `reported` is None. Source: the
    rule's own; the treatment of unknown halves and clock changes is ours and errs towards not
    saying "late".
    """
    clock = _Clock(rule, events, reported, now)
    status, why = clock.says()
    # A report before awareness means that one of the two is wrong: no deadline is claimed then.
    elapsed = clock.elapsed
    end = None if elapsed is not None and elapsed.backwards else clock.end
    return Reading(
        rule=rule.id,
        status=status,
        elapsed_min_s=elapsed.min_s if elapsed else None,
        elapsed_max_s=elapsed.max_s if elapsed else None,
        deadline_min=end.texts[0] if end else None,
        deadline_max=end.texts[1] if end else None,
        end_1182_71=clock.authority_end if end else None,
        bands=_bands(elapsed) if elapsed and reported else (),
        why=f"{why}{clock.standing}",
        source=rule.source,
        overdue=elapsed is not None and clock.verdict in _LATE,
        left_s=clock.left_s if status == "running" else None,
    )


class _Clock:
    """One rule held against its events: the period, and what became of it."""

    def __init__(
        self, rule: Rule, events: Events, reported: Moment | None, now: Moment | None
    ) -> None:
        self._rule = rule
        self._events = events
        self._reported = reported
        self._name = rule.events[0]
        self._aware = event_of(events, self._name)
        self._start = self._aware.span() if self._aware else Span("incomplete")
        told = reported or now
        self._stop = told.span() if told else Span("incomplete")
        self.elapsed: Elapsed | None = between(self._start, self._stop)
        self.end: Deadline | None = deadline(rule, events)

    def says(self) -> tuple[Status, str]:
        """Return the status and why."""
        return self._flaw() or self._say()

    @property
    def verdict(self) -> Status:
        """What a report at the stop is by the limit; meant only where the two can be compared."""
        if self._rule.kind == "open":
            return "no_limit"
        if self.end is None or self._missing:
            return "incomplete"
        if self.end.kept(self._stop):
            return "on_time"
        if not self.end.missed(self._stop):
            return "indeterminate"
        end = self.end.last + self._to_the_hour
        within = self._stop.earliest is not None and self._stop.earliest <= end
        return "late_strict_only" if self._rule.authority_end and within else "late"

    @property
    def left_s(self) -> int | None:
        """Seconds from now to the earliest possible end."""
        if self.end is None or self._stop.latest is None or self._start.earliest is None:
            return None
        return self.end.first - self._stop.latest

    @property
    def authority_end(self) -> str | None:
        """The end by Regulation 1182/71 where it is exact."""
        if not self._rule.authority_end or self.end is None or self._start.status != "exact":
            return None
        zone = (self._aware and self._aware.zone) or "UTC"
        return instant_text(self.end.first + self._to_the_hour, zone)

    @property
    def standing(self) -> str:
        """What is to be said of the rule itself, empty where it was in force on that day."""
        day = self._aware.date if self._aware else None
        if self._rule.status == "proposed":
            return "; proposed, not law"
        if day is None or self._rule.holds(day):
            return ""
        until = f" to {self._rule.valid_to}" if self._rule.valid_to else ""
        before = f", before it {self._rule.replaces}" if self._rule.replaces else ""
        return f"; not in force on {day}: it holds from {self._rule.valid_from}{until}{before}"

    @property
    def _to_the_hour(self) -> int:
        """Return the seconds from awareness to the next full hour of its local clock.

        Regulation 1182/71 Art. 3(1) does not count the hour in which the event occurs. A date
        without a time ends on a full hour, so its last reading has nothing to add.
        """
        if self._aware is None or self._aware.time is None:
            return 0
        return 3600 - self._aware.time.minute * 60 - self._aware.time.second

    @property
    def _missing(self) -> str:
        """The event of another leg that nobody stated: it may end the period earlier."""
        legs = (leg.trigger for leg in self._rule.legs)
        return next((each for each in legs if event_of(self._events, each) is None), "")

    def _flaw(self) -> tuple[Status, str] | None:
        """Return what keeps the two from being compared: errors first, then missing dates."""
        named = [(_event(self._name), self._start)]
        named += [("the report", self._stop)] if self._reported else []
        for flawed, (status, why) in _FLAWS.items():
            for name, span in named:
                if span.status == flawed:
                    return status, why.format(name)
        return None

    def _say(self) -> tuple[Status, str]:
        elapsed, limit, event = self.elapsed, _limit(self._rule), _event(self._name)
        what = _STOPS.get(self._rule.stop, "report")
        if elapsed is None:
            return "running", f"no {what} yet, {limit} from {event}"
        if elapsed.backwards:
            until = what if self._reported else "now"
            return "error", f"{elapsed} from {event} to {until}: one of the two is wrong"
        verdict = self.verdict
        if self._reported and verdict == "incomplete":
            return verdict, f"the time of {_event(self._missing)} is not stated, {limit}"
        if self._reported:
            return verdict, f"{elapsed} from {event} to {what}, {limit}{_AFTERTHOUGHTS[verdict]}"
        overdue = ", overdue" if verdict in _LATE else ""
        if verdict in _UNSURE and (self.left_s or 0) < 0:
            overdue = ", perhaps overdue"
        return "running", f"{elapsed} since {event} and no {what} yet, {limit}{overdue}"


def _event(name: str) -> str:
    return _EVENTS.get(name, f"the submission of {name}")


def _limit(rule: Rule) -> str:
    if rule.limit_s is not None:
        return f"limit {duration(rule.limit_s)}"
    if rule.days is not None:
        return f"limit {rule.days} days"
    if rule.months is not None:
        return f"limit {counted(rule.months, 'month')}"
    if rule.legs:
        legs = (f"{duration(leg.hours * 3600)} from {_event(leg.trigger)}" for leg in rule.legs)
        return f"limit {' or '.join(legs)}, the earlier"
    return "no limit in hours"


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
