"""What either side answers in a case: replies to questions, a withdrawal, a receipt, a notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from exports.filing import event_op, stamp
from exports.sealing import Sealed, compose, keep_sealed
from exports.trust import Contact, contact_of, find_contact
from models.case import Case
from models.errors import MissingError, UsageError
from models.moment import Moment
from models.record import REPORT_KINDS, Message
from models.request import Request, requests
from models.thread import EVERY_FORM
from store.attachment import Attachment
from store.change import AnyOp
from store.vault import Vault

_NO_RECEIPT: Final = "receipt"  # a receipt for a receipt would never end


def answer(  # noqa: PLR0913 -- each is one part of a response, by name
    vault: Vault,
    case_id: str,
    replies: Mapping[int, str],
    *,
    request: str = "",
    message: str | None,
    files: Sequence[Attachment] = (),
    at: Moment | None,
    wall: str,
) -> Sealed:
    """Seal replies, by the numbers of their questions, to whoever asked.

    `request` is how the id of the request begins, needed where several are open. Raises
    UsageError for no such question, no reply and no open request.
    """
    asked = _request(vault.case(case_id, EVERY_FORM), request)
    unknown = sorted(set(replies) - {each.number for each in asked.questions})
    if unknown:
        raise UsageError(
            f"the request has no question {unknown[0]}", hint=f"it has {len(asked.questions)}"
        )
    if not replies and not files and not message:
        raise UsageError("nothing is answered", hint="give a reply, a message or an attachment")
    at = at or stamp(wall, vault.settings.zone)
    told = tuple({"number": number, "text": replies[number]} for number in sorted(replies))
    payload = {"replies": told, "answered_at": at, "message": message}
    said = {
        "kind": "information_response",
        "payload": payload,
        "in_reply_to": asked.manifest,
        "stated_at": at,
        "created": wall,
    }
    contact = _contact(vault, asked.contact)
    return _kept(vault, case_id, compose(vault, case_id, contact, said, files), contact, "answered")


def withdraw(  # noqa: PLR0913 -- each is one part of it, by name
    vault: Vault, case_id: str, reason: str, *, to: str = "", at: Moment | None, wall: str
) -> Sealed:
    """Seal to the regulator that the notification of this case is taken back, and why.

    `to` names the contact where reports went to several. Raises UsageError where none went out.
    """
    sent = {
        each.contact
        for each in vault.case(case_id, EVERY_FORM).messages
        if each.direction == "out" and each.kind in REPORT_KINDS
    }
    if not sent:
        raise UsageError("no report of this case was sealed", hint="there is nothing to withdraw")
    if not to and len(sent) > 1:
        raise UsageError("reports went to several contacts", hint="name one: --to CONTACT")
    contact = find_contact(vault, to) if to else _contact(vault, next(iter(sent)))
    if contact.id not in sent:
        raise UsageError("no report was sealed to this contact", hint="see breachcase show CASE")
    at = at or stamp(wall, vault.settings.zone)
    payload = {"reason": reason, "withdrawn_at": at}
    said = {"kind": "withdrawal", "payload": payload, "stated_at": at, "created": wall}
    return _kept(vault, case_id, compose(vault, case_id, contact, said), contact, "withdrawn")


def give_receipt(vault: Vault, case_id: str, bundle_id: str = "", *, wall: str) -> Sealed:
    """Seal to its sender that a bundle arrived, when it was received and filed by our record.

    It is the latest one received, or the one whose id begins with `bundle_id`. Raises
    MissingError where there is none.
    """
    case = vault.case(case_id, EVERY_FORM)
    taken = _received(case, bundle_id)
    filed = case.when("filed", taken.id) or stamp(wall, vault.settings.zone)
    payload = {"received_at": case.when("received", taken.id), "filed_at": filed}
    said = {
        "kind": "receipt",
        "payload": payload,
        "in_reply_to": taken.manifest,
        "created": wall,
    }
    contact = _contact(vault, taken.contact)
    return _kept(vault, case_id, compose(vault, case_id, contact, said), contact, "")


def notify(  # noqa: PLR0913 -- each is one part of it, by name
    vault: Vault,
    case_id: str,
    to: str,
    text: str,
    *,
    files: Sequence[Attachment] = (),
    at: Moment | None,
    wall: str,
) -> Sealed:
    """Seal to a controller that data we process for it were breached, with what we could answer.

    Our own draft stays a draft. Raises UsageError for a contact that is a regulator.
    Source: UK GDPR Art. 33(2).
    """
    case = vault.case(case_id)
    contact = find_contact(vault, to)
    if contact.role == "regulator":
        raise UsageError(
            "a processor's notice goes to its controller", hint="a regulator gets the report"
        )
    latest = case.reports[-1].report if case.reports else None
    payload = {
        "text": text,
        "aware_at": case.aware,
        "report": latest.as_json() if latest else None,
    }
    said = {"kind": "processor_notice", "payload": payload, "stated_at": at, "created": wall}
    return _kept(vault, case_id, compose(vault, case_id, contact, said, files), contact, "")


def _request(case: Case, text: str) -> Request:
    asked = [each for each in requests(case) if not each.by_us and each.id.startswith(text)]
    waiting = asked if text else [each for each in asked if each.open]
    if not waiting:
        raise UsageError(
            "no request for information is open in this case", hint="see breachcase show CASE"
        )
    if len(waiting) > 1:
        raise UsageError(
            f"{len(waiting)} requests are open", hint="name one by its id: --request ID"
        )
    return waiting[0]


def _received(case: Case, bundle_id: str) -> Message:
    found = [
        each
        for each in case.messages
        if each.direction == "in" and each.kind != _NO_RECEIPT and each.id.startswith(bundle_id)
    ]
    if not found:
        raise MissingError("no such bundle was received", hint="see breachcase show CASE")
    return found[-1]


def _contact(vault: Vault, ident: str) -> Contact:
    contact = contact_of(vault, ident)
    if contact is None:
        raise MissingError("the contact of this case is gone", hint="add its card again")
    return contact


def _kept(vault: Vault, case_id: str, sealed: Sealed, contact: Contact, event: str) -> Sealed:
    """File a bundle of ours, with the event it is, and return it."""
    ops: list[AnyOp] = keep_sealed(vault, case_id, sealed, contact)
    manifest = sealed.manifest
    if event and manifest.stated_at:
        ops.append(event_op(event, manifest.stated_at, manifest.bundle_id))
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=manifest.created)
    return sealed
