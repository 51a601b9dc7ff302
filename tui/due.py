"""When answers are wanted, as it is typed: one time for all questions, or one for each."""

from __future__ import annotations

from collections.abc import Sequence

from models.errors import UsageError
from models.moment import Moment, MomentError


def dues(typed: Sequence[str], count: int) -> list[Moment | None]:
    """Return when each of `count` questions is wanted, as `[N=]MOMENT` says it; UsageError."""
    found: dict[int, Moment] = {}
    for text in typed:
        number, equals, moment = text.rpartition("=")
        place = int(number) if number.isdecimal() else 0
        if (equals and not 1 <= place <= count) or place in found:
            raise UsageError(
                f"due {number or 'for all'} names no question, or one twice",
                hint=f"there are {count}: write N=MOMENT, or MOMENT for all of them",
            )
        try:
            found[place] = Moment.parse(moment)
        except MomentError as error:
            raise UsageError(error.message, hint=error.hint) from None
    return [found.get(number, found.get(0)) for number in range(1, count + 1)]
