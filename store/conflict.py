"""Conflicts: fields that people gave different values without seeing the other's, and the choice.

Nothing is chosen by a machine, neither by clock nor by order of arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from models.answer import BLANK
from models.case import case_view
from models.errors import MissingError, UsageError
from models.pack import Question
from models.parts import agrees, is_item, question_in
from models.strictjson import JSON, dump
from models.text import normalise
from models.typed import typed_answer
from models.wording import part_name, part_text, typed_part
from models.zone import known
from store.casework import answer_ops, case_title, draft_parts
from store.change import AnyOp, Change, DelOp, SetOp
from store.fold import CaseState, LiveValue, Register
from store.pen import Draft
from store.proposed import Proposal, proposal_of
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
    `remark` says who took off what another edited; `proposal` is for long texts alone.
    """

    case_id: str
    field: str
    label: str
    choices: tuple[Choice, ...]
    op_ids: tuple[str, ...]
    remark: str = ""
    proposal: Proposal | None = None

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "field": self.field,
            "label": self.label or None,
            "remark": self.remark or None,
            "proposal": self.proposal.as_json() if self.proposal else None,
            "choices": [each.as_json() for each in self.choices],
        }


def conflicts(state: CaseState) -> tuple[Conflict, ...]:
    """Return the conflicts of a case, by name of the field."""
    return tuple(_conflict(state, field) for field in sorted(state.conflicts))


def find_conflict(state: CaseState, text: str) -> Conflict:
    """Return the conflict of a field: named in full, by its end (`discovered`), by its question.

    Raises MissingError for none and UsageError for several.
    """
    names = sorted(state.conflicts)
    found = [name for name in names if name == text]
    found = found or [name for name in names if name.endswith(f"/{text}")]
    found = found or [name for name in names if text in name.split("/")[2:3]]
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
    fits = _sealed(vault.state(conflict.case_id), conflict.field)
    if fits is not None:
        taken = {each.found.op_id for each in conflict.choices if fits(each.found.value)}
        gone = found.deleted or found.value is None
        if found.op_id not in taken and (taken or not gone):
            raise UsageError(
                "this report is sealed: only the value that was sealed can be taken",
                hint="what is true now goes into a follow-up report",
            )
    op = DelOp(conflict.field) if found.deleted else SetOp(conflict.field, found.value)
    return _settle(vault, conflict, [op], wall)


def settle(vault: Vault, conflict: Conflict, text: str, *, wall: str) -> Change:
    """Settle a conflict by a new value, typed by a person; all the values shown go.

    Raises UsageError (also for a field that can't be typed, and a sealed report), ShapeError,
    and what Vault.commit raises.
    """
    state = vault.state(conflict.case_id)
    _must_be_open(state, conflict.field)
    return _settle(vault, conflict, _typed(state, conflict.field, text), wall)


def take_proposal(vault: Vault, conflict: Conflict, *, wall: str) -> Change:
    """Settle a conflict by what puts both texts together.

    Raises UsageError where there is no proposal (it says why) and for a sealed report, and what
    Vault.commit raises.
    """
    if conflict.proposal is None or conflict.proposal.why_not:
        why = conflict.proposal.why_not if conflict.proposal else "no proposal: it is no long text"
        raise UsageError(why, hint="--take N, or --value TEXT")
    _must_be_open(vault.state(conflict.case_id), conflict.field)
    op = SetOp(conflict.field, conflict.proposal.value)
    return _settle(vault, conflict, [op], wall)


def _must_be_open(state: CaseState, field: str) -> None:
    if _sealed(state, field) is not None:
        raise UsageError(
            "this report is sealed: take the value that was sealed",
            hint="what is true now goes into a follow-up report",
        )


def _settle(vault: Vault, conflict: Conflict, ops: Sequence[AnyOp], wall: str) -> Change:
    """Write `ops`, over all that was shown of the conflict, and over what the others hold."""
    over = {**vault.state(conflict.case_id).fields}
    over[conflict.field] = Register((), conflict.op_ids)
    shown = CaseState(conflict.case_id, over, (), ())
    return vault.write(Draft(conflict.case_id, ops, shown, wall, resolves=conflict.op_ids))


def _conflict(state: CaseState, field: str) -> Conflict:
    register, found = state.fields[field], question_of(state, field)
    ends = [_deadline(state, field, each) for each in register.values]
    if len(set(ends)) == 1:
        ends = [""] * len(ends)
    choices = tuple(
        Choice(each, value_text(state, field, each), end)
        for each, end in zip(register.values, ends, strict=True)
    )
    return Conflict(
        state.case_id,
        field,
        ": ".join(filter(None, (part_name(*found), found[0].label))) if found else "",
        choices,
        register.op_ids,
        _remark(field, register),
        proposal_of(state, field, found[0] if found else None),
    )


def _remark(field: str, register: Register) -> str:
    """Return who took off an item that another one edited; empty for any other conflict."""
    if not is_item(field):
        return ""
    gone = [each.who for each in register.values if each.value is None]
    kept = [each.who for each in register.values if each.value is not None]
    told = f"deleted by {', '.join(gone)}, edited by {', '.join(kept)}"
    return told if gone and kept else ""


def _deadline(state: CaseState, field: str, chosen: LiveValue) -> str:
    """Return the end of the reporting time if this value were the only one."""
    fields = state.readings() if chosen.deleted else {**state.readings(), field: chosen.value}
    reading = case_view(state.case_id, fields).reading(None)
    ends = [reading.deadline_min, reading.deadline_max]
    return " .. ".join(dict.fromkeys(end for end in ends if end is not None))


def question_of(state: CaseState, field: str) -> tuple[Question, str] | None:
    """Return the question that a register answers, and which part of it (empty: the head)."""
    rid = field.split("/")[1] if field.startswith("report/") else ""
    return question_in(field, state.value(f"report/{rid}/form"))


def value_text(state: CaseState, field: str, found: LiveValue) -> str:
    """Return how a person reads a value of a field."""
    asked = question_of(state, field)
    if found.deleted:
        return DELETED
    if asked is not None:
        question, part = asked
        held = draft_parts(state, field.split("/")[1]).get(question.id, {}) if part else {}
        return part_text(question, part, found.value, held)
    return found.value if isinstance(found.value, str) else dump(found.value).decode()


def _sealed(state: CaseState, field: str) -> Callable[[JSON], bool] | None:
    """Return what tells whether a value is what was sealed; None for a report that is not."""
    family, _, rest = field.partition("/")
    bundle = state.value(f"report/{rest.partition('/')[0]}/frozen")
    if family != "report" or not isinstance(bundle, str):
        return None
    asked = question_of(state, field)
    match state.value(f"message/{bundle}"):
        case {"payload": {"report": {"answers": dict(answers)}}} if asked is not None:
            question, part = asked
            told = answers.get(question.id)
            answer = told if isinstance(told, dict) else BLANK.as_json()
            return lambda value: agrees(question, part, value, answer)
        case _:
            return lambda _: False


def _typed(state: CaseState, field: str, text: str) -> list[AnyOp]:
    asked = question_of(state, field)
    if asked is not None:
        question, part = asked
        if part:
            return [SetOp(field, typed_part(question, part, text))]
        rid = field.split("/")[1]
        held = draft_parts(state, rid).get(question.id, {})
        return answer_ops(rid, question, held, typed_answer(question, text))
    said = normalise(text).strip()
    if field == "case/title":
        return [SetOp(field, case_title(said))]
    if field == "case/zone" and known(said):
        return [SetOp(field, said)]
    raise UsageError("this field takes one of the values shown", hint="--take N")
