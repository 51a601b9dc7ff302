"""An assessment as its screen shows it: page by page, each of them questions of one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.answer import BLANK, Answer
from models.assessment import Assessment, Group
from models.guide import CASE, GROUP, SEVERITY, Answers, Chapter, considered, guide
from models.outcome import outcome
from models.pack import Question
from store.assessing import ITEMS, SCORED, place_of
from store.fold import CaseState
from store.vault import Vault
from tui.assessment import EMPTY

_FEW = ("regulator", "police")
_BEFORE_GROUPS = ("step_1", "step_2")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: `id` is the chapter, for a group `<group id>/<chapter>`; `place` in the case."""

    id: str
    title: str
    help: str
    place: str
    questions: tuple[Question, ...]

    @property
    def group(self) -> str:
        """The id of the group it is about, empty for none."""
        return self.id.partition("/")[0] if "/" in self.id else ""


@dataclass(frozen=True, slots=True)
class Board:
    """One reading of an assessment. `state` is what a person was shown: a later save refers to it.

    The pages stand in the guide's order; a person goes through them in any.
    """

    state: CaseState
    assessment: Assessment
    title: str
    zone: str
    writable: bool
    leaves: tuple[Leaf, ...]

    def place(self, leaf_id: str) -> int:
        """Return the index of a page, that of the first one where it is not there any more."""
        ids = [leaf.id for leaf in self.leaves]
        return ids.index(leaf_id) if leaf_id in ids else 0

    def answers(self, leaf: Leaf) -> Answers:
        """Return the answers at a page's place."""
        match leaf.place:
            case place if place == ITEMS:
                return self.assessment.items
            case place if place == SCORED:
                return self.assessment.scores
            case _:
                return next(g.answers for g in self.assessment.groups if g.id == leaf.group)

    def answer(self, leaf: Leaf, question: Question) -> Answer:
        """Return one answer, BLANK for none."""
        return self.answers(leaf).get(question.id, BLANK)

    def contested(self, leaf: Leaf, question: Question) -> bool:
        """Whether two people answered without having seen each other's answer."""
        return f"{leaf.place}/{question.id}" in self.state.conflicts

    def open_items(self, leaf: Leaf) -> tuple[str, ...]:
        """Return the ids of a page's questions that nobody answered or marked."""
        found = self.answers(leaf)
        return tuple(
            each.id for each in leaf.questions if considered(found.get(each.id, BLANK)) == "open"
        )

    def group(self, leaf: Leaf) -> Group | None:
        """Return the group that a page is about."""
        return next((each for each in self.assessment.groups if each.id == leaf.group), None)

    def rule(self, leaf: Leaf, question: Question) -> str:
        """Return what the guide's rule implies for a decision, empty for any other question."""
        who = leaf.group if question.id == "notify" else question.id.removesuffix("_told")
        told = next((each for each in outcome(self.assessment) if each.who == who), None)
        return f"the rule says {told.hint.word}: {told.hint.why}" if told else ""

    @property
    def sums(self) -> tuple[str, str]:
        """The severity with its arithmetic, and who is told: `told: police no - Claims yes`."""
        severity = self.assessment.severity
        told = [
            f"{each.name} {each.word}{' (rule disagrees)' if each.disagrees else ''}"
            for each in sorted(outcome(self.assessment), key=lambda each: each.who not in _FEW)
        ]
        return (
            f"SE {severity.arithmetic()}" if severity else "severity: nothing is scored",
            "told: " + " - ".join(told),
        )


def read_board(vault: Vault, case_id: str) -> Board:
    """Read an assessment for the screen; one that nobody began is empty."""
    case = vault.case(case_id)
    assessment = case.assessment or EMPTY
    leaves = tuple(_leaves(assessment))
    return Board(vault.state(case_id), assessment, case.title, case.zone, vault.writable, leaves)


def _leaves(assessment: Assessment) -> Iterator[Leaf]:
    steps = guide(CASE).chapters
    yield from (_leaf(CASE, each, ITEMS) for each in steps if each.id in _BEFORE_GROUPS)
    yield from (_leaf(SEVERITY, each, SCORED) for each in guide(SEVERITY).chapters)
    for group in assessment.groups:
        for chapter in guide(GROUP).chapters:
            leaf = _leaf(GROUP, chapter, place_of(group.id))
            title = f"G{group.number} {chapter.title}: {group.name}"
            yield Leaf(f"{group.id}/{leaf.id}", title, leaf.help, leaf.place, leaf.questions)
    yield from (_leaf(CASE, each, ITEMS) for each in steps if each.id not in _BEFORE_GROUPS)


def _leaf(guide_id: str, chapter: Chapter, place: str) -> Leaf:
    questions = guide(guide_id).of(chapter.id)
    return Leaf(chapter.id, chapter.title, chapter.help, place, questions)
