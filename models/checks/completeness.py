"""What the initial report has to say at all: K47."""

from __future__ import annotations

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.problem import Severity

_WANTED = {
    "consequences": "describe the likely consequences of the breach",
    "actions": "describe the measures taken or proposed",
}


def consequences_or_measures_missing(e: Evidence) -> Verdict:
    """K47: the initial report is silent on the consequences or on the measures.

    Both may come in phases (Art. 33(4)), so a later report is not asked again.
    """
    if e.report.kind != "initial":
        return ()
    wanted = [(e.question(name), message) for name, message in _WANTED.items()]
    found = [(question, message) for question, message in wanted if question]
    if not found:
        return NOT_RUN
    return [
        Objection(Severity.INCOMPLETE, question, message)
        for question, message in found
        if not e.given(question)
    ]


CHECKS = (
    Check(
        "K47",
        (Severity.INCOMPLETE,),
        "{law} Art. 33(3)(c), (d)",
        consequences_or_measures_missing,
    ),
)
