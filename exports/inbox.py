"""What arrives: who sent it, whether they may say it, what it would change; then filing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from exports.bundle import Opened, open_bundle
from exports.card import office_cards
from exports.correspondence import Letter, letters, next_seq
from exports.errors import OutOfOrderError, UntrustedError
from exports.filing import event_op, letter_ops, stamp
from exports.manifest import Acknowledgement, Decision, FollowUpReport, InitialReport
from exports.reading import carried, changes
from exports.trust import Contact, add_contact, contact_id, contact_of
from models.case import Case
from models.form import load_pack, pack_ids
from models.moment import Moment
from models.strictjson import JSON
from models.text import visible
from store.change import AnyOp, SetOp
from store.errors import UnknownCaseError
from store.vault import Vault

_FIRST = "receive the sender's earlier bundles first; nothing was filed"
_ASK = "ask the sender by telephone; nothing was filed"
_FOLLOW = "ask the sender for a follow-up report; nothing was filed"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bundle is and would change, before anything is filed.

    `number` is that of the card in the bundle, `amber` says that nobody has compared it yet.
    `case_id` is ours. `already` means that this very bundle was filed before. All text is safe
    to show.
    """

    who: str
    number: str
    amber: bool
    kind: str
    case_id: str
    new_case: bool
    when: str
    changes: tuple[str, ...]
    already: bool
    warnings: tuple[str, ...]
    opened: Opened
    contact: Contact | None


def preview(vault: Vault, data: bytes) -> Preview:
    """Open a sealed file, judge its sender, and say what filing it would change.

    Changes nothing. Raises NotForUsError, AgeError, ShapeError, BundleError, UntrustedError or
    OutOfOrderError, see docs/format-bundle.md, "Errors".
    """
    return _judged(vault, open_bundle(data, *(each.identity for each in vault.offices)))


def file_bundle(  # noqa: PLR0913 -- three stamps that must not be mistaken for each other
    vault: Vault,
    seen: Preview,
    *,
    sent: Moment | None,
    received: Moment | None,
    at: Moment | None,
    wall: str,
) -> str:
    """File a previewed bundle and return the id of its case; filed before, change nothing.

    `sent` is when its sender sent it, `received` when it first reached us, `at` when it was
    filed (None: by the wall clock). Judges it once more, so raises as `preview` does.
    """
    judged = _judged(vault, seen.opened)
    if judged.already:
        return judged.case_id
    # the contact first: a crash in between leaves a contact to look at, never half a case
    contact = judged.contact or add_contact(vault, judged.opened.card, None, wall=wall)
    blob = vault.put_blob(judged.case_id, judged.opened.line1)
    zone = vault.settings.zone
    ops = [*_letter(judged, contact, blob), *_statements(judged, zone)]
    filed = at or stamp(wall, zone)
    bundle_id = judged.opened.manifest.bundle_id
    for name, moment in (("sent", sent), ("received", received), ("filed", filed)):
        ops += [event_op(name, moment, bundle_id)] if moment else []
    shown = None if judged.new_case else vault.state(judged.case_id)
    vault.commit(judged.case_id, ops, shown=shown, wall=wall)
    return judged.case_id


def _judged(vault: Vault, opened: Opened) -> Preview:
    manifest = opened.manifest
    if not any(card.sha256 in manifest.recipients for card in office_cards(vault)):
        raise UntrustedError("bundle was addressed to others and passed on to us", hint=_ASK)
    contact = contact_of(vault, contact_id(opened.signer))
    case_id, case = _case(vault, opened, contact)
    exchanged = letters(vault, case_id) if case else ()
    already = _seen_before(exchanged, opened)
    if not already:
        _check_place(exchanged, opened, contact)
    return Preview(
        who=visible(contact.card.name if contact else opened.card.name),
        number=opened.card.number,
        amber=contact is None or not contact.verified or contact.card != opened.card,
        kind=manifest.kind,
        case_id=case_id,
        new_case=case is None,
        when=str(manifest.stated_at or manifest.created),
        changes=() if already else changes(manifest, case),
        already=already,
        warnings=_warnings(opened, contact),
        opened=opened,
        contact=contact,
    )


def _case(vault: Vault, opened: Opened, contact: Contact | None) -> tuple[str, Case | None]:
    """Return the local id of the bundle's case, and the case if we have it, or refuse."""
    manifest = opened.manifest
    case_id, side = manifest.case_id, "controller"
    if not isinstance(manifest, InitialReport | FollowUpReport):
        _check_regulator(opened, contact)
    elif vault.settings.side == "regulator":
        case_id, side = vault.foreign_case_id(opened.signer, case_id), "regulator"
    else:
        raise UntrustedError("report was sealed to an office that is no regulator", hint=_ASK)
    case = _known(vault, case_id)
    if isinstance(manifest, InitialReport):
        return case_id, case
    if contact is None:
        raise UntrustedError("follow-up report is signed by an unknown key", hint=_FIRST)
    if case is None or case.side != side:
        raise OutOfOrderError("bundle is about a case that is not here", hint=_FIRST)
    return case_id, case


def _check_regulator(opened: Opened, contact: Contact | None) -> None:
    if contact is not None and contact.role == "regulator":
        return
    who = "an unknown key" if contact is None else "a contact that is not a regulator"
    raise UntrustedError(
        f"{opened.manifest.kind} is signed by {who}",
        hint="add the regulator's card (breachcase contact add CARD --role regulator)",
    )


def _known(vault: Vault, case_id: str) -> Case | None:
    try:
        return vault.case(case_id)
    except UnknownCaseError:
        return None


def _seen_before(exchanged: tuple[Letter, ...], opened: Opened) -> bool:
    for letter in exchanged:
        if letter.bundle_id == opened.manifest.bundle_id:
            if letter.opened.sha256 == opened.sha256:
                return True
            raise OutOfOrderError(
                "another bundle of the same id is filed already: one of them is forged", hint=_ASK
            )
    return False


def _check_place(exchanged: tuple[Letter, ...], opened: Opened, contact: Contact | None) -> None:
    manifest = opened.manifest
    if contact and isinstance(manifest, Acknowledgement | Decision):
        _check_answer([one for one in exchanged if one.contact == contact.id], manifest)
    due = next_seq(exchanged, opened.signer, manifest.sender.device, manifest.recipients)
    if manifest.seq > due:
        raise OutOfOrderError(f"bundle {manifest.seq} waits for bundle {due}", hint=_FIRST)
    if manifest.seq < due:
        raise OutOfOrderError(
            f"another bundle {manifest.seq} of the same device is filed already", hint=_ASK
        )
    if isinstance(manifest, InitialReport) and exchanged:
        # a second one, backdated, would take the first one's place and restart the clock
        raise OutOfOrderError("case has another initial report already", hint=_FOLLOW)


def _check_answer(exchanged: Sequence[Letter], manifest: Acknowledgement | Decision) -> None:
    sealed = {letter.opened.sha256 for letter in exchanged if letter.sent_by_us}
    named = {manifest.in_reply_to}
    if isinstance(manifest, Decision):
        named.add(manifest.payload.basis)
    if not named <= sealed:
        raise UntrustedError(
            f"{manifest.kind} answers nothing that was sealed to its sender", hint=_ASK
        )
    if isinstance(manifest, Acknowledgement):
        _check_reference(exchanged, manifest)


def _check_reference(exchanged: Sequence[Letter], manifest: Acknowledgement) -> None:
    said = (letter.opened.manifest for letter in exchanged)
    given = {each.payload.reference for each in said if isinstance(each, Acknowledgement)}
    if given - {manifest.payload.reference}:
        raise OutOfOrderError("its sender gave this case another reference before", hint=_ASK)


def _warnings(opened: Opened, contact: Contact | None) -> tuple[str, ...]:
    found = []
    if contact is None:
        found.append("first contact: anyone can make a card; compare the number by telephone")
    elif contact.card != opened.card:
        found.append("the card differs from the one on file, which stays")
    form = opened.manifest.form_schema
    if form is not None and form.id in pack_ids() and load_pack(form.id).sha256 != form.sha256:
        found.append("the report was written with another version of the form")
    return tuple(found)


def _letter(judged: Preview, contact: Contact, blob: Mapping[str, JSON]) -> list[AnyOp]:
    manifest = judged.opened.manifest
    filed: dict[str, JSON] = {
        "direction": "in",
        "manifest": judged.opened.sha256,
        "contact": contact.id,
        "report": None,
        "amber": judged.amber,
        "payload": manifest.payload.model_dump(mode="json"),
    }
    return letter_ops(blob, manifest, filed)


def _statements(judged: Preview, zone: str) -> Iterator[AnyOp]:
    """Yield what a bundle brings beyond its letter: a new case, or a date that they state."""
    manifest = judged.opened.manifest
    if isinstance(manifest, InitialReport):
        yield from _opening(manifest, judged.opened, zone)
    elif isinstance(manifest, Acknowledgement):
        at = manifest.payload.acknowledged_at
        yield event_op("acknowledged", at, manifest.bundle_id, by="them")
    elif isinstance(manifest, Decision):
        yield event_op("decided", manifest.payload.decided_at, manifest.bundle_id, by="them")


def _opening(manifest: InitialReport, opened: Opened, zone: str) -> Iterator[AnyOp]:
    report = carried(manifest)
    named = report.fact("controller_name").value
    fields: Mapping[str, JSON] = {
        "title": named if isinstance(named, str) else opened.card.name,
        "side": "regulator",
        "form": report.form,
        "rule": load_pack(report.form).rule,
        "zone": zone,
        "state": "open",
        "foreign": {"case_id": manifest.case_id, "opener": opened.signer.hex()},
    }
    return (SetOp(f"case/{name}", value) for name, value in fields.items())
