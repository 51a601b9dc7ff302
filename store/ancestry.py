"""What each change of a case was written on top of."""

from __future__ import annotations

from collections.abc import Iterable

from store.change import Change
from store.fold import CaseState


def side_by_side(state: CaseState) -> bool:
    """Whether anything in a case was ever written without knowing of something else."""
    return len(state.heads) > 1 or any(len(each.parents) > 1 for each in state.changes)


def ancestors(changes: Iterable[Change]) -> dict[str, int]:
    """Return of each change those that it was written on top of, a bit each by its number.

    Parents first: their order of display is what their authors claim.
    """
    left = {each.id: each for each in changes}
    bits = {name: 1 << number for number, name in enumerate(left)}
    found: dict[str, int] = {}
    for start in [*left.values()]:
        ahead = [start]
        while ahead:
            each = ahead[-1]
            missing = [left[one] for one in each.parents if one in left and one not in found]
            if missing:
                ahead += missing
                continue
            ahead.pop()
            found[each.id] = 0
            for one in each.parents:
                found[each.id] |= found.get(one, 0) | bits.get(one, 0)
    return found
