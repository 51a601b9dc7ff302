"""What is kept without effect: ops of a device without the role, and ops beside a sealing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from models.strictjson import JSON
from store.ancestry import ancestors, side_by_side
from store.change import Change, Op
from store.fold import CaseState

ROLE: Final = "its device may not"
SEALED: Final = "its report was sealed meanwhile"


@dataclass(frozen=True, slots=True)
class Void:
    """An op that counts nowhere, the change it came with, and why."""

    change: Change
    op: Op
    why: str

    @property
    def by(self) -> str:
        """Who it was, in which role: `a.officer, acting as case officer`."""
        return f"{self.change.who}, acting as {self.change.role.replace('_', ' ')}"

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        told = {"change": self.change.id, "who": self.change.who, "role": self.change.role}
        return {**self.op.as_json(), **told, "why": self.why}


def void_ops(state: CaseState) -> tuple[Void, ...]:
    """Return what is kept without effect in a case, in the order of display."""
    late = {each.op.op_id: each for each in _late(state)} if side_by_side(state) else {}
    found = []
    for change in state.changes:
        for op in change.ops:
            if op.op_id in state.void:
                found.append(Void(change, op, ROLE))
            elif op.op_id in late:
                found.append(late[op.op_id])
    return tuple(found)


def void_reasons(state: CaseState) -> dict[str, str]:
    """Return why ops are without effect, by their ids."""
    return {each.op.op_id: each.why for each in void_ops(state)}


def _late(state: CaseState) -> Iterator[Void]:
    """Yield what was written to a report by those who had not seen that a bundle sealed it."""
    sealed = {field[: -len("frozen")]: field for field in state.fields if _is_sealing(state, field)}
    seen = ancestors(state.changes)
    bits = {each.id: 1 << number for number, each in enumerate(state.changes)}
    for report, field in sealed.items():
        sealings = [each for each in state.changes if any(op.field == field for op in each.ops)]
        known = 0
        for each in sealings:
            known |= seen[each.id] | bits[each.id]
        for each in state.changes:
            if not known & bits[each.id] and not each.resolves:
                yield from (
                    Void(each, op, SEALED) for op in each.ops if op.field.startswith(report)
                )


def _is_sealing(state: CaseState, field: str) -> bool:
    """Whether a field says that a bundle, which is here, sealed a report."""
    bundle = state.value(field) if field.endswith("/frozen") else None
    match state.value(f"message/{bundle}"):
        case {"payload": {"report": dict()}}:
            return True
        case _:
            return False
