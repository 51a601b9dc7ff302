"""Cases that look like another one: found by their dates in the index, compared by models.alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from models.alike import Traits, days_around, likeness, traits
from models.strictjson import JSON
from store.row import Row
from store.slip import day_word
from store.vault import Vault


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that may be about the same incident, and why it may."""

    row: Row
    reasons: tuple[str, ...]

    @property
    def line(self) -> str:
        """It in a few words: `looks like 1a2b3c4d Lost laptop: same discovery, same processor`."""
        return f"looks like {self.row.id[:8]} {self.row.title}: {', '.join(self.reasons)}"

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {"id": self.row.id, "title": self.row.title, "reasons": [*self.reasons]}


def alike_cases(vault: Vault, case_id: str, today: str) -> tuple[Alike, ...]:
    """Return the cases that look like this one, the most reasons first.

    A case that states no date yet is compared as discovered `today` (ISO).
    """
    own = traits(vault.case(case_id))
    if not (own.discovered or own.occurred):
        own = replace(own, discovered=today)
    rows = dict[str, Row]()
    for name, date in _dates(own):
        words = [day_word(name, day) for day in days_around(date)]
        rows |= {row.id: row for row in vault.index.having(words)} if words else {}
    return _compared(case_id, own, rows)


def alike_among(rows: Iterable[Row], wanted: Container[str]) -> dict[str, tuple[Alike, ...]]:
    """Return for each case of `rows` whose id is `wanted` those that look like it, if any do."""
    by_day = defaultdict[tuple[str, str], dict[str, Row]](dict)
    listed = tuple(rows)
    for row in listed:
        for name in ("discovered", "occurred"):
            by_day[name, getattr(row.traits, name)][row.id] = row
    found = {}
    for row in listed:
        if row.id in wanted:
            near = dict[str, Row]()
            for day in _days(row.traits):
                near |= by_day.get(day, {})
            if alike := _compared(row.id, row.traits, near):
                found[row.id] = alike
    return found


def _days(own: Traits) -> list[tuple[str, str]]:
    return [(name, day) for name, date in _dates(own) for day in days_around(date)]


def _dates(own: Traits) -> tuple[tuple[str, str], ...]:
    return ("discovered", own.discovered), ("occurred", own.occurred)


def _compared(case_id: str, own: Traits, rows: Mapping[str, Row]) -> tuple[Alike, ...]:
    others = (row for row in rows.values() if row.id != case_id)
    found = (Alike(row, likeness(own, row.traits)) for row in others)
    alike = [each for each in found if each.reasons]
    return tuple(sorted(alike, key=lambda each: (-len(each.reasons), each.row.id)))
