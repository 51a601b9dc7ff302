"""Offices, vaults and letters for the tests of this package: valid by default."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exports.bundle import BUNDLE_NAMESPACE, seal_bundle
from exports.card import Card, make_card, office_card
from exports.inbox import file_bundle, preview
from exports.sealing import Sealed
from exports.trust import add_contact
from models import strictjson
from models.form import load_pack
from models.moment import Moment
from models.typed import typed_answer
from store import sshsig
from store.age import Identity
from store.casework import new_case, set_answers
from store.vault import Founding, RecoverySecret, Vault

WALL = "2026-01-02T03:04:05.678Z"
ZONE = "Europe/London"
REFERENCE = "IC-40718-T3W9"
WHY = "more follows"
PASSPHRASE = b"correct horse battery"
FOLDERS: dict[str, Path] = {}
"""Where the vaults of a test lie, by id."""
RECOVERY: dict[str, RecoverySecret] = {}
"""Their recovery keys, by id."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office without a vault: enough to write letters, honest or not."""

    signing: Ed25519PrivateKey
    identity: Identity
    card: Card


def office(name: str, first: int) -> Office:
    """Return an office whose three keys are 32 times `first` and the two numbers after it."""
    signing = Ed25519PrivateKey.from_private_bytes(bytes([first] * 32))
    identity = Identity.from_seed(bytes([first + 1] * 32))
    following = Ed25519PrivateKey.from_private_bytes(bytes([first + 2] * 32))
    commitment = sha256(following.public_key().public_bytes_raw()).digest()
    return Office(signing, identity, make_card(name, signing, identity.recipient(), commitment))


def office_of(vault: Vault) -> Office:
    """Return the office of a vault, for a test that writes in its name."""
    return Office(vault.office.signing, vault.office.identity, office_card(vault))


def members(writer: Office, recipient: Card, **changed: object) -> dict[str, object]:
    """Return the members of an acknowledgement, some of them changed."""
    return {
        "format": "breachcase-bundle",
        "version": 1,
        "min_reader": 1,
        "bundle_id": "b0" * 16,
        "kind": "acknowledgement",
        "case_id": "ca" * 16,
        "case_reference": REFERENCE,
        "seq": 1,
        "prev": [],
        "in_reply_to": "11" * 32,
        "sender": {"card": writer.card.line(), "device": "de" * 16},
        "recipients": [recipient.sha256],
        "created": WALL,
        "stated_at": "2019-12-23T11:23+00:00[Europe/London]",
        "tool": "breachcase 1.0",
        "schema": None,
        "complete": None,
        "open_checks": [],
        "payload": {
            "reference": REFERENCE,
            "reported_at": "2019-12-20T18:16+00:00[Europe/London]",
            "received_at": "2019-12-20T18:16+00:00[Europe/London]",
            "filed_at": "2019-12-23T11:12+00:00[Europe/London]",
            "acknowledged_at": "2019-12-23T11:23+00:00[Europe/London]",
            "message": None,
        },
        "attachments": [],
        "history": [],
        "pad": "",
        **changed,
    }


def encoded(found: Mapping[str, object]) -> bytes:
    """Return members as JSON bytes, without a look at them."""
    return strictjson.dump(dict(found))  # type: ignore[arg-type] # wrong types are the point


def signed(
    raw: bytes, key: Ed25519PrivateKey, namespace: str = BUNDLE_NAMESPACE, /, **changed: object
) -> bytes:
    """Return line 1 over any bytes, some of its members changed."""
    line = {
        "bundle": 1,
        "manifest": b64encode(raw).decode(),
        "sshsig": [sshsig.sign(key, namespace, raw)],
        **changed,
    }
    return encoded(line) + b"\n"


def sealed(line1: bytes, *recipients: Card) -> bytes:
    """Return a file that opens to `line1` for each of these cards."""
    return b"".join(seal_bundle(line1, [card.recipient for card in recipients]))


def letter(writer: Office, recipient: Card, **changed: object) -> bytes:
    """Return a sealed acknowledgement, some of its members changed."""
    return sealed(signed(encoded(members(writer, recipient, **changed)), writer.signing), recipient)


def at(text: str) -> Moment:
    """Return a London moment."""
    return Moment.parse(f"{text}[{ZONE}]")


def vault(folder: Path, side: str, organisation: str, *, post_quantum: bool = True) -> Vault:
    """Return a new vault with the least key derivation that is accepted."""
    founding = Founding(
        person="a.person",
        side=side,
        organisation=organisation,
        zone=ZONE,
        kdf_mib=19,
        post_quantum=post_quantum,
    )
    folder.mkdir(exist_ok=True)
    made, recovery = Vault.create(folder / side, bytearray(PASSPHRASE), founding, WALL)
    FOLDERS[made.id] = folder / side
    RECOVERY[made.id] = recovery
    return made


ANSWERS = {
    "threshold": "1",
    "what_happened": "An appointment letter went to the neighbouring address.",
    "cyber": "No",
    "how_found": "The neighbour telephoned.",
    "discovered": "2019-12-18T16:42",
    "occurred": "2019-12-07",
    "data_categories": "Health data; Basic personal identifiers",
    "records_count": "1",
    "subjects_count": "1",
    "subject_categories": "Patients",
    "consequences": "One person's appointment became known to a neighbour.",
    "likelihood": "Unlikely",
    "likelihood_details": "The letter came back unopened.",
    "staff_training": "Yes",
    "actions": "Letter recovered; windows of the envelopes checked.",
    "subjects_told": "1",
    "subjects_told_details": "The patient was told by letter on 19 December 2019.",
    "others_told": "No",
    "controller_name": "Example Agency",
    "controller_address": "1 Fictional Way",
    "reporter": "A. Person; a.person@agency.example; +44 1632 960001",
    "dpo": "D. Officer; dpo@agency.example; +44 1632 960002",
}


def answer(ours: Vault, case_id: str, **typed: str) -> None:
    """Answer questions of the draft as a person types them."""
    pack = load_pack("ico-2019")
    answers = {qid: typed_answer(pack.question(qid), text, ZONE) for qid, text in typed.items()}
    set_answers(ours, case_id, answers, shown=ours.state(case_id), wall=WALL)


def a_case(ours: Vault, **typed: str) -> str:
    """Return the id of a new case whose initial report is answered, some answers changed."""
    case_id = new_case(ours, "Wrong envelope", wall=WALL)
    answer(ours, case_id, **{**ANSWERS, **typed})
    return case_id


def introduce(ours: Vault, theirs: Vault) -> str:
    """Make each vault's office a contact of the other; return the regulator's contact id."""
    add_contact(theirs, office_card(ours), "controller", wall=WALL)
    return add_contact(ours, office_card(theirs), "regulator", wall=WALL).id


def file(receiver: Vault, bundle: Sealed | bytes, **stamps: Moment | None) -> str:
    """Receive a bundle and return the id of its case."""
    data = bundle if isinstance(bundle, bytes) else bundle.data
    times = {"sent": None, "received": None, "at": None, **stamps}
    source = BytesIO(data)
    case_id = file_bundle(receiver, preview(receiver, source), source, wall=WALL, **times)  # type: ignore[arg-type] # stamps only
    assert case_id is not None
    return case_id


def contents(held: Vault) -> dict[str, bytes]:
    """Return every file of a vault, to see that a refusal changed nothing."""
    return {str(path): path.read_bytes() for path in FOLDERS[held.id].rglob("*") if path.is_file()}
