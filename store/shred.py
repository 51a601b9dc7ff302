"""Shreds: the orders to destroy a case, as the vault log says them; and what is destroyed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from models.strictjson import JSON
from store.change import Op, is_case_id
from store.fold import CaseState, LiveValue, Register

FAMILY: Final = "shred/"
_MORE: Final = re.compile(r"shred/([0-9a-f]{32})/([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Shred:
    """One order: for which case, why, by whom, their machine's clock then, and the keys it names.

    `stands` is False once it was cancelled, also by somebody who did not know of it. `order` tells
    one from another of the same case.
    """

    case_id: str
    reason: str
    who: str
    wall: str
    keys: frozenset[str]
    order: str
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Gone:
    """What this replica has destroyed: ids of cases and of keys that no file of theirs opens."""

    cases: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


NOTHING: Final = Gone()


def shreds(log: CaseState) -> dict[str, Shred]:
    """Return the orders by case id, cancelled ones too. The vault log itself is none's to destroy.

    Of several the first says why and by whom. Source: docs/format-vault.md, "Shred".
    """
    found = {}
    for field, register in log.fields.items():
        case_id = field.removeprefix(FAMILY)
        if field.startswith(FAMILY) and is_case_id(case_id) and case_id != log.case_id:
            live = [each for each in register.values if not each.deleted]
            told = live or [*_withdrawn(log, field)]
            if told:
                found[case_id] = _shred(case_id, register, told, _later(log, case_id))
    return found


def held_cases(log: CaseState) -> frozenset[str]:
    """Return the ids of the cases under a hold, also one beside a deletion."""
    return frozenset(
        field.removeprefix("hold/")
        for field, register in log.fields.items()
        if field.startswith("hold/") and not all(each.deleted for each in register.values)
    )


def standing(log: CaseState) -> dict[str, Shred]:
    """Return the orders that stand and that no hold stops, by case id."""
    held = held_cases(log)
    return {name: each for name, each in shreds(log).items() if each.stands and name not in held}


def standing_keys(log: CaseState) -> frozenset[str]:
    """Return the ids of the keys that these name."""
    return frozenset(key_id for each in standing(log).values() for key_id in each.keys)


def named_keys(ops: Iterable[Op]) -> Iterator[str]:
    """Yield the ids of the keys that ops order to be destroyed, whether or not they stand."""
    for op in ops:
        more = _MORE.fullmatch(op.field)
        if more:
            yield more[2]
        elif op.field.startswith(FAMILY):
            yield from _keys(op.value)


def _shred(case_id: str, register: Register, told: list[LiveValue], later: list[str]) -> Shred:
    first = told[0]
    reason = first.value.get("reason") if isinstance(first.value, dict) else None
    keys = {key_id for each in told for key_id in _keys(each.value)}
    return Shred(
        case_id,
        reason if isinstance(reason, str) else "",
        first.who,
        max(each.wall for each in told),
        frozenset(keys.union(later)),
        " ".join(sorted(register.op_ids)),
        stands=not any(each.deleted for each in register.values),
    )


def _withdrawn(log: CaseState, field: str) -> Iterator[LiveValue]:
    """Yield the last order of a field of which nothing is live any more."""
    for change in reversed(log.changes):
        for op in change.ops:
            if (op.kind, op.field) == ("set", field) and op.op_id not in log.void:
                yield LiveValue(op.value, op.op_id, change.who, change.device, change.wall)
                return


def _later(log: CaseState, case_id: str) -> list[str]:
    matches = (_MORE.fullmatch(field) for field in log.fields)
    return [each[2] for each in matches if each and each[1] == case_id]


def _keys(value: JSON) -> Iterator[str]:
    keys = value.get("keys") if isinstance(value, dict) else None
    for key_id in keys if isinstance(keys, list) else ():
        if isinstance(key_id, str) and is_case_id(key_id):
            yield key_id
