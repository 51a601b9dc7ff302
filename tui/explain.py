"""What there is to say of one question, or of one problem, to a person who asks for help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.form import Pack, Question
from models.problem import Problem
from models.report import Report
from tui.law import law_lines
from tui.widgets.control import KEYS, STATE_WORDS, SYNTAX

_NEEDS = {
    "required": "an answer is required",
    "required_or_unknown": 'an answer is required, "not yet known" is one',
    "optional": "an answer is optional",
    "conditional": "an answer is optional",
}


def question_lines(pack: Pack, question: Question, report: Report) -> tuple[str, ...]:
    """Return a question whole: its help, whether it has to be answered and who says so, how."""
    return tuple(_question(pack, question, report))


def _question(pack: Pack, question: Question, report: Report) -> Iterator[str]:
    yield f"{question.number} {question.label}"
    section = next(each for each in pack.sections if each.id == question.section)
    yield from (text for text in (question.help, section.help) if text)
    yield ""
    required = pack.required(question, report)
    need = _NEEDS["required"] if required and question.need == "conditional" else ""
    yield f"Needed: {need or _NEEDS[question.need]}"
    yield f"Source: {question.source}"
    whose = "the form's own" if question.wording == "official" else "ours, after the form"
    unseen = "its options were not seen in print" if question.options else "its source does not ask"
    yield f"Words: {whose}{'' if question.status == 'verified' else f'; {unseen}'}"
    yield from _how(question)


def _how(question: Question) -> Iterator[str]:
    said = [KEYS.get(question.kind, ""), SYNTAX.get(question.kind, "")]
    for text in said:
        if text:
            yield f"How: {text}"
    yield f"F4: {', '.join(STATE_WORDS.values())}, or no answer at all"
    if question.options:
        yield ""
        yield "Options"
        yield from (f"  {place} {label}" for place, label in enumerate(question.options, 1))


def problem_lines(problem: Problem, numbers: Mapping[str, str]) -> tuple[str, ...]:
    """Return a problem whole: what to do, how much it weighs, who says so in which words."""
    place = numbers.get(problem.question, problem.question)
    return (
        f"{place}: {problem.message}" if place else problem.message,
        "",
        f"Check {problem.id}: {_WEIGHTS[problem.severity.value]}",
        *([f"Overridden: {problem.override}"] if problem.override else ()),
        f"Source: {problem.source}",
        *law_lines(problem.source),
    )


_WEIGHTS = {
    "error": "error, the report is not complete with it",
    "incomplete": "incomplete, the report can be sent and this has to follow (o overrides it)",
    "warning": "warning, look at it again (o overrides it)",
    "note": "note, for your information",
}
