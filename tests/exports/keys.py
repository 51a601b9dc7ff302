"""Offices that rotate and revoke their keys, and statements about keys, honest or not."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exports.card import Card, make_card
from exports.comparison import verify_contact
from exports.inbox import file_bundle, preview
from exports.sealing import Sealed
from exports.statement import KEY_NAMESPACE, proof_text, seal_updates
from exports.trust import Contact, contacts
from models.strictjson import JSON
from store import sshsig
from store.age import Identity
from store.vault import Vault
from tests.exports.build import (
    RECOVERY,
    WALL,
    Office,
    encoded,
    members,
    sealed,
    signed,
)

NOWHERE: dict[str, object] = {"case_id": None, "case_reference": None, "in_reply_to": None}
LATER = "2026-02-03T04:05:06.789Z"


def seed(number: int) -> Ed25519PrivateKey:
    """Return the signing key of 32 times `number`."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))


def card_by(name: str, signing: int, following: int, hybrid: Identity | None = None) -> Card:
    """Return the card of a signing key that commits to another one."""
    commitment = sha256(seed(following).public_key().public_bytes_raw()).digest()
    recipient = Identity.from_seed(bytes([signing + 100] * 32)).recipient()
    public = hybrid.recipient() if hybrid else None
    return make_card(name, seed(signing), recipient, commitment, public)


def office_by(name: str, signing: int, following: int) -> Office:
    """Return the office of that card."""
    identity = Identity.from_seed(bytes([signing + 100] * 32))
    return Office(seed(signing), identity, card_by(name, signing, following))


def update_payload(old: Card, new: Card, proving: Ed25519PrivateKey) -> dict[str, JSON]:
    """Return what a key_update says, proved by any key."""
    proof = sshsig.sign(proving, KEY_NAMESPACE, proof_text(old.sha256, new.sha256))
    return {"old": old.sha256, "card": new.line(), "proof": proof}


def statement(
    writer: Office, to: Card, kind: str, payload: Mapping[str, object], **more: object
) -> bytes:
    """Return a sealed statement about keys."""
    said = {**NOWHERE, "kind": kind, "payload": payload, **more}
    return sealed(signed(encoded(members(writer, to, **said)), writer.signing), to)


def update(writer: Office, to: Card, new: Card, proving: Ed25519PrivateKey) -> bytes:
    """Return a sealed key_update, whatever it is worth."""
    return statement(writer, to, "key_update", update_payload(writer.card, new, proving))


def revocation(writer: Office, to: Card, since: str | None = None) -> bytes:
    """Return a sealed key_revoke of the writer's own card."""
    payload: dict[str, JSON] = {
        "card": writer.card.sha256,
        "compromised_since": since,
        "reason": "a laptop was stolen",
    }
    return statement(writer, to, "key_revoke", payload)


def take(receiver: Vault, bundle: Sealed | bytes, *, weaker: bool = False) -> None:
    """Receive a statement about keys."""
    source = BytesIO(bundle if isinstance(bundle, bytes) else bundle.data)
    seen = preview(receiver, source)
    filed = file_bundle(
        receiver, seen, source, sent=None, received=None, at=None, wall=LATER, weaker=weaker
    )
    assert filed is None


def rotate(rotating: Vault, receiver: Vault) -> None:
    """Rotate an office and have its one contact take the statement."""
    rotating.rotate_office(RECOVERY[rotating.id], wall=WALL)
    for each in seal_updates(rotating, contacts(rotating)[0], wall=WALL):
        take(receiver, each)


def compare(vault: Vault, contact: Contact, card: Card) -> Contact:
    """Verify a contact by the number of a card."""
    return verify_contact(vault, contact, card.number, wall=WALL)
