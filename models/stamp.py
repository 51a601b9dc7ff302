"""The filing stamp: an acknowledgement that dates a report by the day it was put on file."""

from __future__ import annotations

from models.acknowledgement import dating
from models.case import Case
from models.checks.stamp import filed_late
from models.clock import clock_text, read_clock
from models.moment import Moment
from models.record import Message
from models.rule import rule


def stamp_of(case: Case, message: Message) -> str:
    """Return what `filing_stamp` says of an acknowledgement that came; empty for others."""
    came = message.kind == "acknowledgement" and message.direction == "in"
    return filing_stamp(case, message.stated("reported_at")) if came else ""


def filing_stamp(case: Case, stated: Moment | None) -> str:
    """Return one line where the regulator dates our report later than we sent it; else empty.

    Told only when it is later whatever the unknown halves are, and of another day, on which we
    sent nothing. Source: the real case, where the stamp of 23 December stood for a report of the
    20th; check K57.
    """
    known = dating(case.reports, stated)
    found = filed_late(known) if known else None
    if known is None or found is None:
        return ""
    sent = known.sent
    theirs = read_clock(rule(case.rule_id), aware=case.aware, reported=stated, now=None)
    return (
        f"the regulator dates the report {stated}, {found} after we sent"
        f" it ({sent}): a filing stamp? by theirs {clock_text(theirs)}, by ours"
        f" {clock_text(case.reading(None))}; ask them to correct it"
    )
