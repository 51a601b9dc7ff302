"""What the receiver of our report states of it: its case reference, when it was sent."""

from __future__ import annotations

from collections.abc import Sequence

from models.checks.evidence import Dating
from models.moment import Moment
from models.record import CaseReport, Message


def acknowledgements(messages: Sequence[Message]) -> list[Message]:
    """Return the acknowledgements among messages, sent and received."""
    return [each for each in messages if each.kind == "acknowledgement"]


def reference(messages: Sequence[Message]) -> str:
    """Return the case reference as the last acknowledgement to give one states it, else empty."""
    given = [each.text("reference") for each in acknowledgements(messages)]
    return next((each for each in reversed(given) if each), "")


def vouched(initial: CaseReport | None, messages: Sequence[Message]) -> Moment | None:
    """Return when the initial report had been sent at the latest, by what its receiver states.

    An acknowledgement states when it was sent; a receipt when it had arrived, which is later or
    the same.
    """
    about = next(
        (each.manifest for each in messages if initial and each.id == initial.frozen), None
    )
    told = [
        each.stated("reported_at")
        if each.kind == "acknowledgement"
        else each.stated("received_at") or each.stated("filed_at")
        for each in messages
        if each.kind == "acknowledgement"
        or (each.kind == "receipt" and each.direction == "in" and each.in_reply_to == about)
    ]
    return next((at for at in told if at), None)


def dated(messages: Sequence[Message]) -> Moment | None:
    """Return when the regulator says that we reported: a later acknowledgement corrects it."""
    came = [each for each in acknowledgements(messages) if each.direction == "in"]
    stated = (each.stated("reported_at") for each in reversed(came))
    return next((at for at in stated if at), None)


def dating(reports: Sequence[CaseReport], stated: Moment | None) -> Dating | None:
    """Return our time of sending the initial report beside the regulator's; None without both."""
    initial = next((each for each in reports if each.report.kind == "initial"), None)
    sent = initial.sent_at if initial else None
    if sent is None or stated is None:
        return None
    return Dating(sent, stated, frozenset(each.sent_at.date for each in reports if each.sent_at))
