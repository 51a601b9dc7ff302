"""What a person does to the assessment of a case, as changes: answer, add a group, decide, hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from models.answer import BLANK, Answer
from models.assessment import FAMILY, GROUPS, POS, SCORES, Assessment, Group, group_order
from models.errors import MissingError, UsageError
from models.guide import CASE, GROUP, SEVERITY, guide
from models.kinds import parse_answer
from models.moment import Moment
from models.text import LINE_CHARS, PROSE_BYTES, normalise
from store.change import AnyOp, DelOp, SetOp
from store.entry import new_id
from store.fold import CaseState
from store.vault import Vault

ITEMS: Final = FAMILY
SCORED: Final = f"{FAMILY}/{SCORES}"
_WIDTH: Final = 8  # digits of a place in the order of groups
_SHORTEST_ID: Final = 4


class Signed(NamedTuple):
    """Who gave an answer, and their machine's clock then."""

    who: str
    wall: str


class Answered(NamedTuple):
    """Answers by the ids or numbers of their items, and the place where they belong."""

    place: str
    answers: Mapping[str, Answer]


def place_of(group_id: str) -> str:
    """Return the place of a group's answers."""
    return f"{GROUPS}/{group_id}"


def guide_of(place: str) -> str:
    """Return which guide the answers at a place are to: ITEMS, SCORED, or that of a group."""
    return {ITEMS: CASE, SCORED: SEVERITY}.get(place, GROUP)


def set_assessed(
    vault: Vault,
    case_id: str,
    told: Answered,
    *,
    shown: CaseState | None = None,
    wall: str,
) -> None:
    """Save answers at their place, over the values that were `shown`: None for what is there now.

    An answer equal to the one shown is left as it is. Raises MissingError (no such item or group),
    ShapeError (an answer does not fit its item) and what Vault.commit raises.
    """
    state, place = vault.state(case_id), told.place
    if place not in {ITEMS, SCORED} and not _stands(state, place):
        raise MissingError(
            "that group of information is not there any more",
            hint="breachcase assess CASE group ls",
        )
    asked = guide(guide_of(place))
    for name, answer in told.answers.items():
        parse_answer(asked.question(name), answer.as_json())
    before = (shown or state).values()
    values = {f"{place}/{asked.question(k).id}": v.as_json() for k, v in told.answers.items()}
    blank = BLANK.as_json()
    ops = [SetOp(f, value) for f, value in values.items() if before.get(f, blank) != value]
    if ops:
        vault.commit(case_id, ops, shown=shown or state, wall=wall)


def add_group(vault: Vault, case_id: str, kind: str, *, wall: str) -> str:
    """Begin a group of information of that type, after the others; return its id.

    Raises UsageError without a type, and what Vault.commit raises.
    """
    state = vault.state(case_id)
    name = " ".join(normalise(kind).split())
    if not name or len(name) > LINE_CHARS:
        raise UsageError(
            f"a group needs a type of at most {LINE_CHARS} characters",
            hint="say what information it is, such as: names and addresses",
        )
    last = max((pos for pos, _ in group_order(state.values())), default="")[:_WIDTH]
    number = int(last) + 1 if last.isascii() and last.isdigit() else 1
    group_id = new_id()
    place = place_of(group_id)
    kind_of = Answer(state="answered", value=name)
    ops: list[AnyOp] = [
        SetOp(f"{place}/{POS}", f"{number:0{_WIDTH}}"),
        SetOp(f"{place}/type", kind_of.as_json()),
    ]
    vault.commit(case_id, ops, shown=None, wall=wall)
    return group_id


def remove_group(vault: Vault, case_id: str, group_id: str, *, wall: str) -> None:
    """Take a group out; the history keeps it, and an undo brings it back. Raises MissingError."""
    state = vault.state(case_id)
    head = f"{place_of(group_id)}/"
    ops: list[AnyOp] = [DelOp(name) for name in _live(state) if name.startswith(head)]
    if not ops:
        raise MissingError("no such group of information", hint="breachcase assess CASE group ls")
    vault.commit(case_id, ops, shown=state, wall=wall)


def find_group(assessment: Assessment | None, text: str) -> Group:
    """Return the group of that number, id (4 digits will do) or beginning of its type.

    Raises MissingError for none and UsageError for several.
    """
    groups = assessment.groups if assessment else ()
    wanted = text.strip().casefold()
    found = [each for each in groups if str(each.number) == wanted] or [
        each
        for each in groups
        if (len(wanted) >= _SHORTEST_ID and each.id.startswith(wanted))
        or (wanted and each.name.casefold().startswith(wanted))
    ]
    if not found:
        raise MissingError(
            "no such group of information", hint="breachcase assess CASE group ls lists them"
        )
    if len(found) > 1:
        raise UsageError(f"{len(found)} groups begin so", hint="name it by its number")
    return found[0]


def decision(word: str, reason: str, by: str, at: Moment, *, part: str) -> dict[str, Answer]:
    """Return the answers that record a decision: `part` is regulator, police or notify.

    Raises UsageError without a reason, and for a very long one.
    """
    why = normalise(reason).strip()
    if not why or len(why.encode()) > PROSE_BYTES:
        raise UsageError(
            "a decision needs a reason of at most 256 KiB", hint="attach long material as a file"
        )
    name = "notify" if part == "notify" else f"{part}_told"
    return {
        name: Answer(state="answered", value=word, note=why),
        f"{part}_by": Answer(state="answered", value=by),
        f"{part}_at": Answer(state="answered", value=at),
    }


def signed(state: CaseState, place: str) -> dict[str, Signed]:
    """Return who gave each answer at a place, by its question's id; the last one to, of several."""
    head = f"{place}/"
    return {
        name.removeprefix(head): Signed(register.values[-1].who, register.values[-1].wall)
        for name, register in state.fields.items()
        if name.startswith(head)
    }


def _live(state: CaseState) -> list[str]:
    return [
        name
        for name, register in state.fields.items()
        if any(not each.deleted for each in register.values)
    ]


def _stands(state: CaseState, place: str) -> bool:
    return any(name.startswith(f"{place}/") for name in _live(state))
