"""A bundle in plain lines: what filing it would change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from exports.errors import BundleError
from exports.manifest import Acknowledgement, FollowUpReport, InitialReport, Manifest
from models.case import Case
from models.errors import MissingError
from models.form import load_pack
from models.moment import Moment
from models.report import Report, diff, report_from_json
from models.strictjson import JSON
from models.text import visible
from models.typed import answer_text

_WIDTH = 160  # characters of one answer shown
_CUT = " ..."
_KINDS = {"initial_report": "initial", "follow_up_report": "follow_up"}


def carried(manifest: InitialReport | FollowUpReport) -> Report:
    """Return the report in a bundle; raise ShapeError, or BundleError for one not as announced."""
    try:
        report = report_from_json(cast("JSON", manifest.payload.report))
    except MissingError:
        raise BundleError(
            "report is on a form that this breachcase does not know yet",
            hint="open it with a newer breachcase; nothing was changed",
        ) from None
    announced = (_KINDS[manifest.kind], manifest.form_schema and manifest.form_schema.id)
    # the number decides which report is the first and which the latest one
    numbered = "follow_up" if report.number else "initial"
    if announced != (report.kind, report.form) or numbered != report.kind:
        raise BundleError("report is not the one that its bundle announces")
    return report


def changes(manifest: Manifest, case: Case | None) -> tuple[str, ...]:
    """Return what filing a bundle would change in `case` (None: it opens one), safe to show."""
    return tuple(visible(line) for line in _lines(manifest, case))


def _lines(manifest: Manifest, case: Case | None) -> Iterator[str]:
    if isinstance(manifest, InitialReport | FollowUpReport):
        yield from _report_lines(manifest, case)
    elif isinstance(manifest, Acknowledgement):
        said = manifest.payload
        yield f"reference {said.reference}"
        yield f"reported {_moment(said.reported_at)}, as the regulator states"
        yield f"received {_moment(said.received_at)}, as the regulator states"
        yield f"filed {_moment(said.filed_at)}, as the regulator states"
        yield f"acknowledged {_moment(said.acknowledged_at)}"
        yield from _note(said.message)
    else:
        decided = manifest.payload
        yield f"decision {decided.outcome}"
        yield from (f"reason {_short(text)}" for text in decided.reasons)
        yield from (f"recommendation {_short(text)}" for text in decided.recommendations)
        yield from _note(decided.note)


def _report_lines(manifest: InitialReport | FollowUpReport, case: Case | None) -> Iterator[str]:
    report = carried(manifest)
    if case is None:
        yield "a new case"
    answered = sum(not answer.void for answer in report.answers.values())
    yield f"{report.kind.replace('_', '-')} report with {answered} answers"
    if not manifest.complete:
        open_checks = ", ".join(manifest.open_checks) or "not said"
        yield f"not complete, says its sender: {open_checks}"
        yield from _note(manifest.payload.incomplete_reason)
    if case is not None and case.reports:
        yield from _diff_lines(case.reports[-1].report, report)


def _diff_lines(before: Report, after: Report) -> Iterator[str]:
    for change in diff(before, after):
        question = load_pack(after.form).question(change.question)
        was, now = (
            _short(answer_text(question, report.answer(question.id))) for report in (before, after)
        )
        yield f"{question.number} {question.id} {change.kind}: {was or '-'} -> {now or '-'}"


def _note(text: str | None) -> Iterator[str]:
    if text:
        yield f"note {_short(text)}"


def _moment(at: Moment | None) -> str:
    return str(at) if at else "not stated"


def _short(text: str) -> str:
    # not textwrap.shorten: it drops whole words, so all of a text that is written without blanks
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - len(_CUT)] + _CUT
