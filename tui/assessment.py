"""An assessment as lines to read, and as JSON: steps, groups, severity, who is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.answer import BLANK, Answer
from models.assessment import Assessment, Decided, Group, Hold
from models.guide import CASE, GROUP, SEVERITY, Answers, considered, guide
from models.outcome import UNDECIDED, Told, outcome
from models.pack import Question
from models.severity import HINT
from models.strictjson import JSON
from models.typed import answer_text
from store.assessing import ITEMS, SCORED, Signed, place_of, signed
from store.fold import CaseState
from tui.history import clock_time

EMPTY = Assessment({}, {}, ())
CREDIT = (
    "Items: OAIC guide, August 2014 (CC BY 3.0 AU), shortened, in other words. Severity: ENISA."
)


@dataclass(frozen=True, slots=True)
class Account:
    """An assessment and the state that it was read from, which knows who said what when."""

    assessment: Assessment
    state: CaseState

    def lines(self, *, blanks: bool = False) -> Iterator[str]:
        """Yield the whole of it; `blanks`: the open items too, not only their numbers."""
        for chapter in guide(CASE).chapters:
            asked = guide(CASE).of(chapter.id)
            yield from self._chapter(chapter.title, asked, ITEMS, blanks=blanks)
            yield ""
        for group in self.assessment.groups:
            yield from self._group(group, blanks=blanks)
            yield ""
        yield from self._severity(blanks=blanks)
        yield ""
        yield "Who is told (the guide's rule is a hint, the decision a person's)"
        yield from (f"  {line}" for line in outcome_lines(self.assessment))
        yield ""
        yield CREDIT

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        found = self.assessment
        hold = found.hold
        return {
            "steps": [
                {
                    "id": each.id,
                    "title": each.title,
                    "items": self._items_json(guide(CASE).of(each.id), ITEMS),
                }
                for each in guide(CASE).chapters
            ],
            "groups": [self._group_json(group) for group in found.groups],
            "scores": self._items_json(guide(SEVERITY).questions, SCORED),
            "severity": found.severity.as_json() if found.severity else None,
            "regulator": found.regulator.as_json(),
            "police": found.police.as_json(),
            "hold": hold.as_json() if hold else None,
            "outcome": [each.as_json() for each in outcome(found)],
            "source": CREDIT,
        }

    def _group_json(self, group: Group) -> dict[str, JSON]:
        place = place_of(group.id)
        return {
            "id": group.id,
            "number": group.number,
            "name": group.name,
            "decision": group.decision.as_json(),
            "notice_missing": [*group.missing],
            "items": self._items_json(guide(GROUP).questions, place),
        }

    def _items_json(self, asked: tuple[Question, ...], place: str) -> list[JSON]:
        answers, authors = self._answers(place), signed(self.state, place)
        found: list[JSON] = []
        for question in asked:
            answer, author = answers.get(question.id, BLANK), authors.get(question.id)
            found.append(
                {
                    "id": question.id,
                    "number": question.number,
                    "question": question.label,
                    "state": considered(answer),
                    "answer": answer.as_json(),
                    "by": author.who if author else None,
                    "at": author.wall if author else None,
                    "source": question.source,
                }
            )
        return found

    def _answers(self, place: str) -> Answers:
        if place in {ITEMS, SCORED}:
            return self.assessment.items if place == ITEMS else self.assessment.scores
        group = next(each for each in self.assessment.groups if place_of(each.id) == place)
        return group.answers

    def _chapter(
        self, title: str, asked: tuple[Question, ...], place: str, *, blanks: bool
    ) -> Iterator[str]:
        answers, authors = self._answers(place), signed(self.state, place)
        yield f"{title} ({tally(asked, answers)})"
        left = []
        for question in asked:
            answer = answers.get(question.id, BLANK)
            if answer != BLANK or blanks:
                yield from _item(question, answer, authors.get(question.id))
            else:
                left.append(question.number)
        if left:
            yield f"  open: {' '.join(left)}"

    def _group(self, group: Group, *, blanks: bool) -> Iterator[str]:
        for number, chapter in enumerate(guide(GROUP).chapters):
            if number:
                yield ""
            title = f"Group {group.number}, {group.name}: {chapter.title}"
            asked = guide(GROUP).of(chapter.id)
            yield from self._chapter(title, asked, place_of(group.id), blanks=blanks)
        yield from notice_lines(group)

    def _severity(self, *, blanks: bool) -> Iterator[str]:
        (chapter,) = guide(SEVERITY).chapters
        yield from self._chapter(chapter.title, guide(SEVERITY).questions, SCORED, blanks=blanks)
        yield from (f"  {line}" for line in severity_lines(self.assessment))


def summary(assessment: Assessment) -> str:
    """Return an assessment on one line: its groups, the severity, the decisions that are open."""
    count, severity = len(assessment.groups), assessment.severity
    open_ones = [each.name for each in outcome(assessment) if each.word == UNDECIDED]
    parts = [
        f"{count} group{'' if count == 1 else 's'} of information",
        f"severity {severity.se} {' .. '.join(severity.levels)}" if severity else "severity open",
        f"undecided: {', '.join(open_ones)}" if open_ones else "all decided",
    ]
    return "; ".join(parts)


def tally(asked: tuple[Question, ...], answers: Answers) -> str:
    """Return `3 of 13 done, 1 not considered`: how far a chapter is."""
    counts = Counter(considered(answers.get(each.id, BLANK)) for each in asked)
    words = ("not applicable", "not considered")
    more = [f"{counts[word]} {word}" for word in words if counts[word]]
    return ", ".join([f"{counts['done']} of {len(asked)} done", *more])


def answer_words(question: Question, answer: Answer) -> str:
    """Return an answer on paper: its text and reason, or the word for why there is none."""
    words: Mapping[str, str] = {"not_yet_known": "not yet known", "redacted": "redacted"}
    state = considered(answer)
    text = words.get(answer.state) or (answer_text(question, answer) if state == "done" else state)
    return f"{text} ({answer.note})" if answer.note else text


def severity_lines(assessment: Assessment) -> Iterator[str]:
    """Yield the arithmetic, what makes it a range, the flags, and what the method does not say."""
    found = assessment.severity
    if found is None:
        yield "severity: nothing is scored"
        return
    yield f"SE {found.arithmetic()}"
    if found.pending:
        yield f"a range, for these are open: {' '.join(found.pending)}"
    if found.unreasoned:
        yield f"no reason given: {' '.join(found.unreasoned)}"
    flags = {"more than 100 individuals": found.many, "unintelligible": found.unintelligible}
    words = {True: "yes", False: "no", None: "not known"}
    yield "; ".join(f"{name}: {words[flag]}" for name, flag in flags.items())
    yield HINT


def outcome_lines(assessment: Assessment) -> Iterator[str]:
    """Yield who is told, by the decision, beside what the guide's rule implies and why."""
    for told in outcome(assessment):
        decided = _decided(assessment, told)
        yield f"{told.name}: {told.word}{decided}"
        mark = "DISAGREES: " if told.disagrees else ""
        yield f"  {mark}the rule says {told.hint.word}: {told.hint.why}"
    if assessment.hold is not None:
        yield hold_line(assessment.hold)


def hold_line(hold: Hold) -> str:
    """Return who asked to wait, from when until when, and whether that still holds."""
    times = [
        f"from {hold.since}" if hold.since else "",
        f"until {hold.until}" if hold.until else "",
    ]
    state = "in force" if hold.in_force else f"released {hold.released}"
    parts = " ".join(part for part in (hold.asked_by or "somebody", *times) if part)
    return f"hold asked for by {parts}: {state}"


def notice_lines(group: Group) -> Iterator[str]:
    """Yield what a notice that is due lacks."""
    if group.decision.word == "Yes" and group.missing:
        yield f"  the notice lacks, without a reason: {' '.join(group.missing)}"
    if group.both_complaints:
        yield "  the notice names both ways to complain: C10 and C11 exclude each other"


def _decided(assessment: Assessment, told: Told) -> str:
    fixed: dict[str, Decided] = {"regulator": assessment.regulator, "police": assessment.police}
    groups = {group.id: group.decision for group in assessment.groups}
    decided = {**fixed, **groups}[told.who]
    parts = [decided.reason, f"by {decided.by}" if decided.by else "", str(decided.at or "")]
    said = ", ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _item(question: Question, answer: Answer, author: Signed | None) -> Iterator[str]:
    yield f"  {question.number:<5} {question.label}"
    for line in answer_words(question, answer).split("\n"):
        yield f"          {line}"
    if author is not None and answer != BLANK:
        yield f"          - {author.who}, {clock_time(author.wall)}"
