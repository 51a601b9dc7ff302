"""How likely harm is, held to what else the report says: K27, K28, K39 and K43."""

from __future__ import annotations

from typing import Final

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.checks.wording import HARM_DONE, says
from models.problem import Severity

LIKELY: Final = ("Very likely", "Likely")
UNLIKELY: Final = ("Unlikely", "Very unlikely")
SPECIAL: Final = frozenset(
    {
        "Data revealing racial or ethnic origin",
        "Political opinions",
        "Religious or philosophical beliefs",
        "Trade union membership",
        "Sex life data",
        "Sexual orientation data",
        "Gender reassignment data",
        "Health data",
        "Genetic or biometric data",
        "Criminal convictions, offences",
    }
)
"""Art. 9 and 10 as the ICO's form labels them."""
_AT_RISK: Final = frozenset({"Children", "Vulnerable adults"})
_MEETS: Final = "I consider"
_DOES_NOT: Final = "I do not consider"


def unlikely_for_special_data(e: Evidence) -> Verdict:
    """K27: special categories are concerned and harm is called unlikely, without saying why."""
    question, details = e.question("likelihood"), e.question("likelihood_details")
    chosen, ticked = e.label("likelihood"), e.ticked("data_categories")
    if question is None or not chosen or not ticked:
        return NOT_RUN
    explained = details is not None and e.given(details)
    if chosen not in UNLIKELY or explained or not SPECIAL.intersection(ticked):
        return ()
    message = "say why harm is unlikely: it should be considered likely for such data"
    return [Objection(Severity.WARNING, details or question, message)]


def very_unlikely_for_people_at_risk(e: Evidence) -> Verdict:
    """K28: children or vulnerable adults are concerned and harm is called very unlikely."""
    question, chosen, ticked = (
        e.question("likelihood"),
        e.label("likelihood"),
        e.ticked("subject_categories"),
    )
    if question is None or not chosen or not ticked:
        return NOT_RUN
    if chosen != "Very unlikely" or not _AT_RISK.intersection(ticked):
        return ()
    message = "look again: children or vulnerable adults are at greater risk"
    return [Objection(Severity.WARNING, question, message)]


def threshold_against_likelihood(e: Evidence) -> Verdict:
    """K39: the threshold is said not to be met although harm is likely, or the other way round."""
    question, said, chosen = e.question("threshold"), e.label("threshold"), e.label("likelihood")
    if question is None or not said or not chosen:
        return NOT_RUN
    if said.startswith(_DOES_NOT) and chosen in LIKELY:
        message = "look again: harm is called likely, so the threshold to report is met"
    elif said.startswith(_MEETS) and chosen == "Very unlikely":
        message = "look again: a breach whose harm is very unlikely need not be reported"
    else:
        return ()
    return [Objection(Severity.WARNING, question, message)]


def harm_done_yet_unlikely(e: Evidence) -> Verdict:
    """K43: the text tells of harm done, and harm is called unlikely."""
    question, chosen, text = (
        e.question("likelihood"),
        e.label("likelihood"),
        e.words("consequences"),
    )
    if question is None or not chosen or not text:
        return NOT_RUN
    if chosen not in UNLIKELY or not says(HARM_DONE, text):
        return ()
    message = "look again: the consequences tell of harm that was done already"
    return [Objection(Severity.WARNING, question, message)]


CHECKS = (
    Check(
        "K27", (Severity.WARNING,), "EDPB Guidelines 9/2022 para. 102", unlikely_for_special_data
    ),
    Check(
        "K28",
        (Severity.WARNING,),
        "EDPB Guidelines 9/2022, factors of risk; ENISA 2013, special individuals",
        very_unlikely_for_people_at_risk,
    ),
    Check("K39", (Severity.WARNING,), "{law} Art. 33(1)", threshold_against_likelihood),
    Check("K43", (Severity.WARNING,), "logic", harm_done_yet_unlikely),
)
