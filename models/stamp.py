"""The filing stamp: an acknowledgement that dates a report by the day it was put on file."""

from __future__ import annotations

from models.case import Case, clock_text
from models.clock import read_clock
from models.elapsed import between
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
    initial = case.initial
    sent = initial.sent_at if initial else None
    if sent is None or stated is None:
        return ""
    found = between(sent.span(), stated.span())
    days = {each.sent_at.date for each in case.reports if each.sent_at}
    if found is None or found.min_s <= 0 or stated.date in days:
        return ""
    theirs = read_clock(rule(case.rule_id), aware=case.aware, reported=stated, now=None)
    return (
        f"the regulator dates the report {stated}, {found} after we sent"
        f" it ({sent}): a filing stamp? by theirs {clock_text(theirs)}, by ours"
        f" {clock_text(case.reading(None))}; ask them to correct it"
    )
