"""The course of a case as lines to read: its delay chain, its messages, its decision."""

from __future__ import annotations

from collections.abc import Iterator

from models.case import Case
from models.course import longest_text, unknown_text
from models.duty import duties
from models.moment import Moment
from models.stamp import stamp_of
from models.text import kind_name
from tui.widgets.chain import NO_CHAIN, chain_pieces, short_moment


def timeline_lines(case: Case, now: Moment | None = None) -> tuple[str, ...]:
    """Return one line an event, a message, a reason; text of messages is as they state it.

    The clocks beside the main one come first, counted to `now`.
    """
    chain = chain_pieces(case.chain()) or (NO_CHAIN,)
    gaps = [said for said in (longest_text(case), unknown_text(case)) if said]
    return (*_clocks(case, now), *chain, *gaps, *_messages(case), *_decisions(case))


def _clocks(case: Case, now: Moment | None) -> Iterator[str]:
    others = [each for each in duties(case, now) if not each.main]
    for each in others:
        yield f"{each.name} {each.text}: {each.rule.title}"
    if others:
        yield ""


def _messages(case: Case) -> Iterator[str]:
    if case.messages:
        yield ""
        yield "Messages"
    for message in case.messages:
        way = "received" if message.direction == "in" else "sealed"
        by = f" by {message.via}" if message.via else ""
        amber = ", number not compared" if message.amber else ""
        when = short_moment(message.at, year=True)
        yield f"  {when}  {way} {kind_name(message.kind)}{by}{amber}"
        if stamp := stamp_of(case, message):
            yield f"    {stamp}"


def _decisions(case: Case) -> Iterator[str]:
    for decision in case.decisions:
        yield ""
        yield f"Decision {short_moment(decision.at, year=True)}: {decision.outcome}"
        yield from (f"  because {reason}" for reason in decision.reasons)
        yield from (f"  recommended: {point}" for point in decision.recommendations)
