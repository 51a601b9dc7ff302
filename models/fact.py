"""What the reports of a case state of a fact, such as `discovered`, oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from models.answer import BLANK, Answer
from models.merging import Statement
from models.moment import Moment
from models.record import CaseReport

_SILENT = frozenset({"blank", "not_asked", "not_applicable"})


def latest(reports: Sequence[CaseReport], fact: str) -> Answer:
    """Return the answer of the latest report that has one, BLANK when none has."""
    answers = (each.report.fact(fact) for each in reversed(reports))
    return next((answer for answer in answers if answer.state not in _SILENT), BLANK)


def statements(reports: Sequence[CaseReport], fact: str) -> tuple[Statement, ...]:
    """Return each moment that a report states of a fact, with the report's name."""
    values = ((each.name, each.report.fact(fact).value) for each in reports)
    return tuple(Statement(name, value) for name, value in values if isinstance(value, Moment))


def stated(reports: Sequence[CaseReport], fact: str) -> Moment | None:
    """Return the moment of a fact in the latest report to state one: a redacted one does not."""
    found = statements(reports, fact)
    return found[-1].moment if found else None
