"""Reports and messages as lines of text, for show, diff and receive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.kinds import parse_answer
from models.typed import answer_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.pack import Pack
    from models.record import Message
    from models.report import Change, Report
    from models.strictjson import JSON

BLANK = "[blank]"


def report_lines(pack: Pack, report: Report, *, blanks: bool) -> Iterator[tuple[str, str]]:
    """Yield (question id, answer text) in form order; blank ones only when asked."""
    for question in pack.questions:
        answer = report.answer(question.id)
        if answer.state == "blank" and not blanks:
            continue
        text = answer_text(question, answer) or BLANK
        yield question.id, f"{text}\n({answer.note})" if answer.note else text


def change_lines(pack: Pack, changes: Iterable[Change]) -> Iterator[str]:
    """Yield each change as `kind question: before -> after`."""
    for change in changes:
        before = _side(pack, change.question, change.before)
        after = _side(pack, change.question, change.after)
        yield f"{change.kind:<8} {change.question}: {before} -> {after}"


def _side(pack: Pack, question_id: str, side: Mapping[str, JSON] | None) -> str:
    if side is None:
        return BLANK
    question = pack.question(question_id)
    return answer_text(question, parse_answer(question, dict(side))) or BLANK


def message_json(message: Message) -> dict[str, JSON]:
    """Return what is published of a message: its head and its payload."""
    return {
        "id": message.id,
        "kind": message.kind,
        "direction": message.direction,
        "at": str(message.at) if message.at else None,
        "amber": message.amber,
        "manifest": message.manifest,
        "payload": dict(message.payload),
    }


def message_lines(message: Message) -> Iterator[tuple[str, str]]:
    """Yield a message as (name, text): its time, then each stated member of its payload."""
    if message.at is not None:
        yield "sealed", str(message.at)
    if message.amber:
        yield "amber", "the other office's number was not compared yet"
    for name, value in message.payload.items():
        if isinstance(value, list):
            yield name, "\n".join(f"{place}. {text}" for place, text in enumerate(value, 1))
        elif isinstance(value, str):
            yield name, value
