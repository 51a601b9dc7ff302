"""The state of a case: what its changes leave live, and where they contradict each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.strictjson import JSON, dump
from store.change import Change, Op
from store.errors import ConflictError
from store.role import KEY_FIELD, Authority


@dataclass(frozen=True, slots=True)
class LiveValue:
    """One live value of a field; `deleted` marks a deletion, whose value is None."""

    value: JSON
    op_id: str
    who: str
    device: str
    wall: str
    deleted: bool = False


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


def fold(case_id: str, changes: Iterable[Change], authority: Authority) -> CaseState:
    """Return the state that `changes` (verified, of one case, in any order) come to.

    No clock decides anything. Source: docs/format-vault.md, "Record".
    """
    ordered = tuple(sorted(changes, key=lambda each: each.place))
    counted: list[tuple[Change, Op]] = []
    void = set()
    for change in ordered:
        for op in change.ops:
            if authority.permits(change, op):
                counted.append((change, op))
            else:
                void.add(op.op_id)
    dead = {(op.field, each) for _, op in counted for each in op.over}
    live: dict[str, list[tuple[Change, Op]]] = {}
    for change, op in counted:
        # the store's own business, told to nobody above
        if (op.field, op.op_id) not in dead and not op.field.startswith(KEY_FIELD):
            live.setdefault(op.field, []).append((change, op))
    fields = {field: _register(pairs) for field, pairs in live.items()}
    seen = {parent for change in ordered for parent in change.parents}
    heads = tuple(sorted(change.id for change in ordered if change.id not in seen))
    return CaseState(case_id, MappingProxyType(fields), ordered, heads, frozenset(void))


def _register(pairs: list[tuple[Change, Op]]) -> Register:
    distinct: dict[bytes, LiveValue] = {}
    for change, op in pairs:
        deleted = op.kind == "del"
        value = LiveValue(op.value, op.op_id, change.who, change.device, change.wall, deleted)
        distinct.setdefault(_canonical(op.value, deleted=deleted), value)
    return Register(tuple(distinct.values()), tuple(op.op_id for _, op in pairs))


def _canonical(value: JSON, *, deleted: bool) -> bytes:
    return b"" if deleted else dump(_sorted(value))


def _sorted(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(each) for each in value]
    return value
