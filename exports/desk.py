"""The regulator's desk: a reference and a receipt for a report, then a decision on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from exports.errors import BundleError
from exports.filing import decision_op, event_op, stamp
from exports.outbox import Sealed, compose, keep_sealed
from exports.trust import contact_of
from models.case import Case
from models.errors import UsageError
from models.form import load_pack
from models.moment import Moment
from models.record import Message
from models.strictjson import JSON
from store.change import AnyOp, SetOp
from store.vault import Vault


def acknowledge(
    vault: Vault, case_id: str, reference: str, *, at: Moment | None, wall: str
) -> Sealed:
    """Give a received case its reference and seal the acknowledgement to its opener.

    States when the report was sent (else first received, if nobody recorded more), received and
    filed, by our record. `at` is when it is acknowledged; None: by the wall clock. Raises
    UsageError for a case without a report that was received, a reference not of the authority's
    pattern, or another one than the case has.
    """
    case, reports = _received(vault, case_id)
    authority = load_pack(case.form).authority
    if not re.fullmatch(authority.reference_pattern, reference):
        raise UsageError(
            f"reference is not as {authority.name} writes it",
            hint=f"write it like {authority.reference_example}",
        )
    if case.reference not in {None, reference}:
        raise UsageError(
            "case has another reference already", hint="acknowledge it with the one it has"
        )
    report = reports[0]
    at = at or stamp(wall, vault.settings.zone)
    received = case.when("received", report.id)
    payload = {
        "reference": reference,
        "reported_at": case.when("sent", report.id) or received,
        "received_at": received,
        "filed_at": case.when("filed", report.id),
        "acknowledged_at": at,
        "message": None,
    }
    said = {"kind": "acknowledgement", "payload": payload, "case_reference": reference}
    sealed, ops = _answer(vault, case, report, {**said, "stated_at": at, "created": wall})
    ops += [
        SetOp("case/reference", reference),
        event_op("acknowledged", at, sealed.manifest.bundle_id),
    ]
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
) -> Sealed:
    """Decide a received case on its latest report and seal the decision to its opener.

    `at` is when it is decided; None: by the wall clock. Raises UsageError for a case without a
    report that was received, ShapeError for text that steers or is too long.
    """
    case, reports = _received(vault, case_id)
    report = reports[-1]
    at = at or stamp(wall, vault.settings.zone)
    payload = {
        "outcome": outcome,
        "reasons": tuple(reasons),
        "recommendations": tuple(recommendations),
        "basis": report.manifest,
        "decided_at": at,
        "note": None,
    }
    said = {"kind": "decision", "payload": payload, "stated_at": at, "created": wall}
    sealed, ops = _answer(vault, case, report, said)
    ops += [event_op("decided", at, sealed.manifest.bundle_id), decision_op(sealed.manifest)]
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)
    return sealed


def _received(vault: Vault, case_id: str) -> tuple[Case, list[Message]]:
    """Return a case and the messages that brought its reports here, in the reports' order."""
    case = vault.case(case_id)
    brought = {one.id: one for one in case.messages if one.direction == "in"}
    reports = [brought[report.frozen] for report in case.reports if report.frozen in brought]
    if not reports:
        raise UsageError(
            "no report was received in this case", hint="only a received report is answered"
        )
    return case, reports


def _answer(
    vault: Vault, case: Case, report: Message, said: Mapping[str, object]
) -> tuple[Sealed, list[AnyOp]]:
    contact = contact_of(vault, report.contact)
    if contact is None:
        raise BundleError("the contact who sent this report is gone", hint="add its card again")
    sealed = compose(vault, case.id, contact, {**said, "in_reply_to": report.manifest})
    about: dict[str, JSON] = {
        "contact": contact.id,
        "report": None,
        "amber": not contact.verified,
    }
    return sealed, keep_sealed(vault, case.id, sealed, about)
