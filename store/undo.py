"""Taking a change back: by a new change, over what the old one wrote and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from models.errors import MissingError, UsageError
from store.change import AnyOp, Change, DelOp, SetOp
from store.fold import CaseState, LiveValue, Register, value_key
from store.pen import Draft
from store.role import KEY_FIELD
from store.vault import Vault

_SHORTEST_ID: Final = 4
_NOTHING: Final = Register((), ())
_DELETION: Final = LiveValue(None, "", "", "", "", deleted=True)
_KEPT: Final = {
    "message": "a message that was sealed or received",
    "event": "an event that was recorded",
    "evidence": "evidence",
    "file": "an attachment",
    "log": "an entry of the incident log",
    "decision": "a decision",
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: the change taken back, the new one, the fields it left in conflict."""

    taken_back: Change
    change: Change
    conflicts: frozenset[str]


def undo(vault: Vault, case_id: str, text: str = "", *, wall: str) -> Undone:
    """Take back the change whose id begins with `text`; empty: this device's last in force.

    Each of its fields gets back what it would hold without it. Where somebody has written over
    it since, both values stay, as a conflict. The id of an undo makes it undone. Raises
    MissingError, UsageError (with why that change stays) and what Vault.commit raises.
    """
    state = vault.state(case_id)
    change = _named(state, text) if text else _last(state, vault.device_id)
    refused = why_not(state, change)
    if refused:
        raise UsageError(
            f"change {change.id[:8]} stays: {refused}",
            hint="breachcase log names the others; what is wrong is corrected by a new entry",
        )
    former = _Former(vault, state, change)
    ops: list[AnyOp] = []
    over: dict[str, Register] = {}
    for field in dict.fromkeys(op.field for op in change.ops if op.op_id not in state.void):
        values, over[field] = _way_back(state, former.register(field), change, field)
        ops += [DelOp(field) if each.deleted else SetOp(field, each.value) for each in values]
    if not ops:
        raise UsageError(
            f"change {change.id[:8]} has no effect any more",
            hint="breachcase log names the changes",
        )
    shown = CaseState(case_id, over, (), ())
    made = vault.write(Draft(case_id, ops, shown, wall, undo=change.id))
    return Undone(change, made, vault.state(case_id).conflicts - state.conflicts)


def why_not(state: CaseState, change: Change) -> str:
    """Return why a change cannot be taken back, in words for people; empty where it can."""
    if not change.parents:
        return "it began the case"
    for op in change.ops:
        family, _, rest = op.field.partition("/")
        if op.kind in {"add", "blob"} and not op.field.startswith(KEY_FIELD):
            return f"{_KEPT.get(family, 'what was added')} is there for good"
        report = f"report/{rest.partition('/')[0]}/"
        if f"{report}frozen" in state.fields and family == "report":
            return "its report is sealed"
        if op.field == f"{report}form" and _written_since(state, change, report):
            return "the report that it began was written on since"
    return ""


def undone_by(changes: Iterable[Change]) -> dict[str, str]:
    """Return which changes are taken back, each with the id of the undo that holds."""
    found: dict[str, str] = {}
    # the last undo is never undone itself: from there the earlier ones can be judged
    for change in reversed(tuple(changes)):
        if change.undo and change.id not in found:
            found.setdefault(change.undo, change.id)
    return found


def _way_back(
    state: CaseState, target: Register, change: Change, field: str
) -> tuple[list[LiveValue], Register]:
    """Return the values to write to a field so that it holds `target`, and the ops they go over.

    Only ops of the change itself are gone over, and those of undos, which stand in for others.
    """
    wanted = {each.key: each for each in target.values}
    live = state.fields.get(field, _NOTHING)
    owners = {change.id, *_undos(state)}
    keys = {
        op.op_id: value_key(op.value, deleted=op.kind == "del")
        for each in state.changes
        if each.id in owners
        for op in each.ops
    }
    gone = tuple(each for each in live.op_ids if keys.get(each) not in {None, *wanted})
    missing = [each for key, each in wanted.items() if key not in {one.key for one in live.values}]
    if gone and not missing:  # an op goes only under another one
        missing = [*target.values[:1]] or [_DELETION]
    return missing, Register((), gone)


class _Former:
    """What the fields of a change would hold without it."""

    def __init__(self, vault: Vault, state: CaseState, change: Change) -> None:
        self._live = {each for field in state.fields.values() for each in field.op_ids}
        self._change = change
        rest = [each for each in state.changes if each.id != change.id]
        self._plain = vault.state_of(state.case_id, rest)
        # where a later change lies over it and was taken back, the undo stands in for what that
        # one had replaced: without both of them it can be seen what this one had replaced
        taken = undone_by(rest)
        bare = [each for each in rest if not each.undo and each.id not in taken]
        self._bare = vault.state_of(state.case_id, bare)

    def register(self, field: str) -> Register:
        """Return the values of a field as they would be."""
        own = (op.op_id for op in self._change.ops if op.field == field)
        state = self._plain if self._live.intersection(own) else self._bare
        return state.fields.get(field, _NOTHING)


def _written_since(state: CaseState, change: Change, prefix: str) -> bool:
    """Whether anybody else wrote below `prefix` what still counts."""
    owners = {change.id, *_undos(state)}
    return any(
        value.op_id.partition(":")[0] not in owners and not value.deleted
        for field, register in state.fields.items()
        if field.startswith(prefix)
        for value in register.values
    )


def _undos(state: CaseState) -> list[str]:
    return [each.id for each in state.changes if each.undo]


def _named(state: CaseState, text: str) -> Change:
    found = [each for each in state.changes if each.id.startswith(text)]
    if len(found) != 1 or len(text) < _SHORTEST_ID:
        raise MissingError("no change of that id in this case", hint="breachcase log lists them")
    return found[0]


def _last(state: CaseState, device: str) -> Change:
    taken = undone_by(state.changes)
    for change in reversed(state.changes):
        if change.device == device and not change.undo and change.id not in taken:
            return change
    raise MissingError(
        "nothing of yours is left to take back", hint="breachcase log names every change"
    )
