"""Reports as lines to read: one of them whole, and what changed between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.form import Pack, Question, answer_text
from models.kinds import parse_answer
from models.report import Report, diff
from models.strictjson import JSON

_NOTHING = "(no answer)"


def report_lines(pack: Pack, report: Report) -> tuple[str, ...]:
    """Return every question that has an answer with it, under the headings of the form."""
    lines = tuple(_answers(pack, report))
    return lines[1:] or ("nothing is answered in this report",)


def _answers(pack: Pack, report: Report) -> Iterator[str]:
    heading = ""
    for question in pack.questions:
        answer = report.answer(question.id)
        if answer.state == "blank":
            continue
        if question.section != heading:
            heading = question.section
            title = next(each.title for each in pack.sections if each.id == heading)
            yield from ("", title)
        yield f"  {question.number} {question.label}"
        yield from _indented(answer_text(question, answer))
        if answer.note:
            yield from _indented(f"({answer.note})")


def change_lines(pack: Pack, before: Report, after: Report) -> tuple[str, ...]:
    """Return what a later report says differently: the question, how, both answers."""
    changes = diff(before, after)
    if not changes:
        return ("the two reports say the same",)
    lines: list[str] = []
    for change in changes:
        question = pack.question(change.question)
        lines += [f"{question.number} {question.label} ({change.kind})"]
        lines += [*_indented(f"before: {_side(question, change.before)}")]
        lines += [*_indented(f"now:    {_side(question, change.after)}"), ""]
    return tuple(lines[:-1])


def _side(question: Question, side: Mapping[str, JSON] | None) -> str:
    if side is None:
        return _NOTHING
    return answer_text(question, parse_answer(question, dict(side))) or _NOTHING


def _indented(text: str) -> Iterator[str]:
    return (f"    {line}" for line in text.split("\n"))
