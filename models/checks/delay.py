"""The reason for a late report: K07 to K09."""

from __future__ import annotations

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.pack import Question
from models.problem import Severity

FEW_WORDS = 3
"""A reason of fewer words explains nothing; the threshold is ours."""


def _judged(e: Evidence) -> tuple[Question, bool] | None:
    """Return the question for the reason and whether the report is late, None if unknown.

    A form that does not ask (a follow-up) cannot be told to answer.
    """
    question, reading = e.asked("delay_reason"), e.reading()
    if question is None or reading is None:
        return None
    match reading.status:
        case "late" | "late_strict_only":
            return question, True
        case "on_time":
            return question, False
        case _:
            return None


def _not_applicable(e: Evidence, question: Question) -> bool:
    """Return whether the reason is "N/A": a bad reason rather than none, so K09 and not K07."""
    answer = e.answer(question)
    return answer.void and answer.state not in {"blank", "not_asked"}


def late_without_reason(e: Evidence) -> Verdict:
    """K07: the report is late and nothing says why."""
    judged = _judged(e)
    if judged is None:
        return NOT_RUN
    question, late = judged
    if not late or e.given(question) or _not_applicable(e, question):
        return ()
    message = "explain why the report is later than 72 hours after discovery"
    return [Objection(Severity.ERROR, question, message)]


def reason_in_time(e: Evidence) -> Verdict:
    """K08: a reason is given although the report is in time, which is allowed."""
    judged = _judged(e)
    if judged is None:
        return NOT_RUN
    question, late = judged
    if late or not e.given(question):
        return ()
    message = "the report is in time: a reason for delay is voluntary"
    return [Objection(Severity.NOTE, question, message)]


def reason_too_short(e: Evidence) -> Verdict:
    """K09: the report is late and the reason is "N/A" or hardly a word."""
    judged = _judged(e)
    if judged is None:
        return NOT_RUN
    question, late = judged
    reason = e.answer(question).value
    short = isinstance(reason, str) and len(reason.split()) < FEW_WORDS
    if not late or not (short or _not_applicable(e, question)):
        return ()
    return [Objection(Severity.WARNING, question, "say in a sentence why the report is late")]


CHECKS = (
    Check("K07", (Severity.ERROR,), "{law} Art. 33(1)", late_without_reason),
    Check("K08", (Severity.NOTE,), "{law} Art. 33(1)", reason_in_time),
    Check("K09", (Severity.WARNING,), "{law} Art. 33(1)", reason_too_short),
)
