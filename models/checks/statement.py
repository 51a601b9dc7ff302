"""What the statement of an Australian eligible data breach has to set out: K53."""

from __future__ import annotations

from models.checks.evidence import Check, Evidence, Objection, Verdict
from models.problem import Severity

_RULE = "au-ndb-26wk"


def part_missing(e: Evidence) -> Verdict:
    """K53: one of the four parts of the statement is missing.

    They are what the form requires: s 26WK(3) is its only source of that. Whether the individuals
    were told the same is not looked at: their letter is not here.
    """
    if e.rule_id != _RULE:
        return ()
    return [
        Objection(Severity.ERROR, question, "complete the statement: this part has to be in it")
        for question in e.pack.questions
        if question.need == "required" and not e.given(question)
    ]


CHECKS = (Check("K53", (Severity.ERROR,), "Privacy Act 1988 s 26WK(3)", part_missing),)
