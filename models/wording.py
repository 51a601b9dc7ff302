"""The parts of an answer in words: what a box, an item or a note is called, says, and is typed."""

from __future__ import annotations

from collections.abc import Mapping

from models.answer import Answer, value_json
from models.errors import CaseError, ShapeError, UsageError
from models.items import PLACE, laid_over, listed
from models.kinds import parse_answer
from models.pack import Question
from models.parts import LISTS, is_place, option_of
from models.strictjson import JSON, dump
from models.text import normalise
from models.typed import answer_text, typed_answer

_TICKED, _UNTICKED, _GONE = "ticked", "not ticked", "(deleted)"
_BOX: Mapping[str, bool] = {
    **dict.fromkeys((_TICKED, "yes", "y", "true", "x"), True),
    **dict.fromkeys((_UNTICKED, "no", "n", "false"), False),
}


def part_name(question: Question, part: str) -> str:
    """Return what a part is called beside its question; empty for the head."""
    option = option_of(question, part)
    if option is not None:
        return option
    if question.kind in LISTS and part not in {"", "note", "source"}:
        return "the order of its items" if is_place(part) else "an item"
    return part


def part_text(question: Question, part: str, value: JSON, held: Mapping[str, JSON]) -> str:
    """Return what a part says, for people; `held` are the parts of the question by name."""
    if not part:
        return _whole_text(question, value)
    match value:
        case None:
            return _GONE
        case bool():
            return _TICKED if value else _UNTICKED
        case str() if is_place(part):
            return _place_text(question, part.removesuffix(PLACE), value, held)
        case str():
            return value
        case _:
            return _item_text(question, value)


def typed_part(question: Question, part: str, text: str) -> JSON:
    """Return the value that a person means by `text`; empty takes an item or a note away.

    Raises ShapeError, and UsageError for what can't be typed.
    """
    said = normalise(text).strip()
    if is_place(part):
        raise UsageError("a place takes one of the values shown", hint="--take N")
    if part in {"note", "source"}:
        return said or None
    if question.kind not in LISTS:
        if said.casefold() not in _BOX:
            raise ShapeError("a box is ticked or not", hint="yes or no")
        return _BOX[said.casefold()]
    values = value_json(typed_answer(question, said).value) if said else [None]
    if not isinstance(values, list) or len(values) != 1:
        raise ShapeError("this is one item of the list", hint="type one, or nothing to delete it")
    return values[0]


def _whole_text(question: Question, value: JSON) -> str:
    if value == {"state": "answered"}:
        return "(answered)"
    try:
        answer = parse_answer(question, value)
    except CaseError:  # by another version, or not by ours
        return dump(value).decode()
    text = answer_text(question, answer) or f"({answer.state.replace('_', ' ')})"
    return f"{text} ({answer.note})" if answer.note else text


def _item_text(question: Question, value: JSON) -> str:
    try:
        answer: Answer = parse_answer(question, {"state": "answered", "value": [value]})
    except CaseError:  # by another version, or not by ours
        return dump(value).decode()
    return answer_text(question, answer)


def _place_text(question: Question, item: str, place: str, held: Mapping[str, JSON]) -> str:
    match held.get(""):
        case {"value": whole}:
            items = laid_over(listed(whole), held)
        case _:
            items = laid_over({}, held)
    ahead = [each for each in items if each.id != item and (each.place, each.id) < (place, item)]
    name = next((_item_text(question, each.value) for each in items if each.id == item), "an item")
    after = f"after {_item_text(question, ahead[-1].value)}" if ahead else "first"
    return f"{name}: {after}"
