"""Conflicts: fields that people gave different values without seeing the other's, and the choice.

Nothing is chosen by a machine, neither by clock nor by order of arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.answer import BLANK
from models.case import case_view
from models.errors import CaseError, MissingError, UsageError
from models.form import load_pack
from models.guide import question_at
from models.kinds import parse_answer
from models.pack import Question
from models.strictjson import JSON, dump
from models.text import normalise
from models.typed import answer_text, typed_answer
from models.zone import known
from store.casework import case_title
from store.change import AnyOp, Change, DelOp, SetOp
from store.fold import CaseState, LiveValue, Register
from store.pen import Draft
from store.vault import Vault

DELETED: Final = "(deleted)"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values in conflict: `text` is how a person reads it, `found` who wrote it when.

    `deadline` is the end of the reporting time if this value is the true one, as the text of a
    Moment; empty where the choice does not move it.
    """

    found: LiveValue
    text: str
    deadline: str = ""

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "value": self.found.value,
            "deleted": self.found.deleted,
            "text": self.text,
            "who": self.found.who,
            "device": self.found.device,
            "wall": self.found.wall,
            "deadline": self.deadline or None,
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field with several live values, oldest first; `label` is the form's question, if it is one.

    `op_ids` are all the ops that a choice goes over: a value that arrives later opens it again.
    """

    case_id: str
    field: str
    label: str
    choices: tuple[Choice, ...]
    op_ids: tuple[str, ...]

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "field": self.field,
            "label": self.label or None,
            "choices": [each.as_json() for each in self.choices],
        }


def conflicts(state: CaseState) -> tuple[Conflict, ...]:
    """Return the conflicts of a case, by name of the field."""
    return tuple(_conflict(state, field) for field in sorted(state.conflicts))


def find_conflict(state: CaseState, text: str) -> Conflict:
    """Return the conflict of a field, named in full or by its last part, such as `discovered`.

    Raises MissingError for none and UsageError for several.
    """
    names = sorted(state.conflicts)
    found = [name for name in names if name == text] or [
        name for name in names if name.rpartition("/")[2] == text
    ]
    match found:
        case []:
            raise MissingError(
                "no conflict in a field of that name", hint="breachcase show names the conflicts"
            )
        case [name]:
            return _conflict(state, name)
        case several:
            raise UsageError(
                f"{len(several)} fields in conflict end so", hint=f"one of {', '.join(several[:5])}"
            )


def take(vault: Vault, conflict: Conflict, number: int, *, wall: str) -> Change:
    """Settle a conflict by the value shown as that number, from 1; all the others go.

    Of a sealed report only what was sealed can be taken. Raises UsageError and what
    Vault.commit raises.
    """
    if not 1 <= number <= len(conflict.choices):
        raise UsageError(
            f"there is no value {number}", hint=f"take one of 1 to {len(conflict.choices)}"
        )
    found = conflict.choices[number - 1].found
    sealed = _sealed(vault.state(conflict.case_id), conflict.field)
    if sealed is not None and sealed != [found.value]:
        raise UsageError(
            "this report is sealed: only the value that was sealed can be taken",
            hint="what is true now goes into a follow-up report",
        )
    op = DelOp(conflict.field) if found.deleted else SetOp(conflict.field, found.value)
    return _settle(vault, conflict, op, wall)


def settle(vault: Vault, conflict: Conflict, text: str, *, wall: str) -> Change:
    """Settle a conflict by a new value, typed by a person; all the values shown go.

    Raises UsageError (also for a field that can't be typed, and a sealed report), ShapeError,
    and what Vault.commit raises.
    """
    state = vault.state(conflict.case_id)
    if _sealed(state, conflict.field) is not None:
        raise UsageError(
            "this report is sealed: take the value that was sealed",
            hint="what is true now goes into a follow-up report",
        )
    value = _typed(state, conflict.field, text)
    return _settle(vault, conflict, SetOp(conflict.field, value), wall)


def _settle(vault: Vault, conflict: Conflict, op: AnyOp, wall: str) -> Change:
    over = {conflict.field: Register((), conflict.op_ids)}
    shown = CaseState(conflict.case_id, over, (), ())
    return vault.write(Draft(conflict.case_id, [op], shown, wall, resolves=conflict.op_ids))


def _conflict(state: CaseState, field: str) -> Conflict:
    register, question = state.fields[field], _question(state, field)
    ends = [_deadline(state, field, each) for each in register.values]
    if len(set(ends)) == 1:
        ends = [""] * len(ends)
    choices = tuple(
        Choice(each, _text(question, each), end)
        for each, end in zip(register.values, ends, strict=True)
    )
    label = question.label if question else ""
    return Conflict(state.case_id, field, label, choices, register.op_ids)


def _deadline(state: CaseState, field: str, chosen: LiveValue) -> str:
    """Return the end of the reporting time if this value were the only one."""
    fields = state.values() if chosen.deleted else {**state.values(), field: chosen.value}
    reading = case_view(state.case_id, fields).reading(None)
    ends = [reading.deadline_min, reading.deadline_max]
    return " .. ".join(dict.fromkeys(end for end in ends if end is not None))


def _question(state: CaseState, field: str) -> Question | None:
    match field.split("/"):
        case ["report", rid, name] if name not in {"form", "kind", "number", "frozen"}:
            form = state.values().get(f"report/{rid}/form")
            try:
                return load_pack(form).question(name) if isinstance(form, str) else None
            except MissingError:
                return None
        case _:
            return question_at(field)


def _text(question: Question | None, found: LiveValue) -> str:
    if found.deleted:
        return DELETED
    if question is not None:
        try:
            answer = parse_answer(question, found.value)
        except CaseError:  # by another version, or not by ours
            return dump(found.value).decode()
        text = answer_text(question, answer) or f"({answer.state.replace('_', ' ')})"
        return f"{text} ({answer.note})" if answer.note else text
    return found.value if isinstance(found.value, str) else dump(found.value).decode()


def _sealed(state: CaseState, field: str) -> list[JSON] | None:
    """Return what was sealed in a field of a sealed report, in a list; None for any other field."""
    family, _, rest = field.partition("/")
    rid, _, name = rest.partition("/")
    values = state.values()
    bundle = values.get(f"report/{rid}/frozen")
    if family != "report" or not isinstance(bundle, str):
        return None
    match values.get(f"message/{bundle}"):
        case {"payload": {"report": {"answers": dict(answers)}}}:
            return [answers.get(name, BLANK.as_json())]
        case _:
            return []


def _typed(state: CaseState, field: str, text: str) -> JSON:
    question = _question(state, field)
    if question is not None:
        return typed_answer(question, text).as_json()
    said = normalise(text).strip()
    if field == "case/title":
        return case_title(said)
    if field == "case/zone" and known(said):
        return said
    raise UsageError("this field takes one of the values shown", hint="--take N")
