"""Overrides: a person's reason to let a warning or a gap stand, for one check of one report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from models.problem import Findings, Problem, Severity
from models.strictjson import JSON

OVERRIDABLE: Final = frozenset({Severity.WARNING, Severity.INCOMPLETE})


@dataclass(frozen=True, slots=True)
class Override:
    """The reason for letting `check` stand at `question` (empty: the case) in report `number`.

    `form` is the form of that report.
    """

    check: str
    question: str
    form: str
    number: int
    reason: str


def override(name: str, value: JSON) -> Override | None:
    """Return the override of register `override/<form>/<check>[/<question>]`."""
    form, check, question = [*name.split("/"), "", ""][:3]
    match value:
        case {"reason": str(reason), "number": int(number)} if reason and check:
            return Override(check, question, form, number, reason)
        case _:
            return None


def apply(findings: Findings, overrides: Iterable[Override], form: str, number: int) -> Findings:
    """Return the findings with the reason at each problem that was overridden in that report.

    An error stays one, whatever is recorded: it contradicts itself or the law.
    """
    about = [each for each in overrides if (each.form, each.number) == (form, number)]
    reasons = {(each.check, each.question): each.reason for each in about}

    def marked(problem: Problem) -> Problem:
        reason = reasons.get((problem.id, problem.question), "")
        if not reason or problem.severity not in OVERRIDABLE:
            return problem
        return replace(problem, override=reason)

    return replace(findings, problems=tuple(map(marked, findings.problems)))
