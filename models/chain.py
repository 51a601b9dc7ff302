"""The delay chain: where the time between a breach and the end of its case went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from models.elapsed import between
from models.moment import Moment, duration

_HOUR_S, _DAY_S = 3600, 86_400


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the chain: what happened, at which party, and when (None: not known).

    Names in use: occurrence, awareness, sealed, sent, received, filed, acknowledged, follow-up,
    decision. `party` may be empty, `who` is its name where that is known and `party` lacks it. As
    text: `awareness (processor)`.
    """

    name: str
    party: str
    at: Moment | None
    who: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.party})" if self.party else self.name

    @property
    def brief(self) -> str:
        """The same, `awareness` alone for the controller's."""
        return self.name if self.party == "controller" else str(self)

    @property
    def whose(self) -> str:
        """Whose awareness it was, such as `processor Example Hosting`; else what happened."""
        if self.name != "awareness":
            return str(self)
        return f"{self.party} {self.who}".strip()


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between two events in integer seconds, None where unknown.

    `text` is `49h34m`, `256h42m .. 280h42m`, or `?`. Negative when the second event lies before
    the first.
    """

    from_: Event
    to: Event
    min_s: int | None
    max_s: int | None
    text: str

    @property
    def name(self) -> str:
        """Between whom it lies: `processor Example Hosting -> controller`."""
        return f"{self.from_.whose} -> {self.to.whose}"

    @property
    def days(self) -> str:
        """The same in days and hours from two days on: `9d 4h`, `10d 16h .. 11d 16h`, or `?`."""
        if self.min_s is None or self.max_s is None:
            return "?"
        low, high = _days(self.min_s), _days(self.max_s)
        return low if low == high else f"{low} .. {high}"


def gap(a: Event, b: Event) -> Gap:
    """Return the time from `a` to `b`; unknown when either denotes no instant."""
    found = between(a.at.span(), b.at.span()) if a.at and b.at else None
    if found is None:
        return Gap(a, b, None, None, "?")
    return Gap(a, b, found.min_s, found.max_s, str(found))


def delay_chain(events: Iterable[Event]) -> tuple[Gap, ...]:
    """Return the gap between each event and the next, in the order given.

    An event without a moment stays a link: the gap on either side of it is unknown.
    """
    return tuple(gap(a, b) for a, b in pairwise(events))


def longest(gaps: Iterable[Gap]) -> Gap | None:
    """Return the gap that took longest at the least, the first of several; None for none known."""
    known = [each for each in gaps if each.min_s is not None]
    return max(known, key=lambda each: (each.min_s or 0, each.max_s or 0), default=None)


def _days(seconds: int) -> str:
    if seconds < 2 * _DAY_S:
        return duration(seconds)
    days, rest = divmod(seconds, _DAY_S)
    return f"{days}d {rest // _HOUR_S}h"
