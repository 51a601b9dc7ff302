"""The state of a case: what its changes leave live, and where they contradict each other."""

from __future__ import annotations

import hashlib
from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.parts import is_item
from models.strictjson import JSON, dump
from store.change import Change, Op
from store.errors import ConflictError
from store.role import KEY_FIELD
from store.roster import Authority


@dataclass(frozen=True, slots=True)
class LiveValue:
    """One live value of a field; `deleted` marks a deletion, whose value is None."""

    value: JSON
    op_id: str
    who: str
    device: str
    wall: str
    deleted: bool = False

    @property
    def key(self) -> bytes:
        """Equal for equal values, whatever the order of their members; empty for a deletion."""
        return value_key(self.value, deleted=self.deleted)


@dataclass(frozen=True, slots=True)
class Register:
    """One field: its distinct live values, oldest first, and the ids of all live ops."""

    values: tuple[LiveValue, ...]
    op_ids: tuple[str, ...]

    @property
    def in_conflict(self) -> bool:
        """Whether the field has more than one live value."""
        return len(self.values) > 1

    def one(self) -> JSON:
        """Return the only value, None where it was deleted; raise ConflictError for several."""
        if self.in_conflict:
            raise ConflictError(
                f"field has {len(self.values)} values", hint="choose one of them first"
            )
        return self.values[0].value


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case (or the vault log) as its changes leave it.

    `changes` are in order of display. `heads` are the changes nothing was written on top of.
    `void` are the ids of ops that were kept but have no effect, their author lacking the role.
    """

    case_id: str
    fields: Mapping[str, Register]
    changes: tuple[Change, ...]
    heads: tuple[str, ...]
    void: frozenset[str] = frozenset()

    def values(self) -> dict[str, JSON]:
        """Return the value of each field that has exactly one."""
        return {
            field: register.one()
            for field, register in self.fields.items()
            if not register.in_conflict and not register.values[0].deleted
        }

    def readings(self) -> dict[str, JSON]:
        """Return `values`, and of an item of a list in conflict the first that is no deletion.

        What one took off a list while another edited it stays there until a person decides.
        """
        told = self.values()
        for field in filter(is_item, self.conflicts):
            live = [each.value for each in self.fields[field].values if each.value is not None]
            if live:
                told[field] = live[0]
        return told

    def value(self, field: str) -> JSON:
        """Return what `values` has for one field, None where it has nothing, at no other's cost."""
        register = self.fields.get(field)
        return None if register is None or register.in_conflict else register.one()

    @property
    def conflicts(self) -> frozenset[str]:
        """The fields with more than one live value."""
        return frozenset(name for name, register in self.fields.items() if register.in_conflict)

    @property
    def wall(self) -> str:
        """The wall clock of the last change, empty where there is none."""
        return self.changes[-1].wall if self.changes else ""

    def digest(self) -> str:
        """Return 64 hex digits, equal wherever the same changes are."""
        told: JSON = [
            [field, [[each.op_id, each.value] for each in register.values]]
            for field, register in sorted(self.fields.items())
        ]
        return hashlib.sha256(dump([told, [*self.heads], [*sorted(self.void)]])).hexdigest()


class Fold:
    """Takes in changes (verified, of one case, in any order) and says what they come to.

    No clock decides anything. A change costs what it touches, not what the case holds.
    Source: docs/format-vault.md, "Record".
    """

    def __init__(self, case_id: str, authority: Authority) -> None:
        self._case_id = case_id
        self._authority = authority
        self._changes: list[Change] = []
        self._heads: set[str] = set()
        self._parents: set[str] = set()
        self._void: set[str] = set()
        self._dead: set[tuple[str, str]] = set()
        self._live: dict[str, list[tuple[Change, Op]]] = {}
        self._fields: dict[str, Register] = {}

    def add(self, change: Change) -> None:
        """Take in one change."""
        insort(self._changes, change, key=lambda each: each.place)
        self._parents.update(change.parents)
        self._heads.difference_update(change.parents)
        if change.id not in self._parents:
            self._heads.add(change.id)
        for op in change.ops:
            if self._authority.permits(change, op):
                self._count(change, op)
            else:
                self._void.add(op.op_id)

    def state(self) -> CaseState:
        """Return the state as of now."""
        fields = MappingProxyType(dict(self._fields))
        heads = tuple(sorted(self._heads))
        changes = tuple(self._changes)
        return CaseState(self._case_id, fields, changes, heads, frozenset(self._void))

    def _count(self, change: Change, op: Op) -> None:
        if op.field.startswith(KEY_FIELD):  # the store's own business, told to nobody above
            return
        self._dead.update((op.field, each) for each in op.over)
        pairs = [*self._live.get(op.field, ()), (change, op)]
        live = [pair for pair in pairs if (op.field, pair[1].op_id) not in self._dead]
        live.sort(key=lambda pair: pair[0].place)
        self._live[op.field] = live
        # never empty: what replaces an op is an op of the same field
        self._fields[op.field] = _register(live)


def fold(case_id: str, changes: Iterable[Change], authority: Authority) -> CaseState:
    """Return the state that `changes` come to; see Fold."""
    whole = Fold(case_id, authority)
    for change in changes:
        whole.add(change)
    return whole.state()


def _register(pairs: list[tuple[Change, Op]]) -> Register:
    if len(pairs) == 1:  # nearly always, and then there is nothing to compare
        ((change, op),) = pairs
        return Register((_live(change, op),), (op.op_id,))
    distinct: dict[bytes, LiveValue] = {}
    for value in (_live(change, op) for change, op in pairs):
        distinct.setdefault(value.key, value)
    return Register(tuple(distinct.values()), tuple(op.op_id for _, op in pairs))


def _live(change: Change, op: Op) -> LiveValue:
    deleted = op.kind == "del"
    return LiveValue(op.value, op.op_id, change.who, change.device, change.wall, deleted)


def value_key(value: JSON, *, deleted: bool) -> bytes:
    """Return the key of a value; see LiveValue."""
    return b"" if deleted else dump(_sorted(value))


def _sorted(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(each) for each in value]
    return value
