"""What a case officer would object to: pure functions returning problems.

Ids are stable and never used twice. One module holds the checks of one noun; each check looks at
`Evidence` and returns objections, or NOT_RUN when it lacks its input.
"""

from __future__ import annotations

from models.checks import (
    assessment,
    choices,
    completeness,
    counts,
    delay,
    people,
    references,
    statement,
    times,
)
from models.checks.evidence import NOT_RUN, Check, Evidence, Objection
from models.problem import Findings, Problem
from models.rule import rule

__all__ = ["REGISTRY", "Check", "Evidence", "Findings", "check"]

_MODULES = (
    times,
    delay,
    references,
    counts,
    choices,
    people,
    completeness,
    statement,
    assessment,
)

REGISTRY: tuple[Check, ...] = tuple(
    sorted((each for module in _MODULES for each in module.CHECKS), key=lambda each: each.id)
)
"""Every check there is, by id."""


def check(evidence: Evidence) -> Findings:
    """Return everything the checks find, in the order of the form, then of the ids.

    Never raises for a report that could be parsed, however odd its answers are.
    """
    order = {question.id: place for place, question in enumerate(evidence.pack.questions)}
    problems: list[Problem] = []
    not_run: list[str] = []
    law = _law(evidence)
    for each in REGISTRY:
        # A check that applies an article has nothing to apply under a law without articles.
        verdict = each.find(evidence) if law or "{law}" not in each.basis else NOT_RUN
        if verdict is NOT_RUN:
            not_run.append(each.id)
        else:
            basis = each.basis.format(law=law)
            problems += [_problem(evidence, each.id, basis, found) for found in verdict]
    problems.sort(key=lambda problem: (order.get(problem.question, len(order)), problem.id))
    return Findings(tuple(problems), tuple(not_run))


def _law(e: Evidence) -> str:
    """Return the name of the law whose articles apply, such as `UK GDPR`; empty for another law."""
    law, article, _ = rule(e.rule_id).source.partition(" Art.")
    return law if article else ""


def _problem(e: Evidence, check_id: str, basis: str, objection: Objection) -> Problem:
    """Return the problem with its source, such as `UK GDPR Art. 33(1); ICO form Q26`."""
    form, question = e.pack.id.partition("-")[0].upper(), objection.question
    return Problem(
        id=check_id,
        severity=objection.severity,
        question=question.id if question else "",
        message=objection.message,
        source=f"{basis}; {form} form {question.number}" if question else basis,
    )
