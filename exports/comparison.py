"""Comparing a card's number by voice: it makes a contact verified, and settles which card is its.

Source: docs/format-bundle.md, "Contacts".
"""

from __future__ import annotations

from typing import Final

from exports.book import entry
from exports.card import Card
from exports.errors import UntrustedError
from exports.trust import Contact, contested, find_contact
from models.errors import UsageError
from models.strictjson import JSON
from models.text import visible
from store.change import AddOp, AnyOp, DelOp, SetOp
from store.vault import Vault

DIGITS: Final = 30
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
    if chosen == contact.card and contact.revoked:
        contact.check_open()
    others = [card for card in cards if card != chosen]
    ops = _settling(vault, contact, chosen)
    ops += [_retired(contact, card, wall if card == contact.card else None) for card in others]
    if chosen != contact.card:
        ops += adoption(contact, chosen, wall)
    ops.append(SetOp(f"contact/{contact.id}/verified", chosen.sha256))
    vault.commit(vault.log_id, ops, shown=vault.log_state(), wall=wall)
    return find_contact(vault, contact.id)


def succession(contact: Contact, card: Card, wall: str) -> list[AnyOp]:
    """Return the ops that put a proved card in the place of the one on file, as trusted as it."""
    ops = [_retired(contact, contact.card, wall), *adoption(contact, card, wall)]
    if contact.verified:
        ops.append(SetOp(f"contact/{contact.id}/verified", card.sha256))
    return ops


def adoption(contact: Contact, card: Card, wall: str) -> list[AnyOp]:
    """Return the ops that make a card the contact's own."""
    stem = f"contact/{contact.id}"
    since: AnyOp = AddOp(f"{stem}/adopted/{card.sha256}", {"card": card.line(), "since": wall})
    return [SetOp(f"{stem}/card", card.line()), since]


def _retired(contact: Contact, card: Card, until: str | None) -> AnyOp:
    """Return the op that keeps a card nobody may use any more; `until` None: it never counted."""
    value: JSON = {"card": card.line(), "until": until}
    return AddOp(f"contact/{contact.id}/former/{card.sha256}", value)


def _settling(vault: Vault, contact: Contact, chosen: Card) -> list[AnyOp]:
    stem = f"contact/{contact.id}"
    kept = entry(vault.log_state(), contact.id)
    settled: list[AnyOp] = [
        AddOp(f"{stem}/settled/{old}", chosen.sha256) for old in contested(kept)
    ]
    if len(kept["card"]) > 1 and chosen == contact.card:  # two replicas filed different ones
        settled.append(SetOp(f"{stem}/card", chosen.line()))
    return settled + [DelOp(f"{stem}/{part}") for part in kept if part.startswith("pending/")]
