"""What an office says of its own keys: a new card in the place of one, or one taken back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exports.bundle import read_line, sign_bundle
from exports.card import Card, office_card, office_cards, office_revocation
from exports.manifest import build_manifest
from exports.sealing import Sealed, common_members, file_name
from exports.trust import Contact
from models.errors import UsageError
from models.moment import Moment
from models.strictjson import JSON
from store import sshsig
from store.change import AddOp
from store.office import FIELD
from store.vault import Vault

KEY_NAMESPACE: Final = "key-v1@breachcase"


def proof_text(old: str, new: str) -> bytes:
    """Return what the new key signs to follow the old one; both are the sha256 of cards."""
    return f"breachcase-key-update-1 {old} {new}".encode("ascii")


def seal_updates(
    vault: Vault, contact: Contact, *, wall: str, first: int = 1
) -> tuple[Sealed, ...]:
    """Return a key_update for each card of ours that another one followed, the oldest first.

    `first` is the number of the card to begin with. A contact takes those it needs in this
    order, whichever card it holds; the rest it has already. None is made for a card that we
    revoked: nobody believes it. Raises UntrustedError for a contact to which nothing is sealed.
    """
    contact.check_open()
    ours = zip(office_cards(vault), (keys.signing for keys in vault.offices), strict=True)
    # a key has two cards where two replicas rotated at once: the last is the one in use
    by_key = {card.signing: (card, key) for card, key in ours}
    found = []
    for number, (own, (new, proving)) in enumerate(pairwise(by_key.values()), 1):
        if number >= first and office_revocation(vault, number) is None:
            payload = _update(own[0], new, proving)
            said = {"kind": "key_update", "payload": payload, "created": wall}
            found.append(_sealed(vault, contact, own, said))
    return tuple(found)


def revoke_office(vault: Vault, *, since: Moment | None, reason: str | None, wall: str) -> None:
    """File that today's card of the office is revoked: it seals nothing any more.

    Said before, changes nothing.
    """
    number = vault.office_number
    if office_revocation(vault, number) is None:
        said: JSON = {"since": str(since) if since else None, "reason": reason, "wall": wall}
        op = AddOp(f"{FIELD}{number}/revoked", said)
        vault.commit(vault.log_id, [op], shown=vault.log_state(), wall=wall)


def seal_revocation(vault: Vault, contact: Contact, *, wall: str) -> Sealed:
    """Return the key_revoke of today's card for a contact, signed by the card's own key.

    Raises UsageError where it is not revoked, UntrustedError for a contact to which nothing is
    sealed.
    """
    contact.check_open()
    said = office_revocation(vault, vault.office_number)
    if said is None:
        raise UsageError("this office's card is not revoked", hint="see breachcase key revoke")
    card = office_card(vault)
    payload: dict[str, JSON] = {
        "card": card.sha256,
        "compromised_since": said.get("since"),
        "reason": said.get("reason"),
    }
    revoke = {"kind": "key_revoke", "payload": payload, "created": wall}
    return _sealed(vault, contact, (card, vault.office.signing), revoke)


def _update(old: Card, new: Card, proving: Ed25519PrivateKey) -> dict[str, JSON]:
    proof = sshsig.sign(proving, KEY_NAMESPACE, proof_text(old.sha256, new.sha256))
    return {"old": old.sha256, "card": new.line(), "proof": proof}


def _sealed(
    vault: Vault, contact: Contact, own: tuple[Card, Ed25519PrivateKey], said: Mapping[str, object]
) -> Sealed:
    """Return a statement signed by one of our keys, in no case."""
    card, key = own
    nowhere = {"case_id": None, "case_reference": None, "in_reply_to": None, "seq": 1}
    empty: dict[str, object] = dict.fromkeys(("prev", "attachments", "history"), ())
    common = common_members(card, vault.device_id, contact)
    opened = read_line(sign_bundle(build_manifest({**common, **nowhere, **empty, **said}), key))
    return Sealed(opened, (contact.card.best,), (), file_name())
