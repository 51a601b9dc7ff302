"""What writes: from the ops that a person means to a signed record on the medium."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.errors import UsageError
from store.casekey import CaseKey
from store.change import (
    KINDS,
    AddOp,
    AnyOp,
    Author,
    Change,
    Setting,
    check_field,
    is_case_id,
    op_json,
    write_change,
)
from store.device import Device, DeviceCard
from store.errors import DiskError
from store.fold import CaseState
from store.frame import seal_record
from store.history import History
from store.role import GRANTING, KEY_FIELD, allows
from store.writer import Writer

_REPORT: Final = re.compile(r"report/([^/]+)/")


@dataclass(frozen=True, slots=True)
class Draft:
    """A change before it is signed. `shown` is the state the person had in view, None for none.

    `undo` is the id of the change that it takes back, `resolves` the ops that it chooses among.
    """

    case_id: str
    ops: Sequence[AnyOp]
    shown: CaseState | None
    wall: str
    why: str = ""
    undo: str = ""
    resolves: tuple[str, ...] = ()


class Pen:
    """Writes changes as one device: `card` says who and in which roles."""

    def __init__(self, history: History, writer: Writer, device: Device, card: DeviceCard) -> None:
        self._history = history
        self._writer = writer
        self._key = device.signing  # made once: it costs as much as a signature
        self._card = card
        self._seq = history.count(card.device_id)

    def commit(self, draft: Draft, vault_id: bytes) -> Change:
        """Return the change once it is on the medium.

        Raises UsageError for what the role or a sealed report does not allow, and DiskError.
        """
        in_log = draft.case_id == self._history.log_id
        role = _role(self._card, in_log=in_log)
        state = self._state(draft)
        _check(draft, state, role, in_log=in_log)
        key, new_key = self._key_of(draft.case_id)
        told = [op_json(op, _over(draft.shown, op.field)) for op in draft.ops]
        if new_key:
            told.append(op_json(AddOp(KEY_FIELD + key.key_id, None), ()))
        author = Author(self._card.device_id, self._seq + 1, self._card.person, role)
        change = write_change(author, _setting(draft, state), told, self._key, vault_id)
        body = seal_record(key, vault_id, change.id, change.raw)
        ref = self._writer.append(body)
        self._seq += 1
        self._history.admit(change, ref)
        return change

    def _key_of(self, case_id: str) -> tuple[CaseKey, bool]:
        """Return the key to seal with; a new one may take the ballast's room."""
        try:
            return self._history.key_of(case_id)
        except DiskError as error:
            if not (error.full and self._writer.ballast.free()):
                raise
        return self._history.key_of(case_id)

    def _state(self, draft: Draft) -> CaseState:
        """Return what the case is now; empty for a case that this change begins."""
        if not is_case_id(draft.case_id):
            raise UsageError("a case id is 32 hex digits")
        if self._history.knows(draft.case_id) or draft.shown is not None:
            return self._history.state(draft.case_id)
        return CaseState(draft.case_id, {}, (), ())


def _role(card: DeviceCard, *, in_log: bool) -> str:
    """Return the role that this device writes in; raise UsageError without one."""
    for role in card.roles:
        if (role in GRANTING) == in_log:
            return role
    raise UsageError(
        "this is for an admin of the vault" if in_log else "an admin's device alone has no cases",
        hint="breachcase team ls names the roles",
    )


def _check(draft: Draft, state: CaseState, role: str, *, in_log: bool) -> None:
    if not draft.ops:
        raise UsageError("nothing to save")
    for op in draft.ops:
        check_field(op.field)
        family = op.field.partition("/")[0]
        if not allows(role, KINDS[type(op)], op.field, in_log=in_log):
            raise UsageError(
                f"{KINDS[type(op)]} of {family}/ is not for the role {role}",
                hint="docs/format-vault.md says who may do what",
            )
        report = _REPORT.match(op.field)
        sealed = report and f"report/{report[1]}/frozen" in state.fields
        if sealed and not draft.resolves:  # a late value beside the sealed one has to be settled
            raise UsageError(
                "this report is sealed and cannot change", hint="start a follow-up report"
            )


def _over(shown: CaseState | None, field: str) -> tuple[str, ...]:
    register = shown.fields.get(field) if shown else None
    return register.op_ids if register else ()


def _setting(draft: Draft, state: CaseState) -> Setting:
    lam = 1 + (state.changes[-1].lam if state.changes else 0)
    return Setting(
        draft.case_id, state.heads, lam, draft.wall, draft.why, draft.undo, draft.resolves
    )
