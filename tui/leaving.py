"""A report written in clear for a regulator: the copy-sheet or the e-mail draft, as bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from exports.clearance import require_confirmed
from exports.documents.eml import Enclosure, draft
from exports.documents.leaving import document_name
from exports.documents.sheet import copy_sheet, report_text
from models.case import Case
from models.errors import UsageError
from models.moment import Moment
from models.record import CaseReport

ENDINGS = {"sheet": "txt", "eml": "eml"}
WHAT = {"sheet": "the portal copy-sheet", "eml": "the e-mail draft"}
_SEALED = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")


def report_names(reports: Sequence[CaseReport]) -> tuple[str, ...]:
    """Return reports as people tell them apart: by form too, where they are on several."""
    several = len({each.report.form for each in reports}) > 1
    return tuple(f"{each.report.form}: {each.name}" if several else each.name for each in reports)


class Chosen(NamedTuple):
    """What goes with an e-mail: a sealed bundle, the answers in clear, both or nothing."""

    sealed: Enclosure | None = None
    plain: bool = False


def document(case: Case, filed: CaseReport, kind: str, chosen: Chosen, now: Moment) -> bytes:
    """Return the copy-sheet (`sheet`) or the e-mail draft (`eml`) of a report.

    Raises UnconfirmedError where its answers hold personal data that nobody has confirmed.
    """
    if kind == "sheet" or chosen.plain:
        require_confirmed(case, filed.report)
    if kind == "sheet":
        return copy_sheet(case, filed, now).encode()
    enclosures = [] if chosen.sealed is None else [chosen.sealed]
    if chosen.plain:
        enclosures.append(Enclosure("report.txt", report_text(filed).encode(), sealed=False))
    return draft(case, filed, enclosures)


def sealed_enclosure(name: str, data: bytes) -> Enclosure:
    """Return a bundle as an enclosure under a name that tells nothing; UsageError for another."""
    if not data.startswith(_SEALED):
        raise UsageError(
            "that file is not sealed: an e-mail would carry it in clear",
            hint="attach what breachcase send wrote",
        )
    ending = "age.txt" if data.startswith(_SEALED[1]) else "age"
    return Enclosure(_own_name(Path(name).name, ending) or document_name(ending), data, sealed=True)


def _own_name(name: str, ending: str) -> str:
    """Return the name that `send` gave the bundle, empty for one that a person thought of."""
    return name if re.fullmatch(rf"breachcase-[0-9a-f]{{8}}\.{re.escape(ending)}", name) else ""
