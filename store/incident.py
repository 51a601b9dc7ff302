"""The incident log of a case: who did what when, as people state it; nothing is taken out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from models.errors import MissingError, UsageError
from models.moment import Moment
from models.record import moment, place
from models.strictjson import JSON
from models.text import PROSE_BYTES, normalise
from store.change import AddOp
from store.entry import entries, new_id
from store.fold import CaseState, LiveValue
from store.vault import Vault

FAMILY: Final = "log/"
_LONGEST_WHO: Final = 200  # characters
_SHORTEST_ID: Final = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person says for the incident log: what happened, when, and who did it.

    `who` is empty for the person at work here; `corrects` is the id of an entry, or its start.
    """

    text: str
    at: Moment
    who: str = ""
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One entry. `at` and `who` are as stated; `by` signed it, `wall` is their clock then.

    `corrects` is the id of the entry that this one corrects, `corrected` whether another one
    corrects this.
    """

    id: str
    at: Moment | None
    text: str
    who: str
    corrects: str
    corrected: bool
    by: str
    wall: str

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "id": self.id,
            "at": str(self.at) if self.at else None,
            "text": self.text,
            "who": self.who,
            "corrects": self.corrects or None,
            "corrected": self.corrected,
            "by": self.by,
            "wall": self.wall,
        }


def notes(state: CaseState) -> tuple[Note, ...]:
    """Return the entries in order of the time stated, undated ones last; odd ones are left out."""
    read = (_note(name, value) for name, value in entries(state, FAMILY))
    found = [each for each in read if each is not None]
    corrected = {each.corrects for each in found}
    told = (replace(each, corrected=each.id in corrected) for each in found)
    return tuple(sorted(told, key=lambda each: place(each.at)))


def add_note(vault: Vault, case_id: str, statement: Statement, *, wall: str) -> str:
    """Add an entry to the incident log; return its id.

    Raises UsageError, MissingError (nothing there to correct) and what Vault.commit raises.
    """
    state = vault.state(case_id)
    text = normalise(statement.text).strip()
    if not text or len(text.encode()) > PROSE_BYTES:
        raise UsageError(
            "a note needs a text of at most 256 KiB", hint="attach long material as a file"
        )
    who = " ".join(normalise(statement.who).split()) or vault.settings.person
    if len(who) > _LONGEST_WHO:
        raise UsageError(f"a name has at most {_LONGEST_WHO} characters")
    value: dict[str, JSON] = {"at": str(statement.at), "text": text, "who": who}
    if statement.corrects:
        value["corrects"] = find_note(state, statement.corrects).id
    note_id = new_id()
    vault.commit(case_id, [AddOp(FAMILY + note_id, value)], shown=None, wall=wall)
    return note_id


def find_note(state: CaseState, text: str) -> Note:
    """Return the entry whose id begins so; raise MissingError unless there is just one."""
    found = [each for each in notes(state) if each.id.startswith(text)]
    if len(found) != 1 or len(text) < _SHORTEST_ID:
        raise MissingError(
            "no entry of the incident log has that id", hint="breachcase log lists them"
        )
    return found[0]


def _note(name: str, found: LiveValue) -> Note | None:
    match found.value:
        case {"at": at, "text": str(text), "who": str(who), **rest}:
            corrects = rest.get("corrects")
            return Note(
                id=name,
                at=moment(at),
                text=text,
                who=who,
                corrects=corrects if isinstance(corrects, str) else "",
                corrected=False,
                by=found.who,
                wall=found.wall,
            )
        case _:
            return None
