"""An answer as a regulator's portal takes it: box by box, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from models.answer import Answer, Contact, Count, Measure, Organisation, State, Value
from models.form import Question
from models.moment import Moment

_STATES: Final[dict[State, str]] = {
    "blank": "[no answer]",
    "not_yet_known": "[not yet known]",
    "redacted": "[redacted: withheld here, not empty]",
    "not_asked": "[not asked on the form this comes from]",
    "not_applicable": "N/A",
}
_CONTACT: Final = (("name", "name"), ("email", "e-mail"), ("phone", "telephone"))


def pasted(question: Question, answer: Answer, *, hints: bool = True) -> Iterator[str]:
    """Yield the lines of an answer; what stands in [brackets] is said about it, not pasted.

    Without `hints` it says nothing of how a portal is filled in. Text keeps its own lines, of any
    length. Not passed through `visible`.
    """
    value = answer.value
    if value is None:
        yield _STATES[answer.state]
    elif isinstance(value, Moment):
        yield from _moment(value)
    elif isinstance(value, Contact):
        yield from _contact(value)
    elif isinstance(value, bool):
        yield _tick(ticked=value, hints=hints)
    elif isinstance(value, Count):
        yield _count(value)
    else:
        lines = value.split("\n") if isinstance(value, str) else [_item(each) for each in value]
        if hints:
            yield from _hint(question, value, len(lines))
        yield from lines


def _tick(*, ticked: bool, hints: bool) -> str:
    if hints:
        return "[tick it]" if ticked else "[leave it unticked]"
    return "yes" if ticked else "no"


def _hint(question: Question, value: Value, lines: int) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"[{lines} to tick]" if question.options else f"[{lines} listed]"
    elif question.options:
        yield "[choose]"
    elif lines > 1:  # so that nobody takes a line of the answer for one of the sheet
        yield f"[{lines} lines, {len(value)} characters]"


def _moment(value: Moment) -> Iterator[str]:
    yield "[date]"
    yield day(value) if value.date else "[not stated]"
    yield "[time]"
    if value.time is None:
        yield "[not stated]"
        return
    yield value.time.isoformat("seconds" if value.time.second else "minutes")
    if value.zone:
        yield f"[time zone, if it is asked: {value.zone}]"


def day(value: Moment) -> str:
    """Return the date as the form's readers write it, `7 December 2019`, else the moment's text."""
    return f"{value.date.day} {value.date:%B %Y}" if value.date else str(value)


def _contact(value: Contact) -> Iterator[str]:
    for field, name in _CONTACT:
        yield f"[{name}]"
        told: str | None = getattr(value, field)
        yield _STATES["redacted"] if field in value.redacted else told or _STATES["blank"]


def _count(value: Count) -> str:
    if value.total is None or not value.parts:
        return value.text
    parts = "; ".join(f"{part.label}: {part.count:,}" for part in value.parts)
    return f"{value.total:,} ({parts})"


def _item(value: str | Organisation | Measure) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Organisation):
        told = [f"told on {day(value.told_on)}"] if value.told_on else []
        return _with(value.name, [*told, *(["planned"] if value.planned else [])])
    due = [f"due {day(value.due)}"] if value.due else []
    return _with(value.text, [*due, *([f"done {day(value.done)}"] if value.done else [])])


def _with(text: str, more: list[str]) -> str:
    return f"{text} ({', '.join(more)})" if more else text
