"""Whom the breach was told to besides the regulator: K29 to K34."""

from __future__ import annotations

from typing import Final

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.checks.likelihood import LIKELY
from models.checks.wording import CRIME, GROUND, HOW, HOW_MANY, POLICE, WHEN, says
from models.problem import Severity

_DECIDED_NOT: Final = "No, we've decided not to"
_UNDECIDED: Final = "We haven't decided yet"
_TOLD: Final = "Yes, we've told"
_ELSE: Final = "Something else"
_AT_RISK: Final = (*LIKELY, "Neutral", "Not yet known")
_STORY: Final = ("what_happened", "how_found")
_ANYWHERE: Final = (
    *_STORY,
    "consequences",
    "actions",
    "prevention_steps",
    "subjects_told_details",
    "others_told",
    "others_told_which",
)


def _reason(e: Evidence) -> str:
    """Return what is written beside the answer on telling data subjects."""
    question = e.question("subjects_told")
    note = e.answer(question).note if question else None
    return "\n".join(part for part in (e.words("subjects_told_details"), note) if part)


def likely_and_not_told(e: Evidence) -> Verdict:
    """K29: harm is likely, and without a reason the people are not told, or it is undecided."""
    question, told, chosen = (
        e.question("subjects_told"),
        e.label("subjects_told"),
        e.label("likelihood"),
    )
    if question is None or not told or not chosen:
        return NOT_RUN
    if chosen not in LIKELY or _reason(e):
        return ()
    if told.startswith(_DECIDED_NOT):
        message = "say why data subjects are not told although harm is likely, or tell them"
        return [Objection(Severity.ERROR, question, message)]
    if told.startswith(_UNDECIDED):
        message = "decide whether to tell data subjects: harm is likely"
        return [Objection(Severity.WARNING, question, message)]
    return ()


def not_told_without_ground(e: Evidence) -> Verdict:
    """K30: it was decided not to tell, harm is not unlikely, and no ground of Art. 34(3) is named.

    The form has no box for the ground: it is looked for in the details.
    """
    question, told, chosen = (
        e.question("subjects_told"),
        e.label("subjects_told"),
        e.label("likelihood"),
    )
    if question is None or not told or not chosen:
        return NOT_RUN
    at_risk = chosen.startswith(_AT_RISK)
    if not told.startswith(_DECIDED_NOT) or not at_risk or says(GROUND, _reason(e)):
        return ()
    where = e.question("subjects_told_details") or question
    message = "name the ground of Art. 34(3): (a) unintelligible, (b) risk removed, (c) effort"
    return [Objection(Severity.INCOMPLETE, where, message)]


def something_else_without_details(e: Evidence) -> Verdict:
    """K31: "Something else" is chosen and not described."""
    question, details = e.question("subjects_told"), e.question("subjects_told_details")
    told = e.label("subjects_told")
    if question is None or details is None or not told:
        return NOT_RUN
    if not told.startswith(_ELSE) or e.given(details):
        return ()
    return [Objection(Severity.INCOMPLETE, details, "say what else was done about data subjects")]


def told_without_when_or_how(e: Evidence) -> Verdict:
    """K32: people were told, and the report lacks when, how many, or how."""
    question, details = e.question("subjects_told"), e.question("subjects_told_details")
    told = e.label("subjects_told")
    if question is None or details is None or not told:
        return NOT_RUN
    if not told.startswith(_TOLD) or e.answer(details).state == "redacted":
        return ()
    text = _reason(e)
    wanted = {"when": WHEN, "how many": HOW_MANY, "how": HOW}
    missing = [name for name, pattern in wanted.items() if not pattern.search(text)]
    if not missing:
        return ()
    message = f"say {', '.join(missing)}: data subjects were told"
    return [Objection(Severity.INCOMPLETE, details, message)]


def others_against_list(e: Evidence) -> Verdict:
    """K33: others were told and none is listed, or they are listed and the answer is No."""
    question, which = e.question("others_told"), e.question("others_told_which")
    told = e.label("others_told")
    if question is None or which is None or not told:
        return NOT_RUN
    listed = e.given(which)
    if told == "Yes" and not listed:
        message = "list the organisations that were told, or will be"
        return [Objection(Severity.INCOMPLETE, which, message)]
    if told == "No" and listed:
        message = "correct this answer: organisations are listed as told"
        return [Objection(Severity.ERROR, question, message)]
    return ()


def crime_without_police(e: Evidence) -> Verdict:
    """K34: the text tells of a crime, and nothing says whether the police know."""
    story = e.words(*_STORY)
    malicious = "malicious" in e.label("breach_source").lower()
    where = e.question("others_told") or e.question("others_to_tell")
    if where is None or not (story or malicious):
        return NOT_RUN
    if not (malicious or says(CRIME, story)) or POLICE.search(e.words(*_ANYWHERE)):
        return ()
    if e.answer(where).note:  # it says why not
        return ()
    message = "say whether the police were told, or why not: this looks like a crime"
    return [Objection(Severity.WARNING, where, message)]


CHECKS = (
    Check("K29", (Severity.ERROR, Severity.WARNING), "{law} Art. 34(1), (3)", likely_and_not_told),
    Check("K30", (Severity.INCOMPLETE,), "{law} Art. 34(3)", not_told_without_ground),
    Check(
        "K31",
        (Severity.INCOMPLETE,),
        "the form's Something else",
        something_else_without_details,
    ),
    Check(
        "K32",
        (Severity.INCOMPLETE,),
        "{law} Art. 34; OAIC guide, step 3(b)",
        told_without_when_or_how,
    ),
    Check(
        "K33",
        (Severity.INCOMPLETE, Severity.ERROR),
        "the form's list of organisations",
        others_against_list,
    ),
    Check("K34", (Severity.WARNING,), "OAIC guide, steps 1 and 3(d)", crime_without_police),
)
