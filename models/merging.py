"""One moment out of two messages: the time that one states, on the date that another states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.moment import Moment, combine

_IMPOSSIBLE = frozenset({"nonexistent", "contradictory"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What one report says, and what that report is called."""

    report: str
    moment: Moment

    @property
    def where(self) -> str:
        """The report with its article: `the initial report`, `follow-up report 1`."""
        return self.report if self.report[-1].isdecimal() else f"the {self.report}"


@dataclass(frozen=True, slots=True)
class Merged:
    """A moment that no message states whole: `time` and `date` are what its halves are from."""

    moment: Moment
    time: Statement
    date: Statement

    @property
    def why(self) -> str:
        """Where it is from: `inferred from two messages: the time from ..., the date from ...`."""
        return (
            f"inferred from two messages: the time from {self.time.where},"
            f" the date from {self.date.where}"
        )


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Halves that cannot be of one moment, oldest first."""

    statements: tuple[Statement, ...]

    @property
    def why(self) -> str:
        """What differs, with who says it."""
        told = ", ".join(f"{each.moment} in {each.where}" for each in self.statements)
        return f"not merged, the halves contradict each other: {told}"


def merge_halves(stated: Sequence[Statement]) -> Merged | Contradiction | None:
    """Return the one moment that statements of halves, oldest first, are of.

    None where nothing is to be merged: somebody states a whole moment, or all state the same half.
    """
    times = [each for each in stated if each.moment.date is None]
    dates = [each for each in stated if each.moment.time is None]
    if not times or not dates or len(times) + len(dates) < len(stated):
        return None
    joined = {combine(time.moment, date.moment) for time in times for date in dates}
    moment = joined.pop()
    if joined or moment is None or moment.span().status in _IMPOSSIBLE:
        return Contradiction(tuple(stated))
    return Merged(moment, times[0], dates[0])
