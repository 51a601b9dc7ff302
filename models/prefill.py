"""What one form of a case takes over from the others: facts, each to be confirmed by a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from models.answer import NOT_YET_KNOWN, Answer, Measure, Organisation, Value
from models.errors import CaseError
from models.kinds import parse_answer
from models.pack import Pack, Question
from models.report import Report

TAKEN_OVER: Final = "taken over from "
"""How the source of an answer begins that nobody has confirmed yet."""
_REFERENCE: Final = "case_reference"  # each regulator gives its own
_TEXTS: Final = frozenset({"text", "long_text"})


def prefilled(pack: Pack, reports: Iterable[Report]) -> Mapping[str, Answer]:
    """Return what `pack` can take over of these reports, later ones first; by question id.

    Only what fits the question as it stands is taken: nothing is guessed, and a note stays behind.
    """
    known = tuple(reports)
    found: dict[str, Answer] = {}
    for question in pack.questions:
        if question.fact in {None, _REFERENCE} or "initial" not in question.applies:
            continue
        for report in reversed(known):
            answer = taken(question, report)
            if answer is not None:
                found[question.id] = answer
                break
    return found


def taken(question: Question, report: Report) -> Answer | None:
    """Return a report's answer to the fact of a question of another form, None where none fits."""
    answer = report.fact(question.fact or "")
    source = f"{TAKEN_OVER}{report.form}"
    if answer.state != "answered" or answer.value is None:
        return None
    for value in _fitting(question, answer.value):
        made = Answer(state="answered", value=value, source=source)
        try:
            return parse_answer(question, made.as_json())
        except CaseError:
            continue
    return None


def unconfirmed(report: Report) -> tuple[str, ...]:
    """Return the questions whose answers were taken over and not confirmed, in form order."""
    return tuple(qid for qid, answer in report.answers.items() if is_taken_over(answer))


def is_taken_over(answer: Answer) -> bool:
    """Whether an answer stands as another form has it, and nobody has confirmed it."""
    return (answer.source or "").startswith(TAKEN_OVER)


def confirmed(answer: Answer) -> Answer:
    """Return an answer as a person's own."""
    return Answer(state=answer.state, value=answer.value, note=answer.note)


def _fitting(question: Question, value: Value) -> Iterable[Value]:
    """Yield the value as it is and, for a question that takes text, in words."""
    if question.kind not in _TEXTS:
        yield value
        return
    words = _words(value)
    if words:
        yield words if question.kind == "long_text" else " ".join(words.split())


def _words(value: Value) -> str:
    match value:
        case str():
            return value
        case tuple():
            named = [_item(each) for each in value if each != NOT_YET_KNOWN]
            return "; ".join(named)
        case _:
            return ""


def _item(item: str | Organisation | Measure) -> str:
    match item:
        case Organisation():
            return item.name
        case Measure():
            due = item.done or item.due
            return f"{item.text} ({due})" if due else item.text
        case _:
            return item
