"""Comparing a card's number by voice: it makes a contact verified, and settles which card is its.

Source: docs/format-bundle.md, "Contacts".
"""

from __future__ import annotations

from typing import Final

from exports.book import entry, place_of_key
from exports.card import Card
from exports.errors import UntrustedError
from exports.trust import Contact, contested, require_contact
from models.errors import UsageError
from models.strictjson import JSON
from models.text import visible
from store.change import AddOp, AnyOp, DelOp, SetOp
from store.vault import Vault

DIGITS: Final = 30
_NEW: Final = "ask for its new card (breachcase contact add CARD --replaces CONTACT)"
_LISTEN: Final = "have it read again; if it still differs, that card is not theirs: ask for another"


def verify_contact(vault: Vault, contact: Contact, heard: str, *, wall: str) -> Contact:
    """File that the card with the number `heard` is this contact's, and return the contact.

    Blanks do not count. It is the card on file or one that waits; every other one is refused
    from now on. Raises UsageError for anything but 30 digits, UntrustedError where no card of
    the contact has that number or its office has revoked it: nothing changes.
    """
    digits = "".join(heard.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        raise UsageError(f"a number has {DIGITS} digits", hint="type all six groups of five")
    cards = (contact.card, *contact.pending)
    chosen = next((card for card in cards if card.number.replace(" ", "") == digits), None)
    if chosen is None:
        name = visible(contact.card.name)
        raise UntrustedError(f"that is not the number of {name}'s card", hint=_LISTEN)
    if place_of_key(vault.log_state(), chosen.signing).standing == "revoked":
        raise UntrustedError("that card was revoked by its office", hint=_NEW)
    ops = _settling(vault, contact, chosen, wall)
    if chosen != contact.card:
        ops += _adopted(contact, chosen, wall)
    ops.append(SetOp(f"contact/{contact.id}/verified", chosen.sha256))
    vault.commit(vault.log_id, ops, shown=vault.log_state(), wall=wall)
    return require_contact(vault, contact.id)


def succession(contact: Contact, card: Card, wall: str) -> list[AnyOp]:
    """Return the ops that put a proved card in the place of the one on file, as trusted as it.

    A new name is part of what was compared: it has to be compared again.
    """
    ops = [_retired(contact, contact.card, wall), *_adopted(contact, card, wall)]
    if keeps_trust(contact, card):
        ops.append(SetOp(f"contact/{contact.id}/verified", card.sha256))
    return ops


def keeps_trust(contact: Contact, card: Card) -> bool:
    """Whether a contact stays verified when that proved card takes the place of its own."""
    return contact.verified and contact.card.name == card.name


def _adopted(contact: Contact, card: Card, wall: str) -> list[AnyOp]:
    """Return the ops that make a card the contact's own."""
    stem = f"contact/{contact.id}"
    since: AnyOp = AddOp(f"{stem}/adopted/{card.sha256}", {"card": card.line(), "since": wall})
    return [SetOp(f"{stem}/card", card.line()), since]


def _retired(contact: Contact, card: Card, until: str | None) -> AnyOp:
    """Return the op that keeps a card nobody may use any more; `until` None: it never counted."""
    value: JSON = {"card": card.line(), "until": until}
    return AddOp(f"contact/{contact.id}/former/{card.sha256}", value)


def _settling(vault: Vault, contact: Contact, chosen: Card, wall: str) -> list[AnyOp]:
    """Return the ops that refuse every other card than `chosen` and end what was contested."""
    stem = f"contact/{contact.id}"
    kept = entry(vault.log_state(), contact.id)
    disputes = contested(kept)
    disputed = {sha for rivals in disputes.values() for sha in rivals}
    ops: list[AnyOp] = [DelOp(f"{stem}/{part}") for part in kept if part.startswith("pending/")]
    for card in (contact.card, *contact.pending):
        if card != chosen:
            counted = card == contact.card and card.sha256 not in disputed
            ops.append(_retired(contact, card, wall if counted else None))
    ops += [
        AddOp(f"{stem}/settled/{old}", chosen.sha256) for old in disputes if old != chosen.sha256
    ]
    if len(kept["card"]) > 1 and chosen == contact.card:  # two replicas filed different ones
        ops.append(SetOp(f"{stem}/card", chosen.line()))
    return ops
