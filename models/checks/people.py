"""Whom the regulator can reach: K46."""

from __future__ import annotations

from models.answer import CONTACT_FIELDS, Answer, Contact
from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.problem import Severity


def nobody_to_reach(e: Evidence) -> Verdict:
    """K46: the reporter has neither e-mail nor telephone, or there is no DPO at all."""
    reporter, dpo, same = e.question("reporter"), e.question("dpo"), e.question("dpo_same")
    if reporter is None or dpo is None:
        return NOT_RUN
    objections = []
    if not _has(e.answer(reporter), "email", "phone"):
        message = "give an e-mail address or a telephone number of the person reporting"
        objections.append(Objection(Severity.ERROR, reporter, message))
    ticked = same is not None and e.answer(same).value is True
    if not ticked and not _has(e.answer(dpo), *CONTACT_FIELDS):
        message = "name the data protection officer, or tick that the details are the same"
        objections.append(Objection(Severity.ERROR, dpo, message))
    return objections


def _has(answer: Answer, *fields: str) -> bool:
    """Return whether any of the fields is given; a redacted one was."""
    if not isinstance(answer.value, Contact):
        return answer.state == "redacted"
    return any(getattr(answer.value, name) or name in answer.value.redacted for name in fields)


CHECKS = (Check("K46", (Severity.ERROR,), "{law} Art. 33(3)(b)", nobody_to_reach),)
