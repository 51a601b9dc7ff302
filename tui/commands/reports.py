"""A report as lines of text, for show, diff and receive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.answer import Answer
from models.typed import answer_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.form import Pack
    from models.report import Change, Report


def state_text(answer: Answer, text: str) -> str:
    """Return what a person reads for an answer: its text, or its state in brackets."""
    if answer.state == "answered":
        return text
    state = f"[{answer.state.replace('_', ' ')}]"
    return f"{text} {state}".strip() if text else state


def report_lines(pack: Pack, report: Report, *, blanks: bool) -> Iterator[tuple[str, str]]:
    """Yield (question id, answer text) in form order; blank ones only when asked."""
    for question in pack.questions:
        answer = report.answer(question.id)
        if answer.state == "blank" and not blanks:
            continue
        text = state_text(answer, answer_text(question, answer))
        yield question.id, f"{text}\n({answer.note})" if answer.note else text


def change_lines(pack: Pack, changes: Iterable[Change]) -> Iterator[str]:
    """Yield each change as `kind question: before -> after`."""
    for change in changes:
        before, after = (
            _side(pack, change.question, side) for side in (change.before, change.after)
        )
        yield f"{change.kind:<8} {change.question}: {before} -> {after}"


def _side(pack: Pack, question_id: str, side: Answer | None) -> str:
    if side is None:
        return "[blank]"
    question = pack.question(question_id)
    return state_text(side, answer_text(question, side))
