"""Reports as lines of text, for show and diff."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from models.errors import MissingError
from models.kinds import parse_answer
from models.typed import answer_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.case import Case
    from models.pack import Pack
    from models.record import CaseReport, Happening
    from models.report import Change, Report
    from models.strictjson import JSON

BLANK = "[blank]"


def numbered(case: Case, number: int) -> CaseReport:
    """Return the report of that number; raise MissingError."""
    for report in case.reports:
        if report.report.number == number:
            return report
    raise MissingError(
        f"case {case.slug} has no report {number}", hint=f"it has {len(case.reports)} (from 0)"
    )


def report_lines(pack: Pack, report: Report, *, blanks: bool) -> Iterator[tuple[str, str]]:
    """Yield (question id, answer text) in form order; blank ones only when asked."""
    for question in pack.questions:
        answer = report.answer(question.id)
        if answer.state == "blank" and not blanks:
            continue
        text = answer_text(question, answer) or BLANK
        beside = [part for part in (answer.note, answer.source) if part]
        yield question.id, "\n".join((text, *(f"({part})" for part in beside)))


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


def event_lines(case: Case) -> Iterator[str]:
    """Yield what happened, oldest first: when, what, by which way, and who says so."""
    for event in case.events:
        if event.name == "exported":
            yield f"{event.at}  {event.via} written in clear: {event.ref}"
            continue
        way = f" by {event.via}" if event.via else ""
        ref = f" ({event.ref})" if event.ref else ""
        who = ", as they state" if event.by == "them" else ""
        yield f"{event.at or 'no time'}  {event.name}{way}{ref}{who}"


def event_json(event: Happening) -> dict[str, JSON]:
    """Return what is published of an event."""
    return {
        "name": event.name,
        "at": str(event.at) if event.at else None,
        "via": event.via,
        "ref": event.ref,
        "by": event.by,
    }


def foreign_lines(report: Mapping[str, JSON]) -> Iterator[tuple[str, str]]:
    """Yield (question id, value) of a report on a form that is not known here, as it came."""
    answers = report.get("answers")
    for name, answer in answers.items() if isinstance(answers, dict) else ():
        value = answer.get("value", answer.get("state")) if isinstance(answer, dict) else answer
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
