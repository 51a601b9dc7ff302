"""Who works on a case and how urgently, and which letters of it somebody has looked at."""

from __future__ import annotations

from typing import Final

from models.errors import MissingError, UsageError
from models.moment import Moment
from models.priority import PRIORITIES
from models.strictjson import JSON
from models.text import normalise
from models.thread import EVERY_FORM
from models.waiting import Waiting, waiting
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


def mark_seen(
    vault: Vault, case_id: str, letter: str, at: Moment, *, wall: str
) -> tuple[Waiting, ...]:
    """Record that somebody looked at the letters that wait to be read; return what waited.

    It is those whose id begins with `letter`: all, if it is empty. Raises MissingError for none.
    """
    unread = tuple(
        each
        for each in waiting(vault.case(case_id, EVERY_FORM), None)
        if each.kind == "unread" and each.message.startswith(letter)
    )
    if not unread:
        raise MissingError("no such letter waits to be read", hint="see breachcase inbox")
    ops = [AddOp(f"event/{new_id()}", _seen(each.message, at)) for each in unread]
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)
    return unread


def _seen(letter: str, at: Moment) -> JSON:
    return {"name": "seen", "message": letter, "at": str(at), "via": "", "ref": "", "by": "us"}
