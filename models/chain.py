"""The delay chain: where the time between a breach and the end of its case went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from models.elapsed import between
from models.moment import Moment


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the chain: what happened, at which party, and when (None: not known).

    Names in use: occurrence, awareness, sealed, sent, received, filed, acknowledged, follow-up,
    decision. `party` may be empty. As text: `awareness (processor)`.
    """

    name: str
    party: str
    at: Moment | None

    def __str__(self) -> str:
        return f"{self.name} ({self.party})" if self.party else self.name


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
