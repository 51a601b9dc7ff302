"""The entries of a case that are there for good: which ones there are, oldest change first."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from store.fold import CaseState, LiveValue


def new_id() -> str:
    """Return a new name for an entry: 16 random hex digits."""
    return secrets.token_hex(8)


def entries(state: CaseState, family: str) -> Iterator[tuple[str, LiveValue]]:
    """Yield each id and value below `family`, such as `log/`, in the order of their changes.

    An id that two changes gave different values stands for both of them.
    """
    place = {change.id: number for number, change in enumerate(state.changes)}
    found = [
        (name.removeprefix(family), value)
        for name, register in state.fields.items()
        if name.startswith(family)
        for value in register.values
    ]
    found.sort(key=lambda each: place[each[1].op_id.partition(":")[0]])
    yield from found
