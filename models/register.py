"""The register of breaches: what happened, what it did, what was done, reported or not and why.

Source: UK GDPR and GDPR Art. 33(5): facts, effects and remedial action of every breach.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.case import Case
from models.clock import clock_text
from models.moment import Moment
from models.pack import Question
from models.personal.finding import masked
from models.typed import answer_text

COLUMNS: Final = (
    "case",
    "title",
    "reference",
    "state",
    "occurred",
    "aware",
    "reported",
    "time to report",
    "why late or not reported",
    "facts",
    "effects",
    "remedial action",
    "data subjects",
    "records",
    "people told",
    "decision",
)

_NARRATIVE: Final = frozenset({"text", "long_text", "measures"})


def row(case: Case) -> Sequence[str]:
    """Return the line of a case in the register, as text; what is not known is empty."""
    why = case.unreported or _said(case, "delay_reason")
    return (
        case.id[:8],
        case.title,
        case.reference or "",
        case.state,
        _when(case.occurred),
        _when(case.aware),
        _when(case.reported),
        clock_text(case.reading(None)) if case.reported else "not reported",
        why,
        _said(case, "what_happened"),
        _said(case, "consequences"),
        _said(case, "actions"),
        _said(case, "subjects_count"),
        _said(case, "records_count"),
        _said(case, "subjects_told"),
        case.decisions[-1].outcome if case.decisions else "",
    )


def _when(moment: Moment | None) -> str:
    return str(moment) if moment else ""


def _said(case: Case, fact: str) -> str:
    """Return the latest answer to a fact in words; what nobody confirmed of it is masked."""
    for filed in reversed(case.reports):
        question: Question | None = filed.report.pack.question_of(fact)
        if question is not None:
            text = answer_text(question, filed.report.answer(question.id))
            if text:
                told = question.kind in _NARRATIVE
                return masked(question.id, text, case.confirmed) if told else text
    return ""
