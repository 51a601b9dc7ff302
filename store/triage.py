"""Who works on a case and how urgently, and which letters of it somebody has looked at."""

from __future__ import annotations

from typing import Final

from models.errors import MissingError, UsageError
from models.moment import Moment
from models.priority import PRIORITIES
from models.strictjson import JSON
from models.text import normalise
from store.change import AddOp, SetOp
from store.entry import new_id
from store.vault import Vault

_LONGEST_NAME: Final = 120  # characters


def set_priority(vault: Vault, case_id: str, priority: str, note: str = "", *, wall: str) -> None:
    """Say how urgent a case is; `note`, why, stands in its history. Raises UsageError."""
    if priority not in PRIORITIES:
        raise UsageError("no such priority", hint=f"one of {', '.join(PRIORITIES)}")
    op = SetOp("case/priority", priority)
    shown = vault.state(case_id)
    vault.commit(case_id, [op], shown=shown, wall=wall, why=normalise(note).strip())


def assign(vault: Vault, case_id: str, person: str, *, wall: str) -> None:
    """Say who works on a case: a name of at most 120 characters, empty for nobody; UsageError."""
    name = " ".join(normalise(person).split())
    if len(name) > _LONGEST_NAME:
        raise UsageError(
            f"a name has at most {_LONGEST_NAME} characters", hint="give the person's name only"
        )
    op = SetOp("case/assignee", name or None)
    vault.commit(case_id, [op], shown=vault.state(case_id), wall=wall)


def mark_seen(vault: Vault, case_id: str, letter: str, at: Moment, *, wall: str) -> str:
    """Record that somebody looked at the letter received whose id begins so; return its kind.

    Raises MissingError for none.
    """
    received = [
        each
        for each in vault.case(case_id).messages
        if each.direction == "in" and each.id.startswith(letter)
    ]
    if not received:
        raise MissingError("no such bundle was received", hint="see breachcase show CASE")
    seen = received[-1]
    value: JSON = {
        "name": "seen", "message": seen.id, "at": str(at), "via": "", "ref": "", "by": "us",
    }  # fmt: skip
    op = AddOp(f"event/{new_id()}", value)
    vault.commit(case_id, [op], shown=vault.state(case_id), wall=wall)
    return seen.kind
