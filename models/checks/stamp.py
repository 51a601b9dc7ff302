"""The filing stamp, which makes a report in time look late: K57."""

from __future__ import annotations

from models.checks.evidence import NOT_RUN, Check, Dating, Evidence, Objection, Verdict
from models.elapsed import Elapsed, between
from models.problem import Severity


def filed_late(dating: Dating) -> Elapsed | None:
    """Return how much later the regulator dates our report, None where it does not for certain.

    It has to be of another day, on which we sent nothing. Source: the real case, where the stamp of
    23 December stood for a report of the 20th.
    """
    found = between(dating.sent.span(), dating.stated.span())
    if found is None or found.min_s <= 0 or dating.stated.date in dating.days:
        return None
    return found


def dated_by_its_filing(e: Evidence) -> Verdict:
    """K57: the acknowledgement dates the report by the day it was filed, not by that of sending."""
    question = e.question("case_reference") or e.question("discovered")
    if question is None or e.dating is None:
        return NOT_RUN
    lapse = filed_late(e.dating)
    if lapse is None:
        return ()
    message = f"ask the regulator to correct the date of the report: it is {lapse} after sending"
    return [Objection(Severity.WARNING, question, message)]


CHECKS = (Check("K57", (Severity.WARNING,), "the two statements", dated_by_its_filing),)
