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
    cyber,
    delay,
    dossier,
    likelihood,
    links,
    people,
    personal,
    phases,
    references,
    stamp,
    statement,
    telling,
    times,
)
from models.checks.evidence import NOT_RUN, Check, Dating, Evidence, Objection
from models.dossier import Dossier
from models.moment import Moment
from models.problem import Findings, Problem
from models.rule import rule

__all__ = ["REGISTRY", "Check", "Dating", "Evidence", "Findings", "check", "check_dossier"]

_MODULES = (
    times,
    delay,
    links,
    references,
    counts,
    choices,
    phases,
    likelihood,
    telling,
    cyber,
    personal,
    people,
    completeness,
    statement,
    assessment,
    stamp,
    dossier,
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
    order[""] = len(order)  # what is about the whole case comes last
    problems: list[Problem] = []
    not_run: list[str] = []
    law = _law(evidence.rule_id)
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


def check_dossier(found: Dossier, rule_id: str, now: Moment | None) -> Findings:
    """Return what the checks find in a case without any report that can be read."""
    law, problems, run = _law(rule_id), [], set()
    for each in dossier.CHECKS:
        verdict = dossier.FINDERS[each.id](found, now)
        if verdict is not NOT_RUN and (law or "{law}" not in each.basis):
            run.add(each.id)
            basis = each.basis.format(law=law)
            problems += [Problem(each.id, o.severity, "", o.message, basis) for o in verdict]
    return Findings(tuple(problems), tuple(each.id for each in REGISTRY if each.id not in run))


def _law(rule_id: str) -> str:
    """Return the name of the law whose articles apply, such as `UK GDPR`; empty for another law."""
    law, article, _ = rule(rule_id).source.partition(" Art.")
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
