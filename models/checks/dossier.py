"""What the file of a case has to hold beside its reports: K48, K51, K52 and K58."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.dossier import Dossier, Ruling
from models.elapsed import between
from models.moment import Moment
from models.problem import Severity

ANSWERED_WITHIN_S: Final = 90 * 24 * 3600
"""When recommendations should have been answered; the threshold is ours."""


def unreported_without_reason(d: Dossier, _: Moment | None) -> Verdict:
    """K48: nothing was reported, or too late, and the file does not say why."""
    if not d.ours:
        return NOT_RUN
    if d.reason or not (d.missed or d.late):
        return ()
    message = (
        "record why this breach was not reported"
        if d.missed
        else "record why the report came late: no report of the case says so"
    )
    return [Objection(Severity.INCOMPLETE, None, message)]


def decided_on_another_report(d: Dossier, _: Moment | None) -> Verdict:
    """K51: a decision cites a report that was not the last one to have come."""
    cited = [each for each in d.rulings if each.basis and each.latest]
    if not cited:
        return NOT_RUN
    if all(each.basis == each.latest for each in cited):
        return ()
    message = "look again: the decision rests on a report that was not the latest"
    return [Objection(Severity.WARNING, None, message)]


def decision_without_reason_or_outcome(d: Dossier, now: Moment | None) -> Verdict:
    """K52: a decision of ours has no reason, or nobody said what became of its recommendations."""
    if not d.rulings:
        return NOT_RUN
    objections = []
    if not d.ours and not all(each.reasoned for each in d.rulings):  # theirs to give
        message = "give the reasons for the decision"
        objections.append(Objection(Severity.INCOMPLETE, None, message))
    if any(_unanswered(each, now) for each in d.rulings):
        message = "say what became of the recommendations: nothing came in the 90 days after them"
        objections.append(Objection(Severity.NOTE, None, message))
    return objections


def _unanswered(ruling: Ruling, now: Moment | None) -> bool:
    if not ruling.recommends or ruling.followed or ruling.at is None or now is None:
        return False
    passed = between(ruling.at.span(), now.span())
    return passed is not None and passed.min_s > ANSWERED_WITHIN_S


def form_unknown_here(d: Dossier, _: Moment | None) -> Verdict:
    """K58: a report came in a form, or a version of one, that this program does not know."""
    if not d.unknown_forms:
        return ()
    message = "a report here is of a form not known to this version: it is kept, not checked"
    return [Objection(Severity.NOTE, None, message)]


def _of(find: Callable[[Dossier, Moment | None], Verdict]) -> Callable[[Evidence], Verdict]:
    def of_report(e: Evidence) -> Verdict:
        return NOT_RUN if e.dossier is None else find(e.dossier, e.now)

    of_report.__doc__ = find.__doc__
    return of_report


FINDERS: Final = {
    "K48": unreported_without_reason,
    "K51": decided_on_another_report,
    "K52": decision_without_reason_or_outcome,
    "K58": form_unknown_here,
}
CHECKS = (
    Check("K48", (Severity.INCOMPLETE,), "{law} Art. 33(5)", _of(FINDERS["K48"])),
    Check(
        "K51",
        (Severity.WARNING,),
        "the regulator's own words: based on the information recorded",
        _of(FINDERS["K51"]),
    ),
    Check(
        "K52",
        (Severity.INCOMPLETE, Severity.NOTE),
        "the shape of a decision",
        _of(FINDERS["K52"]),
    ),
    Check("K58", (Severity.NOTE,), "docs/format-bundle.md", _of(FINDERS["K58"])),
)
