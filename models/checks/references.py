"""The regulator's case reference and the chain of reports it holds together: K13 to K17."""

from __future__ import annotations

import re

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.problem import Severity
from models.report import Change, diff


def follow_up_without_reference(e: Evidence) -> Verdict:
    """K13: a follow-up does not say which case it belongs to."""
    question = e.question("case_reference")
    if question is None:
        return NOT_RUN
    if e.report.kind == "initial" or e.given(question):
        return ()
    message = "give the regulator's case reference: a follow-up is attached by it"
    return [Objection(Severity.ERROR, question, message)]


def initial_with_reference(e: Evidence) -> Verdict:
    """K14: an initial report names a case that does not exist yet."""
    question = e.question("case_reference")
    if question is None:
        return NOT_RUN
    if e.report.kind != "initial" or not e.given(question):
        return ()
    message = "empty the case reference: an initial report has none yet"
    return [Objection(Severity.ERROR, question, message)]


def wrong_reference(e: Evidence) -> Verdict:
    """K15: the reference is not of the authority's pattern, or not the one it acknowledged."""
    question = e.question("case_reference")
    value = e.answer(question).value if question and e.given(question) else None
    if question is None or not isinstance(value, str):
        return () if e.report.kind == "initial" else NOT_RUN
    if not re.fullmatch(e.pack.authority.reference_pattern, value):
        message = "correct the case reference: it is not of the authority's pattern"
        return [Objection(Severity.ERROR, question, message)]
    if e.acknowledged_reference is None:
        return NOT_RUN
    if value == e.acknowledged_reference:
        return ()
    message = "correct the case reference: the acknowledgement gives another"
    return [Objection(Severity.ERROR, question, message)]


def follow_up_without_initial(e: Evidence) -> Verdict:
    """K16: a follow-up in a case without an initial report."""
    if e.report.kind == "initial":
        return ()
    question = e.question("case_reference")
    if question is None or e.earlier_initial is None:
        return NOT_RUN
    if e.earlier_initial:
        return ()
    message = "send the initial report first: the case has none"
    return [Objection(Severity.ERROR, question, message)]


def _unsaid(change: Change) -> bool:
    """Return whether what was said is not yet known any more."""
    before, after = change.before or {}, change.after or {}
    return before.get("state") != after.get("state") == "not_yet_known"


def answer_withdrawn(e: Evidence) -> Verdict:
    """K17: a follow-up empties or narrows an answer of the report before it, and no note why."""
    if e.report.kind == "initial":
        return ()
    if e.previous is None or e.previous.form != e.report.form:
        return NOT_RUN
    objections = []
    for change in diff(e.previous, e.report):
        question = e.asked(change.question)
        emptied = change.kind == "removed" or _unsaid(change)
        if question is None or not (emptied or change.kind == "narrowed"):
            continue
        if not e.answer(question).note:
            what = "emptied" if emptied else "narrowed"
            message = f"add a note on why this answer was {what} since the last report"
            objections.append(Objection(Severity.WARNING, question, message))
    return objections


CHECKS = (
    Check("K13", (Severity.ERROR,), "follow-ups attach by reference", follow_up_without_reference),
    Check("K14", (Severity.ERROR,), "a reference comes with the answer", initial_with_reference),
    Check("K15", (Severity.ERROR,), "the authority's reference", wrong_reference),
    Check("K16", (Severity.ERROR,), "{law} Art. 33(4)", follow_up_without_initial),
    Check("K17", (Severity.WARNING,), "{law} Art. 33(4)", answer_withdrawn),
)
