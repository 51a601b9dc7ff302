"""Whether a bundle may be filed here: who says it, in which case, in answer to what, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from exports.book import place_of_key
from exports.bundle import Opened
from exports.correspondence import Letter, letters, next_seq
from exports.errors import OutOfOrderError, UntrustedError
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
from exports.trust import Contact
from models.case import Case
from models.text import kind_name, visible
from models.thread import EVERY_FORM
from store.errors import UnknownCaseError
from store.vault import Vault

ASK: Final = "ask the sender by telephone; nothing was filed"
_FIRST: Final = "receive the sender's earlier bundles and key updates first; nothing was filed"
_FOLLOW: Final = "ask the sender for a follow-up report; nothing was filed"
_REGULATOR: Final = "add the regulator's card (breachcase contact add CARD --role regulator)"
_PRESENT: Final = "ask the sender to seal it again with its present key; nothing was filed"
_CARD: Final = "receive their key_update first, or add their card (breachcase contact add CARD)"

Opening = InitialReport | ProcessorNotice
"""What may begin a case here, also from an office that nobody knows yet."""
FromRegulator = Acknowledgement | InformationRequest | Decision
"""What only a regulator may say, and only to an office that sealed a report to it."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Where a bundle belongs: `case` is None where it opens one. `already`: it was filed before."""

    case_id: str
    case: Case | None
    already: bool


def admit(
    vault: Vault, opened: Opened, manifest: CaseManifest, contact: Contact | None
) -> Admitted:
    """Return where a verified bundle of this signer's contact belongs.

    Raises UntrustedError for what its signer may not say, OutOfOrderError for what cannot be
    filed now. Source: docs/format-bundle.md, "Who may send what".
    """
    case_id, case = _case(vault, opened, manifest, contact)
    exchanged = letters(vault, case_id) if case else ()
    already = _seen_before(exchanged, opened)
    if not already:
        _check_key(vault, opened, contact)
        _check_answer(exchanged, manifest, contact)
        _check_order(exchanged, opened, manifest)
    return Admitted(case_id, case, already)


def _case(
    vault: Vault, opened: Opened, manifest: CaseManifest, contact: Contact | None
) -> tuple[str, Case | None]:
    """Return the local id of the bundle's case, and the case if we have it, or refuse."""
    opener = place_of_key(vault.log_state(), opened.signer).ident
    foreign_id = vault.foreign_case_id(bytes.fromhex(opener), manifest.case_id)
    match manifest:
        case InitialReport() | ProcessorNotice():
            _check_office(vault, manifest)
            return foreign_id, _known(vault, foreign_id)
        case FollowUpReport() | InformationResponse() | Withdrawal():
            if contact is None:
                raise UntrustedError(f"{_kind(manifest)} is signed by an unknown key", hint=_FIRST)
            return foreign_id, _required(vault, foreign_id, theirs=True)
        case Acknowledgement() | InformationRequest() | Decision():
            _check_regulator(manifest, contact)
            return manifest.case_id, _required(vault, manifest.case_id, theirs=False)
        case Receipt():
            if contact is None:
                raise UntrustedError("receipt is signed by an unknown key", hint=_CARD)
            theirs = _known(vault, foreign_id) is not None
            case_id = foreign_id if theirs else manifest.case_id
            return case_id, _required(vault, case_id, theirs=theirs)
        case _:
            assert_never(manifest)


def _check_key(vault: Vault, opened: Opened, contact: Contact | None) -> None:
    standing = place_of_key(vault.log_state(), opened.signer).standing
    if standing == "revoked":
        raise UntrustedError("bundle is signed by a key that its office revoked", hint=_PRESENT)
    if standing == "former":
        raise UntrustedError("bundle is signed by a key that was replaced", hint=_PRESENT)
    if contact is not None:
        contact.check_open()


def _check_office(vault: Vault, manifest: Opening) -> None:
    regulator = vault.settings.side == "regulator"
    if isinstance(manifest, InitialReport) and not regulator:
        raise UntrustedError("report was sealed to an office that is no regulator", hint=ASK)
    if isinstance(manifest, ProcessorNotice) and regulator:
        raise UntrustedError("a processor's notice goes to its controller", hint=ASK)


def _check_regulator(manifest: FromRegulator, contact: Contact | None) -> None:
    if contact is not None and contact.role == "regulator":
        return
    who = "an unknown key" if contact is None else "a contact that is not a regulator"
    raise UntrustedError(f"{_kind(manifest)} is signed by {who}", hint=_REGULATOR)


def _required(vault: Vault, case_id: str, *, theirs: bool) -> Case:
    case = _known(vault, case_id)
    if case is None or theirs != _is_foreign(vault, case_id):
        raise OutOfOrderError("bundle is about a case that is not here", hint=_FIRST)
    return case


def _is_foreign(vault: Vault, case_id: str) -> bool:
    return isinstance(vault.state(case_id).value("case/foreign"), dict)


def _known(vault: Vault, case_id: str) -> Case | None:
    try:
        return vault.case(case_id, EVERY_FORM)
    except UnknownCaseError:
        return None


def _seen_before(exchanged: Sequence[Letter], opened: Opened) -> bool:
    for letter in exchanged:
        if letter.bundle_id == opened.manifest.bundle_id:
            if letter.opened.sha256 == opened.sha256:
                return True
            raise OutOfOrderError(
                "another bundle of the same id is filed already: one of them is forged", hint=ASK
            )
    return False


def _check_answer(
    exchanged: Sequence[Letter], manifest: CaseManifest, contact: Contact | None
) -> None:
    if contact is None or not isinstance(manifest, FromRegulator | InformationResponse | Receipt):
        return
    ours = [one for one in exchanged if one.sent_by_us and one.contact == contact.id]
    if isinstance(manifest, InformationResponse):
        ours = [one for one in ours if isinstance(one.opened.manifest, InformationRequest)]
    named = {manifest.in_reply_to}
    if isinstance(manifest, Decision):
        named.add(manifest.payload.basis)
    if not named <= {one.opened.sha256 for one in ours}:
        raise UntrustedError(
            f"{_kind(manifest)} answers nothing that was sealed to its sender", hint=ASK
        )
    if isinstance(manifest, Acknowledgement):
        _check_reference([one for one in exchanged if one.contact == contact.id], manifest)


def _check_reference(exchanged: Sequence[Letter], manifest: Acknowledgement) -> None:
    said = (letter.opened.manifest for letter in exchanged)
    given = {each.payload.reference for each in said if isinstance(each, Acknowledgement)}
    if given - {manifest.payload.reference}:
        raise OutOfOrderError("its sender gave this case another reference before", hint=ASK)


def _check_order(exchanged: Sequence[Letter], opened: Opened, manifest: CaseManifest) -> None:
    due = next_seq(exchanged, opened.signer, manifest.sender.device, manifest.recipients)
    if manifest.seq > due:
        raise OutOfOrderError(f"bundle {manifest.seq} waits for bundle {due}", hint=_FIRST)
    if manifest.seq < due:
        raise OutOfOrderError(
            f"another bundle {manifest.seq} of the same device is filed already", hint=ASK
        )
    if isinstance(manifest, InitialReport) and exchanged:
        # a second one, backdated, would take the first one's place and restart the clock
        raise OutOfOrderError("case has another initial report already", hint=_FOLLOW)


def _kind(manifest: CaseManifest) -> str:
    return visible(kind_name(manifest.kind))
