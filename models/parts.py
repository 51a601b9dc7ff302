"""Answers in parts: how what several people do to one answer lies in registers, and back.

The one place that knows of it. Source: docs/format-vault.md, "Answers".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from models.answer import NOT_YET_KNOWN, Answer, value_json
from models.errors import MissingError
from models.guide import question_at
from models.items import PLACE, laid_over, listed, rewritten
from models.library import load_pack, pack_ids
from models.pack import Pack, Question
from models.position import position
from models.strictjson import JSON

LISTS: Final = frozenset({"organisations", "measures"})
_SPLIT: Final = LISTS | {"choices"}
_BESIDE: Final = ("note", "source")
_HEADS: Final = frozenset({"form", "kind", "number", "frozen"})
_WORDS: Final = 24  # characters of a box's name that people can read
_ITEM: Final = re.compile(rf"[0-9a-f]{{16}}({PLACE})?")


@cache
def box(option: str) -> str:
    """Return the name of the register of a tick box."""
    words = "-".join(re.findall("[a-z0-9]+", option.casefold()))[:_WORDS]
    return f"{words}-{hashlib.sha256(option.encode()).hexdigest()[:8]}"


def is_item(field: str) -> bool:
    """Whether a register of a case may hold an item of a list, or its place."""
    match field.split("/"):
        case ["report", _, _, part]:
            return bool(_ITEM.fullmatch(part))
        case _:
            return False


def is_place(part: str) -> bool:
    """Whether a part is where an item stands."""
    return part.endswith(PLACE) and bool(_ITEM.fullmatch(part))


def question_in(field: str, form: JSON) -> tuple[Question, str] | None:
    """Return the question that a register answers and which part of it, empty for the head.

    `form` is what the register `report/<rid>/form` says. None for a register of another kind.
    """
    match field.split("/"):
        case ["report", _, qid, *parts] if qid not in _HEADS:
            try:
                known = isinstance(form, str) and form in pack_ids()
                return (load_pack(str(form)).question(qid), "".join(parts)) if known else None
            except MissingError:
                return None
        case _:
            asked = question_at(field)
            return (asked, "") if asked else None


def option_of(question: Question, part: str) -> str | None:
    """Return the option whose box a part is, None for another part."""
    return _boxes(question.options).get(part)


@cache
def _boxes(options: tuple[str, ...]) -> dict[str, str]:
    return {box(option): option for option in options}


def grouped(registers: Mapping[str, JSON]) -> dict[str, dict[str, JSON]]:
    """Return the registers below a report by question: its head under the empty name, its parts."""
    found: dict[str, dict[str, JSON]] = {}
    for name, value in registers.items():
        qid, _, part = name.partition("/")
        if qid not in _HEADS:
            found.setdefault(qid, {})[part] = value
    return found


def join(
    pack: Pack, registers: Mapping[str, Mapping[str, JSON]]
) -> tuple[dict[str, JSON], set[str]]:
    """Return the answers, by question, that registers as `grouped` gives them come to.

    And the names of the parts that cannot be read here.
    """
    known = {each.id: each for each in pack.questions}
    answers: dict[str, JSON] = {}
    odd: set[str] = set()
    for qid, held in registers.items():
        question = known.get(qid)
        sound = held if len(held) == ("" in held) else _sound(question, held)
        odd |= {f"{qid}/{part}" for part in held.keys() - sound.keys()}
        answer = sound.get("") if question is None else _read(question, sound)
        if answer is not None or "" in held:
            answers[qid] = answer
    return answers, odd


def split(
    question: Question, held: Mapping[str, JSON], answer: Answer, new_id: Callable[[], str]
) -> dict[str, JSON]:
    """Return the registers to set, by part, so that `held` comes to `answer`; none if it does.

    `new_id` names an item that is added.
    """
    told, held = answer.as_json(), _sound(question, held)
    if question.kind not in _SPLIT:
        return {} if held.get("") == told else {"": told}
    if "" in held and _read(question, held) == told:
        return {}
    head, opened = held.get(""), answer.state == "blank" or answer.value is not None
    if not (opened and _is_open(held)):
        head = {"state": "answered" if answer.value is not None else answer.state}
    elif not isinstance(head, dict):
        head = {"state": "answered"}
    after = {**held, "": head}
    found = _beside(after, told)
    if _is_open(after):
        found |= _rewrite(question, after, value_json(answer.value), new_id)
    return {"": head, **found}


def agrees(question: Question, part: str, value: JSON, answer: Mapping[str, JSON]) -> bool:
    """Whether what a register says goes with an answer, as when that one was sealed."""
    whole = answer.get("value")
    listed = whole if isinstance(whole, list) else []
    if question.kind not in _SPLIT:
        return value == answer
    if not part:
        return _is_open({"": value}) == (bool(listed) or answer.get("state") == "blank")
    if part in _BESIDE:
        return value == answer.get(part)
    if question.kind not in LISTS:
        return value == (option_of(question, part) in listed)
    return is_place(part) or value in listed


def _is_open(held: Mapping[str, JSON]) -> bool:
    """Whether the parts of an answer count: its head says nothing else."""
    match held.get(""):
        case {"value": _} | {"state": "answered"}:
            return True
        case None:
            return any(value is not None for part, value in held.items() if part)
        case _:
            return False


def _read(question: Question, held: Mapping[str, JSON]) -> JSON:
    head = held.get("")
    if question.kind not in _SPLIT or (len(held) == 1 and head and head != {"state": "answered"}):
        return head  # one register, as every answer was once written
    if head is not None and not isinstance(head, dict):
        return head
    if head is None and not _is_open(held):
        return None
    found: dict[str, JSON] = {"state": (head or {}).get("state")}
    if _is_open(held):
        value = _value(question, held)
        found = {"state": _state(value), **({"value": value} if value else {})}
    beside = {name: _told(held, name) for name in _BESIDE}
    return found | {name: value for name, value in beside.items() if value is not None}


def _state(value: list[JSON]) -> JSON:
    if not value:
        return "blank"
    return "not_yet_known" if value == [NOT_YET_KNOWN] else "answered"


def _told(held: Mapping[str, JSON], name: str) -> JSON:
    head = held.get("")
    return held.get(name, head.get(name) if isinstance(head, dict) else None)


def _whole(held: Mapping[str, JSON]) -> JSON:
    head = held.get("")
    return head.get("value") if isinstance(head, dict) else None


def _value(question: Question, held: Mapping[str, JSON]) -> list[JSON]:
    whole = _whole(held)
    if question.kind in LISTS:
        return [each.value for each in laid_over(listed(whole), held)]
    ticked = whole if isinstance(whole, list) else []
    strange = [each for each in ticked if each not in question.options]
    boxes = _boxes(question.options).items()
    return [each for part, each in boxes if held.get(part, each in ticked) is True] + strange


def _beside(held: Mapping[str, JSON], told: Mapping[str, JSON]) -> dict[str, JSON]:
    return {name: told.get(name) for name in _BESIDE if _told(held, name) != told.get(name)}


def _rewrite(
    question: Question, held: Mapping[str, JSON], value: JSON, new_id: Callable[[], str]
) -> dict[str, JSON]:
    wanted = value if isinstance(value, list) else []
    if question.kind in LISTS:
        return rewritten(laid_over(listed(_whole(held)), held), wanted, new_id)
    before = _value(question, held)
    changed = (each for each in question.options if (each in wanted) != (each in before))
    return {box(each): each in wanted for each in changed}


def _sound(question: Question | None, held: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Return the registers without the parts that cannot be read here."""
    return {part: value for part, value in held.items() if not part or _fits(question, part, value)}


def _fits(question: Question | None, part: str, value: JSON) -> bool:
    if question is None or question.kind not in _SPLIT:
        return False
    if part in _BESIDE:
        return value is None or isinstance(value, str)
    if question.kind not in LISTS:
        return isinstance(value, bool) and option_of(question, part) is not None
    if is_place(part):
        return position(value) is not None
    return bool(_ITEM.fullmatch(part)) and (value is None or isinstance(value, dict))
