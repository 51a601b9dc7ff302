"""What the statement of an Australian eligible data breach has to set out, and to whom: K53."""

from __future__ import annotations

from collections.abc import Iterator

from models.checks.evidence import Check, Evidence, Objection, Verdict
from models.guide import said
from models.pack import Question
from models.problem import Severity

_RULE = "au-ndb-26wk"


def part_missing(e: Evidence) -> Verdict:
    """K53: one of the four parts of the statement is missing.

    They are what the form requires: s 26WK(3) is its only source of that. The individuals are told
    the same (s 26WL): looked at where the text that was sent to a group of them is at hand.
    """
    if e.rule_id != _RULE:
        return ()
    parts = [question for question in e.pack.questions if question.need == "required"]
    missing = [
        Objection(Severity.ERROR, question, "complete the statement: this part has to be in it")
        for question in parts
        if not e.given(question)
    ]
    return [*missing, *(found for part in parts for found in _untold(e, part))]


def _untold(e: Evidence, part: Question) -> Iterator[Objection]:
    text = e.answer(part).value
    if e.assessment is None or part.kind != "long_text" or not isinstance(text, str):
        return
    for group in e.assessment.groups:
        letter = said(group.answers, "letter")
        if letter and _plain(text) not in _plain(letter):
            message = f"the text sent to group {group.number} does not carry this part as it stands"
            yield Objection(Severity.WARNING, part, message)


def _plain(text: str) -> str:
    """Return a text on one line: how it was wrapped says nothing."""
    return " ".join(text.split())


CHECKS = (
    Check(
        "K53",
        (Severity.ERROR, Severity.WARNING),
        "Privacy Act 1988 s 26WK(3), 26WL",
        part_missing,
    ),
)
