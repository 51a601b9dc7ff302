"""What leaves: a report sealed to a regulator, and the record that it was sent."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from exports.card import office_card
from exports.correspondence import Letter, letters
from exports.errors import IncompleteError
from exports.filing import event_op, stamp
from exports.sealing import Sealed, compose, keep_sealed, sealed_again
from exports.trust import contact_of, find_contact
from models.case import Case
from models.errors import MissingError, UsageError
from models.form import load_pack
from models.moment import Moment
from models.prefill import unconfirmed
from models.problem import Findings, Severity
from models.record import CaseReport
from models.report import Report
from store.attachment import Attachment
from store.change import AnyOp, SetOp
from store.errors import ConflictError
from store.vault import Vault

_KINDS: Final = {"initial": "initial_report", "follow_up": "follow_up_report"}


def prepare(vault: Vault, case_id: str, *, now: Moment | None, form: str = "") -> Findings:
    """Return what the report that `send` would seal lacks, on a form of the case.

    `form` empty is the one that the case began with. Raises UsageError where there is no report,
    and where it says what was taken over from another form and nobody has confirmed.
    """
    case = vault.case(case_id, form)
    _latest(case)
    return case.findings(now)


def send(  # noqa: PLR0913 -- each says one thing of this letter, by name
    vault: Vault,
    case_id: str,
    contact_id: str,
    *,
    at: Moment | None,
    wall: str,
    incomplete_reason: str | None,
    files: Sequence[Attachment] = (),
    form: str = "",
) -> Sealed:
    """Seal the latest report of a case, on a form of it, to a contact; it is frozen from then on.

    Sealing is not sending: the clock runs on until `record_sent`. `at` is the time of sealing as
    stated, `files` the attachments of the case that go with it. A report that this contact was
    already sealed gives the same bundle again, so that a file that was lost on its way out can
    be had once more. Raises IncompleteError where checks are open and no reason is given,
    ConflictError, UsageError, or MissingError for the contact.
    """
    case = vault.case(case_id, form)
    contact = find_contact(vault, contact_id)
    if case.conflicts:
        raise ConflictError(
            f"case has {len(case.conflicts)} open conflicts", hint="resolve them before sending"
        )
    latest = _latest(case)
    signing = office_card(vault).signing
    for letter in letters(vault, case_id):
        before = (letter.sent_by_us, letter.contact, letter.report, letter.opened.signer)
        # signed by a key that was replaced since, it would be refused
        if before == (True, contact.id, latest.rid, signing):
            _check_same(letter, files)
            return sealed_again(vault, case_id, letter.opened, contact)
    findings = case.findings(at or stamp(wall, case.zone))
    if not findings.complete and not incomplete_reason:
        raise IncompleteError(findings)
    said = _said(latest, findings, incomplete_reason)
    said = {**said, "stated_at": at, "created": wall}
    sealed = compose(vault, case_id, contact, said, files)
    frozen = SetOp(f"report/{latest.rid}/frozen", sealed.manifest.bundle_id)
    ops = keep_sealed(vault, case_id, sealed, contact, latest.rid)
    ops += [frozen] if latest.frozen is None else []
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)
    return replace(sealed, findings=findings)


def send_again(vault: Vault, case_id: str, bundle_id: str) -> Sealed:
    """Return a bundle of ours of any kind once more, for a file that was lost on its way out.

    `bundle_id` is how its id begins. Files nothing. Raises MissingError for no such bundle,
    UsageError for several, and for one whose key was replaced since: it would be refused.
    """
    ours = [
        one
        for one in letters(vault, case_id)
        if one.sent_by_us and one.bundle_id.startswith(bundle_id)
    ]
    if not ours:
        raise MissingError("no such bundle was sealed here", hint="see breachcase show CASE")
    if len(ours) > 1:
        raise UsageError(f"{len(ours)} bundles begin so", hint="give more of the id")
    if ours[0].opened.signer != office_card(vault).signing:
        raise UsageError(
            "this bundle was signed by a key that was replaced since",
            hint="its receiver would refuse it: say the same in a new one",
        )
    contact = contact_of(vault, ours[0].contact)
    if contact is None:
        raise MissingError("the contact of this bundle is gone", hint="add its card again")
    return sealed_again(vault, case_id, ours[0].opened, contact)


def record_sent(  # noqa: PLR0913 -- each says one thing of how it went, by name
    vault: Vault, case_id: str, at: Moment, *, via: str, ref: str | None, wall: str, form: str = ""
) -> None:
    """Record that a report was sent `at` a stated moment: this stops the clock of its form.

    It is the oldest sealed report that was not sent yet; without one, and by another way than
    a bundle, the draft, which is frozen by it. Raises UsageError where there is neither.
    """
    case = vault.case(case_id, form)
    waiting = [one for one in case.reports if one.frozen and one.sent_at is None]
    event_id = secrets.token_hex(16)
    ops: list[AnyOp] = []
    message = None
    if waiting:
        message = waiting[0].frozen
    elif case.draft is not None and via != "bundle":
        require_confirmed(case.draft.report)
        # no bundle names this version: the event that sent it does
        ops = [SetOp(f"report/{case.draft.rid}/frozen", event_id)]
        message = event_id
    else:
        raise UsageError(
            "no sealed report waits to be sent", hint="seal it with `send`, or name another --via"
        )
    ops.append(event_op("sent", at, message, via=via, ref=ref, event_id=event_id))
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)


def _check_same(letter: Letter, files: Sequence[Attachment]) -> None:
    sealed = {each.sha256 for each in letter.opened.manifest.attachments}
    if not {each.sha256 for each in files} <= sealed:
        raise UsageError(
            "this report was sealed to this contact before, without these attachments",
            hint="send them with a follow-up report (breachcase followup)",
        )


def _latest(case: Case) -> CaseReport:
    if case.side != "controller" or not case.reports:
        raise UsageError(
            "this case has no report of ours to send", hint="reports are sent by the controller"
        )
    latest = case.draft or case.reports[-1]
    require_confirmed(latest.report)
    return latest


def require_confirmed(report: Report) -> None:
    """Raise UsageError where a report still says what nobody has confirmed."""
    waiting = unconfirmed(report)
    if waiting:
        raise UsageError(
            f"nobody has confirmed what was taken over from another form: {', '.join(waiting)}",
            hint=f"read it, then breachcase form confirm CASE {report.form}",
        )


def _said(latest: CaseReport, findings: Findings, reason: str | None) -> Mapping[str, object]:
    report = latest.report
    pack = load_pack(report.form)
    found = [one for one in findings.problems if one.open and one.severity is not Severity.NOTE]
    return {
        "kind": _KINDS[report.kind],
        "payload": {
            "report": report.as_json(),
            "incomplete_reason": None if findings.complete else reason,
        },
        "schema": {"id": pack.id, "version": pack.version, "sha256": pack.sha256},
        "complete": findings.complete,
        "open_checks": sorted({one.id for one in found}),
    }
