"""A person lets a warning or a gap stand, and says why; or takes that back."""

from __future__ import annotations

from typing import Final

from models.case import Case
from models.errors import MissingError, UsageError
from models.moment import Moment
from models.override import OVERRIDABLE
from models.problem import Problem
from models.strictjson import JSON
from store.change import AnyOp, DelOp, SetOp
from store.hold import required_reason
from store.vault import Vault

_FAMILY: Final = "override"


def override_check(vault: Vault, case: Case, problem: Problem, reason: str, *, wall: str) -> None:
    """Record why a problem of the latest report may stand, on the form looked at.

    Raises UsageError without a reason, and for an error or a note: the one cannot be let stand,
    the other asks for nothing.
    """
    if problem.severity not in OVERRIDABLE:
        raise UsageError(
            f"{problem.id} is {problem.severity.value} here: only warnings and gaps are overridden",
            hint="correct what it names",
        )
    number = case.reports[-1].report.number if case.reports else 0
    value: JSON = {"reason": required_reason(reason), "number": number}
    _commit(vault, case, SetOp(_field(case, problem), value), wall)


def lift_override(vault: Vault, case: Case, problem: Problem, *, wall: str) -> None:
    """Take an override back; raise UsageError where there is none."""
    if problem.open:
        raise UsageError(f"{problem.id} is not overridden")
    _commit(vault, case, DelOp(_field(case, problem)), wall)


def find_problem(case: Case, check: str, question: str | None, now: Moment | None) -> Problem:
    """Return what a check finds in a case, at a question where it finds several things.

    Raises MissingError where it finds nothing, UsageError where the question has to be named.
    """
    found = [
        each
        for each in case.findings(now).problems
        if each.id == check.upper() and question in {None, each.question}
    ]
    match found:
        case []:
            raise MissingError(
                "that check has found nothing here", hint="breachcase check CASE lists what stands"
            )
        case [problem]:
            return problem
        case several:
            names = ", ".join(each.question for each in several)
            raise UsageError(
                f"{check.upper()} stands at {len(several)} questions", hint=f"--question: {names}"
            )


def _field(case: Case, problem: Problem) -> str:
    return "/".join(part for part in (_FAMILY, case.form, problem.id, problem.question) if part)


def _commit(vault: Vault, case: Case, op: AnyOp, wall: str) -> None:
    vault.commit(case.id, [op], shown=vault.state(case.id), wall=wall)
