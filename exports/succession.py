"""What a contact says of its keys: whether to believe it, what it changes, then filing it.

Source: docs/format-bundle.md, "Key statements".
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from exports.book import entry, place_of_key
from exports.bundle import Opened
from exports.card import Card, office_cards, parse_card
from exports.comparison import keeps_trust, succession
from exports.errors import BundleError, UntrustedError
from exports.manifest import KeyRevoke, KeyUpdate
from exports.statement import KEY_NAMESPACE, proof_text
from exports.trust import Contact, contact_of, contact_of_key, stated
from models.moment import Moment
from models.strictjson import JSON
from models.text import visible
from store import sshsig
from store.change import AddOp, AnyOp, BlobOp, SetOp
from store.vault import Vault

_ADD: Final = "add their card first (breachcase contact add CARD); nothing was filed"
_ASK: Final = "ask the sender by telephone; nothing was filed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a believed statement would change of `contact`, in lines that are safe to show.

    `new` is the card that a key_update brings. `proved`: its key is the one that the old card
    committed to. `contested`: another card was stated to follow the old one. `since` and `reason`
    are what a key_revoke says. `already`: known.
    """

    contact: Contact
    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    new: Card | None = None
    proved: bool = False
    contested: bool = False
    since: Moment | None = None
    reason: str | None = None
    already: bool = False

    @property
    def succeeds(self) -> bool:
        """Whether a card would follow, now or once compared: an alarm needs no second yes."""
        return self.new is not None and not (self.contested or self.already)


def judge_statement(vault: Vault, opened: Opened) -> Verdict:
    """Return what a verified statement would change.

    Raises UntrustedError for one by a key that may not make it, BundleError, AgeError or
    ShapeError for one that contradicts itself, or is none.
    """
    contact = contact_of_key(vault, opened.signer)
    match opened.manifest:
        case KeyUpdate() as manifest:
            return _judge_update(vault, opened, manifest, contact)
        case KeyRevoke() as manifest:
            return _judge_revoke(vault, opened, manifest, contact)
        case _:
            raise BundleError("bundle says nothing of keys")


def file_statement(vault: Vault, opened: Opened, *, wall: str) -> None:
    """File a statement that is not known yet, with its evidence; raise as `judge_statement`."""
    verdict = judge_statement(vault, opened)
    field = f"contact/{verdict.contact.id}/evidence/{opened.manifest.bundle_id}"
    blob = vault.put_blob(vault.log_id, opened.line1)
    ops: list[AnyOp] = [BlobOp(field, {**blob, "name": "line-1.json"})]
    if verdict.new is None:
        ops.append(_revoked(verdict, opened, wall))
    else:
        ops += _updated(verdict, verdict.new, opened, wall)
    vault.commit(vault.log_id, ops, shown=vault.log_state(), wall=wall)


def _judge_update(
    vault: Vault, opened: Opened, manifest: KeyUpdate, contact: Contact | None
) -> Verdict:
    new, old = parse_card(manifest.payload.card), opened.card
    _check_update(new, old, manifest)
    state = vault.log_state()
    owner = place_of_key(state, new.signing)
    holder = contact_of(vault, owner.ident) if owner.standing == "current" else None
    if holder is not None and holder.card == new:  # handed over before the update came
        return Verdict(holder, new=new, already=True)
    if contact is None:
        raise UntrustedError("key update is signed by an unknown key", hint=_ADD)
    kept = entry(state, contact.id)
    if f"update/{new.sha256}" in kept:
        return Verdict(contact, new=new, already=True)
    contested = old.sha256 in stated(kept)
    _check_signer(vault, opened, contact, contested=contested)
    ours = {card.signing for card in office_cards(vault)}
    if new.signing in ours or owner.standing != "unknown":
        raise UntrustedError("key update brings a key that is known already", hint=_ASK)
    proved = sha256(new.signing).digest() == old.next_commitment
    return Verdict(
        contact,
        tuple(map(visible, _lines(contact, new, proved=proved, contested=contested))),
        _alarm(proved=proved, contested=contested),
        new=new,
        proved=proved,
        contested=contested,
    )


def _check_update(new: Card, old: Card, manifest: KeyUpdate) -> None:
    if manifest.payload.old != old.sha256:
        raise BundleError("key update replaces another card than its sender's", hint=_ASK)
    proof = proof_text(old.sha256, new.sha256)
    if sshsig.verify(manifest.payload.proof, KEY_NAMESPACE, proof) != new.signing:
        raise BundleError("key update is not proved by the key on its new card", hint=_ASK)
    if new.signing == old.signing:
        raise BundleError("key update brings the same key again", hint=_ASK)


def _check_signer(vault: Vault, opened: Opened, contact: Contact, *, contested: bool) -> None:
    """Raise UntrustedError unless the key that signed may still name the one to follow it."""
    state = vault.log_state()
    standing = place_of_key(state, opened.signer).standing
    if standing == "revoked":
        raise UntrustedError("key update is signed by a revoked key", hint=_ASK)
    contact.check_open()
    if standing == "current" and opened.card != contact.card:
        raise UntrustedError("key update replaces a card that is not on file", hint=_ASK)
    if standing == "pending":
        raise UntrustedError("key update is signed by a key that was not compared", hint=_ASK)
    settled = f"settled/{opened.card.sha256}" in entry(state, contact.id)
    # a replaced key whose one update is on file raises the alarm; after that a person has chosen
    if standing == "former" and (settled or not contested):
        raise UntrustedError("key update is signed by a key that was replaced", hint=_ASK)


def _judge_revoke(
    vault: Vault, opened: Opened, manifest: KeyRevoke, contact: Contact | None
) -> Verdict:
    if contact is None:
        raise UntrustedError("key revocation is signed by an unknown key", hint=_ADD)
    if manifest.payload.card != opened.card.sha256:
        raise BundleError("key revocation is about another card than its sender's", hint=_ASK)
    if place_of_key(vault.log_state(), opened.signer).standing == "revoked":
        return Verdict(contact, already=True)
    since, reason = manifest.payload.compromised_since, manifest.payload.reason
    lines = [f"its card is revoked, not to be believed since {since or 'a time not stated'}"]
    if reason:
        lines.append(f"reason {reason}")
    lines.append("nothing new by this key is filed, nothing is sealed to it")
    return Verdict(contact, tuple(map(visible, lines)), since=since, reason=reason)


def _lines(contact: Contact, new: Card, *, proved: bool, contested: bool) -> list[str]:
    lines = [f"name {contact.card.name} -> {new.name}"] if new.name != contact.card.name else []
    if contested:
        return [*lines, "the contact is frozen until a person compares a number"]
    if proved:
        trust = "stays verified" if keeps_trust(contact, new) else "amber until compared"
        return [*lines, f"a new card with the key that the old one committed to: {trust}"]
    return [*lines, "a new card that waits, amber, until its number is compared"]


def _alarm(*, proved: bool, contested: bool) -> tuple[str, ...]:
    if contested:
        return ("ALARM: two different updates came from one key: one of them is forged",)
    return () if proved else ("the new key is not the one that the old card committed to",)


def _updated(verdict: Verdict, new: Card, opened: Opened, wall: str) -> list[AnyOp]:
    stem = f"contact/{verdict.contact.id}"
    value: JSON = {
        "old": opened.card.sha256,
        "card": new.line(),
        "manifest": opened.sha256,
        "proved": verdict.proved,
    }
    ops: list[AnyOp] = [AddOp(f"{stem}/update/{new.sha256}", value)]
    if verdict.proved and not verdict.contested:
        return ops + succession(verdict.contact, new, wall)
    return [*ops, SetOp(f"{stem}/pending/{new.sha256}", new.line())]


def _revoked(verdict: Verdict, opened: Opened, wall: str) -> AnyOp:
    value: JSON = {
        "card": opened.card.line(),
        "since": str(verdict.since) if verdict.since else None,
        "reason": verdict.reason,
        "wall": wall,
    }
    return AddOp(f"contact/{verdict.contact.id}/revoked/{opened.card.sha256}", value)
