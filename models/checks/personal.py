"""Personal data where none is asked for, secrets where individuals read: K44, K45."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.personal.finding import Finding, findings, narratives
from models.problem import Severity
from models.text import counted

PERSONAL: Final = "K44"
_STATEMENT_RULE: Final = "au-ndb-26wk"
_TOLD: Final = ("what_happened", "recommended_steps")
_SHOWN: Final = 3  # findings in one message, masked
_WEAKNESS: Final = re.compile(
    r"\bCVE-\d{4}-\d{4,7}\b|\b(?:\d{1,3}\.){3}\d{1,3}\b|\bport \d{2,5}\b|\bunpatched\b|\bexploit"
    r"|\b(?:sql|command) injection\b|\bdefault password\b|\bmisconfigur|\bnot (?:been )?patched\b"
    r"|\bcross-site scripting\b|\bremote code execution\b|\bzero-day\b|\bvulnerabilit",
    re.IGNORECASE,
)


def personal_data(e: Evidence) -> Verdict:
    """K44: a narrative holds what looks like personal data and nobody has confirmed it."""
    found = findings(narratives(e.report, e.pack), e.confirmed)
    return [
        Objection(Severity.WARNING, e.pack.question(place), _said(list(each)))
        for place, each in groupby(found, key=lambda one: one.place)
    ]


def _said(found: Sequence[Finding]) -> str:
    """Return `edit out or confirm 2 findings: NHS number 9***7, e-mail address a***e`."""
    shown = ", ".join(f"{each.hit.name} {each.hit.excerpt}" for each in found[:_SHOWN])
    more = len(found) - _SHOWN
    count = counted(len(found), "finding")
    return f"edit out or confirm {count}: {shown}{f' and {more} more' if more > 0 else ''}"


def secrets_told(e: Evidence) -> Verdict:
    """K45: the notice to individuals tells of a weakness or holds a password.

    Under the Australian scheme the statement is what individuals are told (s 26WL(2)). No other
    form has the text of a notice in it.
    """
    if e.rule_id != _STATEMENT_RULE:
        return NOT_RUN
    told = list(_told(e))
    if not told:
        return NOT_RUN
    return [objection for question, text in told for objection in _revealed(e, question, text)]


def _told(e: Evidence) -> Iterator[tuple[str, str]]:
    for name in _TOLD:
        question = e.question(name)
        value = e.answer(question).value if question else None
        if question and isinstance(value, str):
            yield question.id, value


def _revealed(e: Evidence, question: str, text: str) -> Iterator[Objection]:
    held = [each.hit.name for each in findings([(question, text)]) if each.hit.kind == "credential"]
    weak = ["weakness of a system"] if _WEAKNESS.search(text) else []
    if held or weak:
        what = " and ".join(dict.fromkeys([*held, *weak]))
        message = f"leave out of what individuals read: {what}"
        yield Objection(Severity.WARNING, e.pack.question(question), message)


CHECKS = (
    Check(PERSONAL, (Severity.WARNING,), "ICO form preamble; OAIC guide C2", personal_data),
    Check("K45", (Severity.WARNING,), "OAIC guide C1", secrets_told),
)
