"""Ticks that contradict each other or the box beside them: K24 and K25."""

from __future__ import annotations

from models.answer import NOT_YET_KNOWN
from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.problem import Severity

_DETAILS = {
    "data_categories": "data_categories_other",
    "subject_categories": "subject_categories_other",
}


def _other(ticked: object) -> bool:
    """Return whether `Other (please give details below)` or its like is among the labels."""
    return isinstance(ticked, tuple) and any(str(label).startswith("Other") for label in ticked)


def other_without_details(e: Evidence) -> Verdict:
    """K24: "Other" is ticked and not described, or described and not ticked."""
    objections, pairs = [], 0
    for name, details_name in _DETAILS.items():
        question, details = e.question(name), e.question(details_name)
        if question is None or details is None:
            continue
        pairs += 1
        ticked = e.answer(question)
        other, described = _other(ticked.value), e.given(details)
        if other and not described:
            message = "say what the other categories are, or untick Other"
            objections.append(Objection(Severity.INCOMPLETE, details, message))
        if described and not other and ticked.state != "redacted":
            message = "tick Other: the box for its details is filled"
            objections.append(Objection(Severity.WARNING, question, message))
    return objections if pairs else NOT_RUN


def unknown_and_named(e: Evidence) -> Verdict:
    """K25: "Not yet known" is ticked together with something that is known."""
    message = "untick Not yet known, or the categories beside it"
    return [
        Objection(Severity.WARNING, question, message)
        for question in e.pack.questions
        if question.kind == "choices"
        and isinstance(ticked := e.answer(question).value, tuple)
        and NOT_YET_KNOWN in ticked
        and len(ticked) > 1
    ]


CHECKS = (
    Check(
        "K24", (Severity.INCOMPLETE, Severity.WARNING), "the form's Other", other_without_details
    ),
    Check("K25", (Severity.WARNING,), "{law} Art. 33(3)(a)", unknown_and_named),
)
