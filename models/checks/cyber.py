"""The questions for cyber incidents only: K35 to K38."""

from __future__ import annotations

from typing import Final

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.checks.wording import RANSOMWARE, says
from models.pack import Question
from models.problem import Severity

_CYBER: Final = "cyber"
_AVAILABILITY: Final = "Availability"


def _of_cyber(e: Evidence) -> tuple[Question, ...]:
    """Return the questions that are asked only of a cyber incident."""
    root = e.question(_CYBER)
    return tuple(
        each
        for each in e.pack.questions
        if root is not None and each.only_if is not None and each.only_if.question == root.id
    )


def _is_none(e: Evidence) -> bool:
    """Whether the report says that it is no cyber incident: its questions are not asked then."""
    return e.label(_CYBER) == "No"


def cyber_against_its_questions(e: Evidence) -> Verdict:
    """K35: a cyber incident leaves its questions empty, or another one answers them."""
    asked, chosen = _of_cyber(e), e.label(_CYBER)
    if not asked or not chosen:
        return NOT_RUN
    if chosen == "Yes":
        message = "answer this: it is asked of every cyber incident"
        return [
            Objection(Severity.INCOMPLETE, each, message)
            for each in asked
            if e.pack.required(each, e.report)
            and not e.given(each)
            and each != e.question("systems_affected_which")  # K36 asks for that one
        ]
    message = "empty this, or call it a cyber incident: it is asked of those only"
    return [Objection(Severity.WARNING, each, message) for each in asked if e.given(each)]


def systems_against_ticks(e: Evidence) -> Verdict:
    """K36: systems were affected and it is not said how, or were not and it is."""
    question, which = e.question("systems_affected"), e.question("systems_affected_which")
    chosen = e.label("systems_affected")
    if question is None or which is None:
        return NOT_RUN
    if not chosen:
        return () if _is_none(e) else NOT_RUN
    if chosen == "Yes" and not e.given(which):
        message = "tick confidentiality, integrity or availability: systems were affected"
        return [Objection(Severity.INCOMPLETE, which, message)]
    if chosen == "No" and e.ticked("systems_affected_which"):
        message = "correct this answer: it is ticked how systems were affected"
        return [Objection(Severity.ERROR, question, message)]
    return ()


def recovery_against_impact(e: Evidence) -> Verdict:
    """K37: recovered while the impact is high or unknown, or not recoverable while it is low."""
    question, recovery = e.question("recovery_time"), e.label("recovery_time")
    impact = e.label("organisation_impact")
    if question is None:
        return NOT_RUN
    if not recovery or not impact:
        return () if _is_none(e) else NOT_RUN
    done = recovery.startswith("Complete") and impact.startswith(("High", "Not yet known"))
    lost = recovery.startswith("Not recoverable") and impact.startswith("Low")
    if not done and not lost:
        return ()
    message = "look again: the recovery does not go with the impact on the organisation"
    return [Objection(Severity.WARNING, question, message)]


def ransomware_yet_available(e: Evidence) -> Verdict:
    """K38: the text tells of ransomware, and availability is not ticked."""
    which, story = e.question("systems_affected_which"), e.words("what_happened", "how_found")
    if which is None or not story or not e.label(_CYBER):
        return NOT_RUN
    if _is_none(e):
        return ()
    if not says(RANSOMWARE, story) or _AVAILABILITY in e.ticked(which.id):
        return ()
    if e.answer(which).state == "redacted":
        return ()
    message = "tick availability, or say why ransomware did not touch it"
    return [Objection(Severity.WARNING, which, message)]


CHECKS = (
    Check(
        "K35",
        (Severity.INCOMPLETE, Severity.WARNING),
        "the form's questions for cyber incidents",
        cyber_against_its_questions,
    ),
    Check(
        "K36",
        (Severity.INCOMPLETE, Severity.ERROR),
        "the form's questions for cyber incidents",
        systems_against_ticks,
    ),
    Check("K37", (Severity.WARNING,), "logic", recovery_against_impact),
    Check("K38", (Severity.WARNING,), "logic", ransomware_yet_available),
)
