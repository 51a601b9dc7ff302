"""What the Conflicts screen lists: conflicts, what to review together, what has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from store.conflict import Choice, Conflict, conflicts
from store.coupled import Review, Side, reviews
from store.fold import CaseState
from store.proposed import Proposal
from store.void import void_ops
from tui.history import clock_time, field_name

TYPED: Final = 0
"""The number of "another one" among values from 1."""
PROPOSED: Final = -1
"""The number of the proposal among them."""
_SIGNS: Final = {"kept": " ", "added": "+", "removed": "-"}
_GROUPS: Final = {
    "times": "the times and the reason for the delay",
    "counts": "the counts and the categories",
    "measures": "the decision and the measures",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what it shows, what it is about, which value of a conflict it takes."""

    text: str
    about: Conflict | Review | None = None
    number: int = TYPED


def contested_lines(state: CaseState) -> tuple[Line, ...]:
    """Return the rows, what needs a decision first."""
    found = [line for each in conflicts(state) for line in _of_conflict(state, each)]
    found += [line for each in reviews(state) for line in _of_review(state, each)]
    void = void_ops(state)
    if void:
        found.append(Line("Kept without effect"))
    for each in void:
        name = field_name(state, each.op.field)
        found.append(Line(f"  {each.op.kind} {name}"))
        found.append(Line(f"     by {each.by}, {clock_time(each.change.wall)}: {each.why}"))
    return tuple(found)


def diff_lines(conflict: Conflict, proposal: Proposal) -> tuple[str, ...]:
    """Return a proposal as a difference, each sentence with whose it is."""
    one, other = (each.found.who for each in conflict.choices[:2])
    names = {"by 1": f"1, {one}", "by 2": f"2, {other}", "by both": "both"}
    marks = ((mark.partition(" "), text) for mark, text in proposal.lines)
    return tuple(
        f"{_SIGNS[deed]} {text}{f'  [{names[by]}]' if by else ''}" for (deed, _, by), text in marks
    )


def by_whom(choice: Choice) -> str:
    """Return who gave a value, when, and where."""
    found = choice.found
    return f"{found.who}, {clock_time(found.wall)}, device {found.device[:8]}"


def review_name(review: Review) -> str:
    """Return what is to be reviewed, in words."""
    return f"Review together: {_GROUPS[review.group]}"


def side_text(state: CaseState, side: Side) -> str:
    """Return who changed what."""
    names = ", ".join(_member(state, field) for field in side.fields)
    return f"{side.who} changed {names}"


def _member(state: CaseState, field: str) -> str:
    return "when it was sent" if field == "event/sent" else field_name(state, field)


def _of_conflict(state: CaseState, conflict: Conflict) -> Iterator[Line]:
    yield Line(field_name(state, conflict.field), conflict, 1)
    if conflict.remark:
        yield Line(f"  {conflict.remark}", conflict, 1)
    for number, choice in enumerate(conflict.choices, 1):
        yield Line(f"  {number}. {choice.text}", conflict, number)
        yield Line(f"     {by_whom(choice)}", conflict, number)
        if choice.deadline:
            yield Line(f"     deadline then: {choice.deadline}", conflict, number)
    proposal = conflict.proposal
    if proposal is not None and proposal.why_not:
        yield Line(f"  {proposal.why_not}", conflict, TYPED)
    elif proposal is not None:
        yield Line("  proposal: both together", conflict, PROPOSED)
        for text in diff_lines(conflict, proposal):
            yield Line(f"   {text}", conflict, PROPOSED)
    yield Line("  type another answer", conflict, TYPED)


def _of_review(state: CaseState, review: Review) -> Iterator[Line]:
    yield Line(review_name(review), review)
    for side in review.sides:
        yield Line(f"  {side_text(state, side)}, {clock_time(side.wall)}", review)
    yield Line("  keep them as they are", review)
