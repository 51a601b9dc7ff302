"""What arrives: who sent it, whether they may say it, what it would change; then filing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from exports.admission import ASK, admit
from exports.bundle import Opened, Unsealing, open_bundle
from exports.card import office_cards
from exports.errors import BundleError, UntrustedError
from exports.filing import attached_op, event_op, letter_ops, stamp
from exports.floor import raise_floor, weakened
from exports.manifest import (
    Acknowledgement,
    CaseManifest,
    Decision,
    InformationRequest,
    InformationResponse,
    InitialReport,
    KeyManifest,
    ProcessorNotice,
    Withdrawal,
)
from exports.reading import carried, changes
from exports.succession import file_statement, judge_statement
from exports.trust import Contact, add_contact, contact_of_key
from models.form import load_pack, pack_ids
from models.moment import Moment
from models.strictjson import JSON
from models.text import visible
from store.casework import DEFAULT_FORM, draft_ops, opening_ops
from store.change import AnyOp, SetOp
from store.vault import Vault

_AGAIN = "receive it again when nothing writes to it; nothing was filed"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bundle is and would change, before anything is filed.

    `amber` says that nobody has compared the number of the card in the bundle yet. `case_id` is
    ours; None for a statement about keys, which is about no case. `weaker` says in what the
    bundle is less protected than earlier ones, see `file_bundle`. `already` means that this very
    bundle was filed before. All text is safe to show.
    """

    who: str
    amber: bool
    kind: str
    case_id: str | None
    new_case: bool
    when: str
    changes: tuple[str, ...]
    already: bool
    warnings: tuple[str, ...]
    opened: Opened
    contact: Contact | None
    weaker: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The number of the card in the bundle; slow to make on purpose, so only when asked."""
        return self.opened.card.number


def preview(vault: Vault, source: BinaryIO) -> Preview:
    """Open a sealed file, judge its sender, and say what filing it would change.

    Reads `source` from its beginning to its end, attachments included, and changes nothing.
    Raises NotForUsError, AgeError, ShapeError, BundleError, UntrustedError or OutOfOrderError,
    see docs/format-bundle.md, "Errors".
    """
    source.seek(0)
    return judge(vault, open_bundle(source, vault.office_identities))


def file_bundle(  # noqa: PLR0913 -- three stamps that must not be mistaken for each other
    vault: Vault,
    seen: Preview,
    source: BinaryIO,
    *,
    sent: Moment | None,
    received: Moment | None,
    at: Moment | None,
    wall: str,
    weaker: bool = False,
) -> str | None:
    """File a previewed bundle and return the id of its case; filed before, change nothing.

    A statement about keys goes to its contact and has no case: None. `weaker` says that a person
    accepts what `Preview.weaker` names; without, a bundle with any raises UntrustedError.

    `sent` is when its sender sent it, `received` when it first reached us, `at` when it was
    filed (None: by the wall clock). `source` is the previewed file, whose attachments are read
    once more. Judges it again, so raises as `preview` does.
    """
    judged = judge(vault, seen.opened)
    if judged.already:
        return judged.case_id
    if judged.weaker and not weaker:
        raise UntrustedError(judged.weaker[0], hint="ask the sender, or confirm it (--weaker)")
    if judged.case_id is None:
        file_statement(vault, judged.opened, wall=wall)
    else:
        # the contact first: a crash in between leaves a contact to look at, never half a case
        contact = judged.contact or add_contact(vault, judged.opened.card, None, wall=wall)
        ops = [*_letter(vault, judged.case_id, judged, contact)]
        ops += _attachments(vault, judged.case_id, judged, source)
        ops += _statements(vault, judged, contact, vault.settings.zone)
        stamps = {"sent": sent, "received": received}
        stamps["filed"] = at or stamp(wall, vault.settings.zone)
        bundle_id = judged.opened.manifest.bundle_id
        ops += [event_op(name, when, bundle_id) for name, when in stamps.items() if when]
        shown = None if judged.new_case else vault.state(judged.case_id)
        vault.commit(judged.case_id, ops, shown=shown, wall=wall)
    raise_floor(vault, judged.opened, wall=wall)
    return judged.case_id


def judge(vault: Vault, opened: Opened) -> Preview:
    """Say what filing an opened bundle would change; raise as `preview` for who may not say it."""
    manifest = opened.manifest
    ours = {card.sha256 for card in office_cards(vault)}
    if ours.isdisjoint(manifest.recipients):
        raise UntrustedError("bundle was addressed to others and passed on to us", hint=ASK)
    if isinstance(manifest, KeyManifest):
        return _judged_statement(vault, opened)
    contact = contact_of_key(vault, opened.signer)
    place = admit(vault, opened, manifest, contact)
    return Preview(
        who=visible(contact.card.name if contact else opened.card.name),
        amber=contact is None or not contact.verified or contact.card != opened.card,
        kind=manifest.kind,
        case_id=place.case_id,
        new_case=place.case is None,
        when=str(manifest.stated_at or manifest.created),
        changes=() if place.already else changes(manifest, place.case),
        already=place.already,
        warnings=_warnings(opened, contact),
        opened=opened,
        contact=contact,
        weaker=() if place.already else weakened(vault, opened),
    )


def _judged_statement(vault: Vault, opened: Opened) -> Preview:
    verdict = judge_statement(vault, opened)
    return Preview(
        who=visible(verdict.contact.card.name),
        amber=not verdict.contact.verified,
        kind=opened.manifest.kind,
        case_id=None,
        new_case=False,
        when=opened.manifest.created,
        changes=verdict.changes,
        already=verdict.already,
        warnings=verdict.warnings,
        opened=opened,
        contact=verdict.contact,
        weaker=weakened(vault, opened) if verdict.succeeds else (),
    )


def _warnings(opened: Opened, contact: Contact | None) -> tuple[str, ...]:
    found = []
    if contact is None:
        found.append("first contact: anyone can make a card; compare the number by telephone")
    elif opened.card in contact.pending:
        found.append("the card waits: nobody has compared its number yet")
    elif contact.card != opened.card:
        found.append("the card differs from the one on file, which stays")
    form = opened.manifest.form_schema
    if form is not None and form.id in pack_ids() and load_pack(form.id).sha256 != form.sha256:
        found.append("the report was written with another version of the form")
    return tuple(found)


def _letter(vault: Vault, case_id: str, judged: Preview, contact: Contact) -> list[AnyOp]:
    manifest = judged.opened.manifest
    filed: dict[str, JSON] = {
        "direction": "in",
        "manifest": judged.opened.sha256,
        "contact": contact.id,
        "report": None,
        "amber": judged.amber,
        "payload": manifest.payload.model_dump(mode="json"),
    }
    return letter_ops(vault.put_blob(case_id, judged.opened.line1), manifest, filed)


def _attachments(vault: Vault, case_id: str, judged: Preview, source: BinaryIO) -> Iterator[AnyOp]:
    """Keep what came beside the manifest, read once more, and yield the ops that name it."""
    files = judged.opened.manifest.attachments
    if not files:
        return
    source.seek(0)
    reading = Unsealing(source, vault.office_identities)
    if reading.opened.sha256 != judged.opened.sha256:
        raise BundleError("the file is another one than was looked at", hint=_AGAIN)
    for file, content in zip(files, reading.contents(), strict=True):
        blob = vault.put_pieces(case_id, content, file.size, bytes.fromhex(file.sha256))
        yield attached_op(blob, file, judged.opened.manifest.bundle_id)


def _statements(vault: Vault, judged: Preview, contact: Contact, zone: str) -> Iterator[AnyOp]:
    """Yield what a bundle brings beyond its letter: a new case, or a date that they state."""
    manifest = judged.opened.manifest
    match manifest:
        case InitialReport():
            yield from _reported(manifest, contact, zone)
        case ProcessorNotice():
            case_id = None if judged.new_case else judged.case_id
            yield from _noticed(vault, case_id, manifest, contact)
        case Acknowledgement():
            at = manifest.payload.acknowledged_at
            yield event_op("acknowledged", at, manifest.bundle_id, by="them")
        case InformationRequest():
            at = manifest.payload.requested_at
            yield event_op("requested", at, manifest.bundle_id, by="them")
        case InformationResponse():
            yield event_op("answered", manifest.payload.answered_at, manifest.bundle_id, by="them")
        case Decision():
            yield event_op("decided", manifest.payload.decided_at, manifest.bundle_id, by="them")
        case Withdrawal():
            yield event_op(
                "withdrawn", manifest.payload.withdrawn_at, manifest.bundle_id, by="them"
            )
        case _:
            pass


def _reported(manifest: InitialReport, contact: Contact, zone: str) -> Iterator[AnyOp]:
    report = carried(manifest)
    named = report.fact("controller_name").value if report else None
    form = manifest.form_schema.id if manifest.form_schema else DEFAULT_FORM
    yield from opening_ops(
        named if isinstance(named, str) else contact.card.name,
        side="regulator",
        form=report.form if report else form,
        zone=zone,
    )
    yield _foreign(manifest, contact)


def _noticed(
    vault: Vault, case_id: str | None, manifest: ProcessorNotice, contact: Contact
) -> Iterator[AnyOp]:
    if case_id is None:
        settings = vault.settings
        yield from opening_ops(
            contact.card.name, side=settings.side, form=DEFAULT_FORM, zone=settings.zone
        )
        yield from draft_ops(DEFAULT_FORM)
        yield _foreign(manifest, contact)
    aware = manifest.payload.aware_at
    field = f"party/{contact.id[:16]}"
    known = vault.state(case_id).values().get(field) if case_id else None
    party: JSON = {
        **(known if isinstance(known, dict) else {}),
        "role": "processor",
        "name": contact.card.name,
        "aware": str(aware) if aware else None,
    }
    yield SetOp(field, party)


def _foreign(manifest: CaseManifest, contact: Contact) -> AnyOp:
    return SetOp("case/foreign", {"case_id": manifest.case_id, "contact": contact.id})
