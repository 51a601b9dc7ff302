"""A list of objects as items that each have a name and a position, and the change to another."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from models.position import between, position, spread
from models.strictjson import JSON, dump

PLACE: Final = "-pos"
_ID: Final = 16
_NAMES: Final = ("name", "text")  # what tells an organisation, a measure from the others


@dataclass(frozen=True, slots=True)
class Item:
    """One object of a list: its id (16 hex digits), where it stands (empty: last), what it is."""

    id: str
    place: str
    value: JSON

    @property
    def order(self) -> tuple[bool, str, str]:
        """Sorts a list."""
        return (not self.place, self.place, self.id)


def listed(values: JSON) -> dict[str, Item]:
    """Return the items of a list that was written whole; none for what is no list of objects."""
    found: dict[str, Item] = {}
    place = ""
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, dict):
            name = hashlib.sha256(dump([index, _sorted(value)])).hexdigest()[:_ID]
            place = between(place, "")
            found[name] = Item(name, place, value)
    return found


def laid_over(items: Mapping[str, Item], parts: Mapping[str, JSON]) -> tuple[Item, ...]:
    """Return the items, in order, as the registers of single ones have it."""
    names = dict.fromkeys([*items, *(name for name in parts if len(name) == _ID)])
    found = []
    for name in names:
        known = items.get(name, Item(name, "", None))
        value = parts.get(name, known.value)
        if isinstance(value, dict):
            place = position(parts.get(name + PLACE)) or known.place
            found.append(Item(name, place, value))
    return tuple(sorted(found, key=lambda each: each.order))


def rewritten(
    items: tuple[Item, ...], values: list[JSON], new_id: Callable[[], str]
) -> dict[str, JSON]:
    """Return the registers to set so that the list holds `values`.

    An item stays itself where it is the same or has the same name, or where one with half of the
    words in common follows the same item.
    """
    if [each.value for each in items] == values:
        return {}
    names = _matched(items, values)
    wanted = [Item(name or new_id(), "", value) for name, value in zip(names, values, strict=True)]
    places = _places(items, wanted)
    before = {each.id: each for each in items}
    found: dict[str, JSON] = {each: None for each in before if each not in set(names)}
    for each in wanted:
        known = before.get(each.id)
        if known is None or known.value != each.value:
            found[each.id] = each.value
        if known is None or known.place != places[each.id]:
            found[each.id + PLACE] = places[each.id]
    return found


def _matched(items: tuple[Item, ...], values: list[JSON]) -> list[str]:
    """Return for each value the id of the item that it is, empty for a new one."""
    left = {each.id: each for each in items}
    names = [""] * len(values)
    for told in (_whole, _name):
        alike: dict[str, list[str]] = {}
        for each in reversed(left.values()):
            alike.setdefault(told(each.value), []).append(each.id)
        for number, value in enumerate(values):
            if not names[number] and alike.get(told(value)):
                names[number] = left.pop(alike[told(value)].pop()).id
    follows = dict(zip(["", *(each.id for each in items)], items, strict=False))
    last = ""
    for number, name in enumerate(names):
        behind = follows.get(last)
        if not name and behind and behind.id in left and _akin(behind.value, values[number]):
            names[number] = left.pop(behind.id).id
        last = names[number] or "new"
    return names


def _whole(value: JSON) -> str:
    return dump(_sorted(value)).decode()


def _name(value: JSON) -> str:
    told = value if isinstance(value, dict) else {}
    return next((str(told[each]) for each in _NAMES if each in told), "")


def _akin(one: JSON, other: JSON) -> bool:
    words = [{*_name(each).casefold().split()} for each in (one, other)]
    return 2 * len(words[0] & words[1]) >= max(1, *map(len, words))


def _places(items: tuple[Item, ...], wanted: list[Item]) -> dict[str, str]:
    """Return where each item stands; as few of those that were there as can be are moved."""
    order = {each.id: number for number, each in enumerate(items) if each.place}
    kept = _rising([order[each.id] for each in wanted if each.id in order])
    held = {each.id: each.place for each in items if order.get(each.id) in kept}
    found: dict[str, str] = {}
    last, moved = "", list[str]()
    for each in wanted:
        place = held.get(each.id, "")
        if place > last or (place and place == last and not moved):  # equal ones: by their ids
            found |= zip(moved, spread(last, place, len(moved)), strict=True)
            found[each.id], last, moved = place, place, []
        else:
            moved.append(each.id)
    return found | dict(zip(moved, spread(last, "", len(moved)), strict=True))


def _rising(numbers: Iterable[int]) -> set[int]:
    """Return a longest rising run among numbers, not necessarily side by side."""
    ends: list[int] = []
    behind: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_right(ends, number)
        behind[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = behind[last]
    return found


def _sorted(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return value
