"""What has to be looked at before a text leaves: personal data that nobody has confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from exports.errors import UnconfirmedError
from models.case import Case
from models.form import load_pack
from models.personal.finding import Finding, findings, narratives
from models.report import Report, report_from_json

_REPORT = "report"


def unconfirmed(case: Case, report: Report) -> tuple[Finding, ...]:
    """Return what was found in the narratives of a report and nobody has confirmed yet."""
    return findings(narratives(report, load_pack(report.form)), case.confirmed)


def require_confirmed(case: Case, report: Report) -> None:
    """Raise UnconfirmedError where a report that is to leave holds unconfirmed findings."""
    _require(unconfirmed(case, report))


def require_letter_confirmed(case: Case, payload: object) -> None:
    """Raise UnconfirmedError where a letter, or the report in it, holds unconfirmed findings."""
    found = findings(_texts("", payload), case.confirmed)
    carried = payload.get(_REPORT) if isinstance(payload, Mapping) else None
    if isinstance(carried, dict):
        found = (*unconfirmed(case, report_from_json(carried)), *found)
    _require(found)


def _require(found: tuple[Finding, ...]) -> None:
    if found:
        raise UnconfirmedError(found)


def _texts(place: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield every text of a payload but its report, with where it stands: `replies/1/text`."""
    match value:
        case str(text):
            yield place, text
        case Mapping():
            for name, each in value.items():
                if place or name != _REPORT:
                    yield from _texts(f"{place}/{name}".lstrip("/"), each)
        case list() | tuple():
            for number, each in enumerate(value, 1):
                yield from _texts(f"{place}/{number}", each)
        case _:
            pass
