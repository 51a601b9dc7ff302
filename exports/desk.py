"""The regulator's desk: a reference and a receipt for a report, questions about it, a decision."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from exports.errors import BundleError
from exports.filing import decision_op, event_op, stamp
from exports.sealing import Sealed, compose, keep_sealed
from exports.trust import Contact, contact_of
from models.case import Case
from models.errors import UsageError
from models.form import load_pack, pack_ids
from models.moment import Moment
from models.record import REPORT_KINDS, Message
from store.change import AnyOp, SetOp
from store.vault import Vault


def acknowledge(  # noqa: PLR0913 -- each is one part of it, by name
    vault: Vault,
    case_id: str,
    reference: str,
    *,
    at: Moment | None,
    wall: str,
    message: str | None = None,
) -> Sealed:
    """Give a received case its reference and seal the acknowledgement to its opener.

    States when the report was sent (else first received, if nobody recorded more), received and
    filed, by our record. `at` is when it is acknowledged; None: by the wall clock. Raises
    UsageError for a case without a report that was received, a reference not of the authority's
    pattern, or another one than the case has.
    """
    case, reports = received_reports(vault, case_id)
    check_reference(case, reference)
    report = reports[0]
    at = at or stamp(wall, vault.settings.zone)
    received = case.when("received", report.id)
    payload = {
        "reference": reference,
        "reported_at": case.when("sent", report.id) or received,
        "received_at": received,
        "filed_at": case.when("filed", report.id),
        "acknowledged_at": at,
        "message": message,
    }
    said = {"kind": "acknowledgement", "payload": payload, "case_reference": reference}
    sealed, ops = _answer(vault, case, report, {**said, "stated_at": at, "created": wall})
    ops += [
        SetOp("case/reference", reference),
        event_op("acknowledged", at, sealed.manifest.bundle_id),
    ]
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)
    return sealed


def ask(  # noqa: PLR0913 -- each is one part of a request, by name
    vault: Vault,
    case_id: str,
    questions: Sequence[tuple[str, Moment | None]],
    *,
    message: str | None,
    at: Moment | None,
    wall: str,
) -> Sealed:
    """Seal questions about the latest report of a received case, each with when it is due.

    Raises UsageError for a case without a report that was received or for no question,
    ShapeError for text that steers or is too long.
    """
    case, reports = received_reports(vault, case_id)
    if not questions:
        raise UsageError("nothing is asked", hint="give at least one question")
    at = at or stamp(wall, vault.settings.zone)
    asked = tuple(
        {"number": number, "text": text, "due": due}
        for number, (text, due) in enumerate(questions, 1)
    )
    payload = {"questions": asked, "requested_at": at, "message": message}
    said = {"kind": "information_request", "payload": payload, "stated_at": at, "created": wall}
    sealed, ops = _answer(vault, case, reports[-1], said)
    ops.append(event_op("requested", at, sealed.manifest.bundle_id))
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)
    return sealed


def decide(  # noqa: PLR0913 -- each is one part of a decision, by name
    vault: Vault,
    case_id: str,
    outcome: str,
    reasons: Sequence[str],
    recommendations: Sequence[str],
    *,
    at: Moment | None,
    wall: str,
    basis: int | None = None,
    note: str | None = None,
) -> Sealed:
    """Decide a received case and seal the decision to its opener.

    `basis` counts the reports received, 0 the initial one, to say which one was read; None: the
    latest. `at` is when it is decided; None: by the wall clock. Raises UsageError for a case
    without such a report, ShapeError for text that steers or is too long.
    """
    case, reports = received_reports(vault, case_id)
    if basis is not None and not 0 <= basis < len(reports):
        raise UsageError(f"no report {basis} was received", hint=f"it has {len(reports)} (from 0)")
    report = reports[-1 if basis is None else basis]
    at = at or stamp(wall, vault.settings.zone)
    payload = {
        "outcome": outcome,
        "reasons": tuple(reasons),
        "recommendations": tuple(recommendations),
        "basis": report.manifest,
        "decided_at": at,
        "note": note,
    }
    said = {"kind": "decision", "payload": payload, "stated_at": at, "created": wall}
    sealed, ops = _answer(vault, case, report, said)
    ops += [event_op("decided", at, sealed.manifest.bundle_id), decision_op(sealed.manifest)]
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)
    return sealed


def received_reports(vault: Vault, case_id: str) -> tuple[Case, list[Message]]:
    """Return a case and the messages that brought its reports here, in the reports' order.

    Raises UsageError where there are none.
    """
    case = vault.case(case_id)
    reports = [
        each for each in case.messages if each.direction == "in" and each.kind in REPORT_KINDS
    ]
    if not reports:
        raise UsageError(
            "no report was received in this case", hint="only a received report is answered"
        )
    return case, sorted(reports, key=_number)


def opener_of(vault: Vault, case_id: str) -> Contact:
    """Return whom a received case is answered to; raise UsageError, BundleError."""
    _, reports = received_reports(vault, case_id)
    return _contact(vault, reports[-1])


def _number(message: Message) -> int:
    match message.payload.get("report"):
        case {"number": int(number)}:
            return number
        case _:  # of a form that is not known here
            return 0


def check_reference(case: Case, reference: str) -> None:
    """Raise UsageError where a case cannot be acknowledged with this reference."""
    # of a form that is not known here: nor is its authority
    authority = load_pack(case.form).authority if case.form in pack_ids() else None
    if authority is not None and not re.fullmatch(authority.reference_pattern, reference):
        raise UsageError(
            f"reference is not as {authority.name} writes it",
            hint=f"write it like {authority.reference_example}",
        )
    if case.reference not in {None, reference}:
        raise UsageError(
            "case has another reference already", hint="acknowledge it with the one it has"
        )


def _answer(
    vault: Vault, case: Case, report: Message, said: Mapping[str, object]
) -> tuple[Sealed, list[AnyOp]]:
    contact = _contact(vault, report)
    sealed = compose(vault, case.id, contact, {**said, "in_reply_to": report.manifest})
    return sealed, keep_sealed(vault, case.id, sealed, contact)


def _contact(vault: Vault, report: Message) -> Contact:
    contact = contact_of(vault, report.contact)
    if contact is None:
        raise BundleError("the contact who sent this report is gone", hint="add its card again")
    return contact
