"""A finding of personal data as people see it: where it stands, what it may be, masked."""

from __future__ import annotations

from collections.abc import Sequence

from models.errors import MissingError
from models.form import load_pack
from models.personal.finding import Finding


def where(finding: Finding, form: str) -> str:
    """Return the question by its number and id, or the part of the letter."""
    try:
        question = load_pack(form).question(finding.place)
    except MissingError:
        return f"the letter ({finding.place})"
    return f"{question.number} {question.id}"


def what(finding: Finding) -> str:
    """Return `NHS number (certain: the check digit is right ...)`."""
    return f"{finding.hit.name} ({finding.hit.level.value}: {finding.hit.why})"


def excerpt(finding: Finding, among: Sequence[Finding], *, revealed: bool = False) -> str:
    """Return the finding between the words around it, all on one line.

    It and the `among` findings beside it are masked; `revealed` shows the one.
    """
    before, after = finding.around(among)
    shown = finding.found if revealed else finding.hit.excerpt
    return " ".join(f"...{before}[{shown}]{after}...".split())
