"""The time between two moments, each of which may denote an instant, two, or an interval."""

from __future__ import annotations

from dataclasses import dataclass

from models.moment import Span, duration


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The shortest and the longest time that can have passed, in integer seconds.

    `min_attained` and `max_attained` are False where that end is open, because a half is unknown.
    Both are negative when the second moment lies before the first for certain.
    """

    min_s: int
    max_s: int
    min_attained: bool
    max_attained: bool

    @property
    def backwards(self) -> bool:
        """Whether the second moment lies before the first, whatever the unknown halves are."""
        return self.max_s < 0 or (self.max_s == 0 and not self.max_attained)

    def __str__(self) -> str:
        if self.min_s == self.max_s:
            return duration(self.min_s)
        return f"{duration(self.min_s)} .. {duration(self.max_s)}"


def between(start: Span, end: Span) -> Elapsed | None:
    """Return the time from `start` to `end`, None when either denotes nothing.

    A minimum below zero is raised to zero unless the whole interval is negative: a date without
    a time reaches past the other end of the same day.
    """
    if start.earliest is None or start.latest is None or end.earliest is None or end.latest is None:
        return None
    found = Elapsed(
        min_s=end.earliest - start.latest,
        max_s=end.latest - start.earliest,
        min_attained=start.latest_attained,
        max_attained=end.latest_attained,
    )
    if found.min_s >= 0 or found.backwards:
        return found
    return Elapsed(0, found.max_s, min_attained=True, max_attained=found.max_attained)
