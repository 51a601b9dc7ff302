"""Fields that say one thing between them: changed apart by two people, they are reviewed together.

No conflict, and nothing waits for it. Source: docs/format-vault.md, "To review together".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from models.errors import MissingError, UsageError
from models.parts import question_in
from models.strictjson import JSON
from store.ancestry import ancestors, side_by_side
from store.change import Change, Op, SetOp
from store.fold import CaseState
from store.vault import Vault

_SENT: Final = "event/sent"
_DECISION: Final = "decision"
GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "times": frozenset({"occurred", "discovered", "delay_reason", "case/aware", _SENT}),
    "counts": frozenset(
        {
            *("records_count", "subjects_count", "data_categories", "data_categories_other"),
            *("subject_categories", "subject_categories_other"),
        }
    ),
    "measures": frozenset({_DECISION, "actions", "prior_measures", "prevention_steps"}),
}
"""The groups by name: facts, fields, and what is added to the case."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one person changed without having seen the rest: the last change, the fields since."""

    who: str
    wall: str
    device: str
    fields: tuple[str, ...]

    @property
    def text(self) -> str:
        """Who changed what: `a.officer changed discovered, occurred`."""
        return f"{self.who} changed {', '.join(name.split('/')[-1] for name in self.fields)}"

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "who": self.who,
            "wall": self.wall,
            "device": self.device,
            "fields": [*self.fields],
        }


@dataclass(frozen=True, slots=True)
class Review:
    """A group (one of GROUPS) whose fields were changed apart, side by side."""

    group: str
    sides: tuple[Side, ...]

    @property
    def text(self) -> str:
        """What there is to review: `times: a.officer changed discovered; b.lee changed aware`."""
        return f"{self.group}: {'; '.join(each.text for each in self.sides)}"

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {"group": self.group, "sides": [each.as_json() for each in self.sides]}


def reviews(state: CaseState) -> tuple[Review, ...]:
    """Return what is to be reviewed together, the same wherever the same changes are."""
    if not side_by_side(state):
        return ()
    seen = ancestors(state.changes)
    found = (_review(state, group, seen) for group in GROUPS)
    return tuple(each for each in found if each is not None)


def find_review(state: CaseState, text: str) -> Review:
    """Return the group of that name that is to be reviewed; raise MissingError."""
    for each in reviews(state):
        if each.group == text:
            return each
    raise MissingError(
        "nothing of that name is to be reviewed together", hint="breachcase show names it"
    )


def keep(vault: Vault, case_id: str, review: Review, *, wall: str) -> Change:
    """Save, as somebody who has seen both, that what was changed apart goes together.

    One field is set to what it is. Raises UsageError where something came since it was shown, or
    where all fields are in conflict or there for good; and what Vault.commit raises.
    """
    state = vault.state(case_id)
    if review not in reviews(state):
        raise UsageError("it was changed since it was shown", hint="look at it again")
    told = {field: state.value(field) for side in review.sides for field in side.fields}
    for field, value in told.items():
        if value is not None:
            why = f"reviewed together: {review.text}"
            return vault.commit(case_id, [SetOp(field, value)], shown=state, wall=wall, why=why)
    raise UsageError("its fields are in conflict", hint="resolve those first")


def _review(state: CaseState, group: str, seen: Mapping[str, int]) -> Review | None:
    touched = {each.id: _touched(state, group, each) for each in state.changes}
    bits = {each.id: 1 << number for number, each in enumerate(state.changes)}
    ours = [each for each in state.changes if touched[each.id]]
    covered = 0
    for each in ours:
        covered |= seen[each.id]
    last = [each for each in ours if not covered & bits[each.id]]
    known = [seen[each.id] | bits[each.id] for each in last]
    by: dict[frozenset[int], set[str]] = {}  # fields, by which of the last ones have seen them
    for each in ours:
        seers = frozenset(at for at, mask in enumerate(known) if mask & bits[each.id])
        by.setdefault(seers, set()).update(touched[each.id])
    apart = _apart(by)
    sides = []
    for at, each in enumerate(last):
        fields = {name for seers, names in apart.items() if at in seers for name in names}
        if fields:
            sides.append(Side(each.who, each.wall, each.device, tuple(sorted(fields))))
    return Review(group, tuple(sides)) if sides else None


def _apart(by: Mapping[frozenset[int], set[str]]) -> dict[frozenset[int], set[str]]:
    """Return the fields that have another one beside them which nobody has seen with them."""
    return {
        seers: {
            name
            for name in names
            for others, beside in by.items()
            if not seers & others and beside - {name}
        }
        for seers, names in by.items()
    }


def _touched(state: CaseState, group: str, change: Change) -> frozenset[str]:
    """Return the fields of a group that a change wrote, each by its head."""
    counted = (op for op in change.ops if op.op_id not in state.void)
    return frozenset(name for op in counted for name in _members(state, group, op))


def _members(state: CaseState, group: str, op: Op) -> Iterator[str]:
    family, _, rest = op.field.partition("/")
    match family, op.value:
        case "report", _:
            rid, _, name = rest.partition("/")
            asked = question_in(op.field, state.value(f"report/{rid}/form"))
            sealed = f"report/{rid}/frozen" in state.fields
            if asked is not None and asked[0].fact in GROUPS[group] and not sealed:
                yield f"report/{rid}/{name.partition('/')[0]}"
        case "event", {"name": "sent"} if _SENT in GROUPS[group]:
            yield _SENT
        case "decision", _ if _DECISION in GROUPS[group]:
            yield _DECISION
        case _ if op.field in GROUPS[group]:
            yield op.field
