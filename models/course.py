"""The course of a case: what was known when, and what followed, as links of the delay chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.chain import Event
from models.moment import Moment
from models.record import place

if TYPE_CHECKING:
    from models.case import Case

_ROLES = {"sub_processor": 0, "processor": 1}
"""Knowledge travels up this way before it reaches the controller."""
_REPEATED = frozenset({"requested", "answered", "withdrawn", "closed", "reopened"})
"""What may happen to a case more than once."""


def stops(case: Case) -> list[Event]:
    """Return the events of the delay chain: what was known, then what followed in order of time."""
    upstream = [each for each in case.parties if each.role in _ROLES]
    upstream.sort(key=lambda each: (_ROLES[each.role], each.id))
    known_by = [Event("awareness", each.role.replace("_", "-"), each.aware) for each in upstream]
    start = [Event("occurrence", "", case.occurred), *known_by]
    start.append(Event("awareness", "controller", case.aware))
    after = [Event(name, "", at) for name, at in _after(case) if at is not None]
    after.sort(key=lambda each: place(each.at))
    return start + after


def _after(case: Case) -> list[tuple[str, Moment | None]]:
    """Return every stop after awareness, in the order they follow when their times are equal."""
    initial, receipt = case.initial, case.acknowledgement
    about = initial.frozen if initial else None
    found = [("sealed", initial.sealed_at if initial else None), ("sent", case.reported)]
    for name in ("received", "filed"):
        said = receipt.stated(f"{name}_at") if receipt else None
        found.append((name, case.when(name, about, None) or said))
    acknowledged = case.when("acknowledged")
    if receipt:
        acknowledged = acknowledged or case.when("sent", receipt.id) or receipt.at
    found.append(("acknowledged", acknowledged))
    later = [each for each in case.reports if each is not initial and each.frozen]
    found += [("follow-up", each.sent_at or each.sealed_at) for each in later]
    decided = next((each.at for each in case.decisions if each.at), None)
    letter = next((each.at for each in case.messages if each.kind == "decision"), None)
    found.append(("decision", decided or case.when("decided") or letter))
    more = [each for each in case.events if each.name in _REPEATED]
    more.sort(key=lambda each: (place(each.at), each.name))  # closed first when times are equal
    found += [(each.name, each.at) for each in more]
    return found
