"""Where the delay arose before the controller knew: K10 to K12."""

from __future__ import annotations

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.elapsed import between
from models.moment import duration
from models.problem import Severity

UNDETECTED_S = 30 * 86_400
"""A breach that nobody noticed for longer needs a word on why; the threshold is ours."""


def long_undetected(e: Evidence) -> Verdict:
    """K10: 30 days passed between the breach and awareness, and nothing says why.

    A reason for delay says it, or a note on either date.
    """
    discovered, occurred = e.question("discovered"), e.question("occurred")
    began = e.moment("occurred")
    passed = between(began.span(), e.aware.span()) if began and e.aware else None
    if discovered is None or occurred is None or passed is None:
        return NOT_RUN
    reason = e.question("delay_reason")
    told = reason is not None and e.given(reason)
    if passed.min_s <= UNDETECTED_S or told:
        return ()
    if e.answer(discovered).note or e.answer(occurred).note:
        return ()
    message = "add a note on why the breach went undetected for more than 30 days"
    return [Objection(Severity.WARNING, discovered, message)]


def awareness_unknown(e: Evidence) -> Verdict:
    """K11: a processor or sub-processor is named, and not when it became aware."""
    discovered = e.question("discovered")
    if discovered is None or e.links is None:
        return NOT_RUN
    roles = dict.fromkeys(link.party.role for link in e.links if link.unknown)
    return [
        Objection(Severity.INCOMPLETE, discovered, f"record when the {_role(role)} became aware")
        for role in roles
    ]


def link_too_slow(e: Evidence) -> Verdict:
    """K12: a processor or sub-processor took longer to tell than its target."""
    discovered = e.question("discovered")
    if discovered is None or e.links is None:
        return NOT_RUN
    found = dict.fromkeys(
        f"ask why the {_role(link.party.role)} told nobody for {link.gap.text}:"
        f" its target is {duration(link.target_s)}"
        for link in e.links
        if link.over
    )
    return [Objection(Severity.WARNING, discovered, message) for message in found]


def _role(role: str) -> str:
    return role.replace("_", "-")


CHECKS = (
    Check("K10", (Severity.WARNING,), "{law} Art. 33(2) and 32", long_undetected),
    Check("K11", (Severity.INCOMPLETE,), "{law} Art. 33(2)", awareness_unknown),
    Check("K12", (Severity.WARNING,), "{law} Art. 33(2)", link_too_slow),
)
