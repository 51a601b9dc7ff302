"""A bundle in plain lines: what filing it would change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never, cast

from exports.errors import BundleError
from exports.manifest import (
    Acknowledgement,
    CaseManifest,
    Decision,
    FollowUpReport,
    InformationRequest,
    InformationResponse,
    InitialReport,
    ProcessorNotice,
    Receipt,
    Withdrawal,
)
from exports.payload import (
    AcknowledgementPayload,
    DecisionPayload,
    NoticePayload,
    RequestPayload,
    ResponsePayload,
)
from models.case import Case
from models.errors import MissingError, ShapeError
from models.form import load_pack, pack_ids
from models.moment import Moment
from models.report import Report, diff, report_from_json
from models.strictjson import JSON
from models.text import visible
from models.typed import answer_text

_WIDTH = 160  # characters of one answer shown
_CUT = " ..."
_KINDS = {"initial_report": "initial", "follow_up_report": "follow_up"}


def carried(manifest: InitialReport | FollowUpReport) -> Report | None:
    """Return the report in a bundle; None for one on a form that this breachcase cannot read.

    That is a form it does not know, or another version of one that it does. Raises ShapeError,
    or BundleError for a report that is not as announced.
    """
    form = manifest.form_schema
    try:
        report = report_from_json(cast("JSON", manifest.payload.report))
    except (MissingError, ShapeError):
        if form is None or (form.id in pack_ids() and load_pack(form.id).sha256 == form.sha256):
            raise
        return None
    # the number decides which report is the first and which the latest one
    numbered = "follow_up" if report.number else "initial"
    announced = (_KINDS[manifest.kind], form and form.id)
    if announced != (report.kind, report.form) or numbered != report.kind:
        raise BundleError("report is not the one that its bundle announces")
    return report


def changes(manifest: CaseManifest, case: Case | None) -> tuple[str, ...]:
    """Return what filing a bundle would change in `case` (None: it opens one), safe to show."""
    return tuple(visible(line) for line in _lines(manifest, case))


def _lines(manifest: CaseManifest, case: Case | None) -> Iterator[str]:
    match manifest:
        case InitialReport() | FollowUpReport():
            yield from _report_lines(manifest, case)
        case Acknowledgement() | InformationRequest() | Decision():
            yield from _regulator_lines(manifest.payload)
        case ProcessorNotice():
            yield from _notice_lines(manifest.payload, case)
        case InformationResponse():
            yield from _response_lines(manifest.payload)
        case Withdrawal():
            yield f"withdrawn {manifest.payload.withdrawn_at}: {_short(manifest.payload.reason)}"
        case Receipt():
            yield f"received {_moment(manifest.payload.received_at)}, as its sender states"
            yield f"filed {manifest.payload.filed_at}, as its sender states"
        case _:
            assert_never(manifest)
    for file in manifest.attachments:
        yield f"attachment {_short(file.name)}, {file.size} bytes"


def _regulator_lines(
    said: AcknowledgementPayload | RequestPayload | DecisionPayload,
) -> Iterator[str]:
    match said:
        case AcknowledgementPayload():
            yield from _acknowledgement_lines(said)
        case RequestPayload():
            yield from _request_lines(said)
        case DecisionPayload():
            yield from _decision_lines(said)
        case _:
            assert_never(said)


def _notice_lines(said: NoticePayload, case: Case | None) -> Iterator[str]:
    if case is None:
        yield "a new case"
    yield f"processor aware {_moment(said.aware_at)}"
    yield from _note(said.text)


def _acknowledgement_lines(said: AcknowledgementPayload) -> Iterator[str]:
    yield f"reference {said.reference}"
    yield f"reported {_moment(said.reported_at)}, as the regulator states"
    yield f"received {_moment(said.received_at)}, as the regulator states"
    yield f"filed {_moment(said.filed_at)}, as the regulator states"
    yield f"acknowledged {_moment(said.acknowledged_at)}"
    yield from _note(said.message)


def _request_lines(said: RequestPayload) -> Iterator[str]:
    for question in said.questions:
        due = f" (due {question.due})" if question.due else ""
        yield f"question {question.number}{due}: {_short(question.text)}"
    yield from _note(said.message)


def _response_lines(said: ResponsePayload) -> Iterator[str]:
    yield from (f"answer {reply.number}: {_short(reply.text)}" for reply in said.replies)
    yield from _note(said.message)


def _decision_lines(said: DecisionPayload) -> Iterator[str]:
    yield f"decision {said.outcome}"
    yield from (f"reason {_short(text)}" for text in said.reasons)
    yield from (f"recommendation {_short(text)}" for text in said.recommendations)
    yield from _note(said.note)


def _report_lines(manifest: InitialReport | FollowUpReport, case: Case | None) -> Iterator[str]:
    report = carried(manifest)
    if case is None:
        yield "a new case"
    if report is None:
        yield "a report on a form that this breachcase cannot read: kept as it came, not checked"
        yield from _note(manifest.payload.incomplete_reason)
        return
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
