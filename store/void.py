"""What is kept without effect: ops of a device that lacks the role for them."""

from __future__ import annotations

from dataclasses import dataclass

from models.strictjson import JSON
from store.change import Change, Op
from store.fold import CaseState


@dataclass(frozen=True, slots=True)
class Void:
    """An op that counts nowhere, and the change it came with."""

    change: Change
    op: Op

    @property
    def by(self) -> str:
        """Who it was, in which role: `a.officer, acting as case officer`."""
        return f"{self.change.who}, acting as {self.change.role.replace('_', ' ')}"

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        told = {"change": self.change.id, "who": self.change.who, "role": self.change.role}
        return {**self.op.as_json(), **told}


def void_ops(state: CaseState) -> tuple[Void, ...]:
    """Return what is kept without effect in a case, in the order of display."""
    return tuple(
        Void(change, op) for change in state.changes for op in change.ops if op.op_id in state.void
    )
