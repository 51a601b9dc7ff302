"""The changes of a case in words that a person reads: who did what when, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from models.errors import CaseError
from models.form import Question, answer_text
from models.items import PLACE
from models.kinds import parse_answer
from models.parts import is_place, question_in
from models.strictjson import JSON
from models.text import kind_name
from models.wording import part_name, part_text
from store.change import Change, Op
from store.fold import CaseState
from store.undo import undone_by, why_not
from store.void import void_reasons

_HEAD: Final = {"form", "kind", "number"}
_CASE: Final = {
    "aware": "the awareness of the controller",
    "form": "the form",
    "reference": "the regulator's reference",
    "rule": "the clock rule",
    "side": "our side",
    "state": "whether the case is open",
    "title": "the title",
    "zone": "the time zone",
}
_CASE_PARTS: Final = {"at": "the time of", "clock": "the clock"}
_FAMILIES: Final = {
    "confirmed": "the personal data that may leave",
    "decision": "the decision",
    "event": "an event",
    "evidence": "evidence",
    "file": "an attachment",
    "group": "a group of information",
    "key": "a key of the case",
    "log": "the incident log",
    "message": "a message",
    "party": "a party",
}
_SHORT_ID: Final = 8
_FEW: Final = 6
_LONGEST: Final = 500  # characters of a value among others


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words: one line for the list, all of it for a reader; why it has to stay."""

    change: Change
    line: str
    lines: tuple[str, ...]
    stays: str


def told_changes(state: CaseState) -> tuple[Told, ...]:
    """Return the changes of a case in words, the last one first."""
    undone, void = undone_by(state.changes), void_reasons(state)
    return tuple(_told(state, each, undone, void) for each in reversed(state.changes))


def clock_time(wall: str) -> str:
    """Return a wall clock's text as `2019-12-19 10:00Z`: what some machine believed."""
    return f"{wall[:16].replace('T', ' ')}Z"


def field_name(state: CaseState, field: str) -> str:
    """Return what a register of a case is called: a question by its number and label."""
    family, _, rest = field.partition("/")
    asked = question_of(state, field)
    if asked is not None:
        question, _ = asked
        of = f" ({_group_name(state, rest)})" if family == "group" else ""
        named = ": ".join(filter(None, (part_name(*asked), question.label)))
        return f"{question.number} {named}{of}"
    if family == "case":
        part, _, name = rest.partition("/")
        return f"{_CASE_PARTS[part]} {name}" if part in _CASE_PARTS else _CASE.get(rest, "the case")
    if family == "report":
        sealed = rest.endswith("/frozen")
        return f"{'the sealing of ' if sealed else ''}{_report_name(state, rest.split('/')[0])}"
    return _FAMILIES.get(family, "something this version does not know")


def question_of(state: CaseState, field: str) -> tuple[Question, str] | None:
    """Return the question that a register answers and which part of it, None for another one."""
    rid = field.split("/")[1] if field.startswith("report/") else ""
    return question_in(field, _value(state, f"report/{rid}/form"))


def _value(state: CaseState, field: str) -> JSON:
    register = state.fields.get(field)
    return register.values[0].value if register else None


def _group_name(state: CaseState, rest: str) -> str:
    match _value(state, f"group/{rest.partition('/')[0]}/type"):
        case {"value": str(name)}:
            return name
        case _:
            return "a group"


def _report_name(state: CaseState, rid: str) -> str:
    if _value(state, f"report/{rid}/kind") == "follow_up":
        return f"follow-up report {_value(state, f'report/{rid}/number')}"
    return "the initial report"


def _told(
    state: CaseState, change: Change, undone: Mapping[str, str], void: Mapping[str, str]
) -> Told:
    what = _what(state, change)
    gone = undone.get(change.id, "")
    idle = change.ops and all(op.op_id in void for op in change.ops)
    mark = "TAKEN BACK " if gone else "KEPT WITHOUT EFFECT " if idle else ""
    when = clock_time(change.wall)
    lines = [
        what,
        "",
        f"{change.who} ({change.role.replace('_', ' ')}), {when} by their clock",
        f"change {change.id[:_SHORT_ID]}, device {change.device[:_SHORT_ID]}",
        *([f"because: {change.why}"] if change.why else []),
        *([f"taken back by change {gone[:_SHORT_ID]}"] if gone else []),
        "",
        *_ops(state, change, void),
    ]
    stays = "it is taken back already" if gone else why_not(state, change)
    return Told(change, f"{when}  {change.who}: {mark}{what}", tuple(lines), stays)


def _what(state: CaseState, change: Change) -> str:
    """Return what a change did, in one line."""
    if change.undo:
        before = next((each for each in state.changes if each.id == change.undo), None)
        return f"took back: {_what(state, before) if before else change.undo[:_SHORT_ID]}"
    ops = {op.field: op for op in change.ops}
    if not change.parents:
        return f"began the case {_text(ops, 'case/title')}".rstrip()
    deed = next((said for op in change.ops if (said := _deed(op))), "")
    begun = next((field for field in ops if field.endswith("/form") and "report/" in field), "")
    if begun and not deed:
        deed = f"started {_report_name(state, begun.split('/')[1])}"
    return deed or _answered(state, change, ops)


def _answered(state: CaseState, change: Change, ops: Mapping[str, Op]) -> str:
    verb = "settled" if change.resolves else "answered"
    questions = {field: each for field in ops if (each := question_of(state, field)) is not None}
    if questions.keys() == ops.keys() and len(telling := [*_telling(questions)]) == 1:
        (field,) = telling
        return f"{verb} {field_name(state, field)}: {_op_text(questions[field], ops[field])}"
    if questions:
        numbers = [*dict.fromkeys(question.number for question, _ in questions.values())]
        more = f" and {len(numbers) - _FEW} more" if len(numbers) > _FEW else ""
        return f"{verb} {', '.join(numbers[:_FEW])}{more}"
    names = dict.fromkeys(field_name(state, field) for field in ops)
    return f"{'settled' if change.resolves else 'changed'} {', '.join(names)}"


def _telling(questions: Mapping[str, tuple[Question, str]]) -> Iterator[str]:
    """Yield the fields of a change without heads set because of a part, and places of new items."""
    parted = {question.id for question, part in questions.values() if part}
    for name, (each, part) in questions.items():
        placed = is_place(part) and name.removesuffix(PLACE) in questions
        if not placed and (part or each.id not in parted):
            yield name


def _deed(op: Op) -> str:
    """Return what was done where an op says it by itself; empty for a mere value."""
    said = ""
    match op.field.split("/")[0], op.value:
        case "decision", {"outcome": str(outcome)}:
            said = f"decided: {outcome}"
        case "message", {"kind": str(kind), "direction": str(direction)}:
            said = f"{'filed' if direction == 'in' else 'sealed'} {kind_name(kind)}"
        case "event", {"name": "exported", "via": str(what), "ref": str(name)}:
            said = f"wrote {what} in clear: {name}"
        case "event", {"name": str(name), "at": str(at)}:
            said = f"recorded: {name} {at}"
        case "log", {"text": str(text)}:
            said = f"noted: {text}"
        case "file", {"name": str(name)}:
            said = f"attached {name}"
        case _:
            said = _turn(op)
    return said


def _turn(op: Op) -> str:
    """Return what a value by itself began or ended; empty for any other."""
    if op.field == "case/state" and isinstance(op.value, str):
        return "closed the case" if op.value == "closed" else "reopened the case"
    if op.field.startswith("group/") and op.field.endswith("/pos"):
        return f"{'took out' if op.kind == 'del' else 'added'} a group of information"
    return ""


def _ops(state: CaseState, change: Change, void: Mapping[str, str]) -> Iterator[str]:
    asked = {op.field: each for op in change.ops if (each := question_of(state, op.field))}
    telling = {*_telling(asked)}
    for op in change.ops:
        family = op.field.partition("/")[0]
        if family == "key" or op.field.rpartition("/")[2] in _HEAD:
            continue
        if op.field in asked and op.field not in telling:
            continue
        why = f" (kept without effect: {void[op.op_id]})" if op.op_id in void else ""
        yield f"{field_name(state, op.field)}{why}"
        for line in (_deed(op) or _op_text(asked.get(op.field), op)).split("\n"):
            yield f"  {line}"


def _op_text(asked: tuple[Question, str] | None, op: Op) -> str:
    if op.kind == "del":
        return "(taken away)"
    if asked is not None:
        return _answer_text(*asked, op.value)
    match op.value:
        case str(text):
            said = text[:_LONGEST]
        case {"moment": str(moment), "reason": str(reason)}:
            said = f"{moment}, because {reason}"
        case {"place": str(place), "kind": str(kind), "mark": str()}:
            said = f"{kind.replace('_', ' ')} in {place}"
        case _:
            said = "(recorded)"
    return said


def _answer_text(question: Question, part: str, value: JSON) -> str:
    if is_place(part):
        return "(moved)"
    if part or value == {"state": "answered"}:
        return part_text(question, part, value, {})
    try:
        answer = parse_answer(question, value)
    except CaseError:
        return "(an answer that cannot be read here)"
    text = answer_text(question, answer) or f"({answer.state.replace('_', ' ')})"
    return f"{text} ({answer.note})" if answer.note else text


def _text(ops: Mapping[str, Op], field: str) -> str:
    value = ops[field].value if field in ops else ""
    return value if isinstance(value, str) else ""
