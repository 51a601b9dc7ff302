"""Contacts: the offices we know by card, and what the person said of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from exports.card import Card, office_card, parse_card
from models.errors import CaseError, MissingError, UsageError
from store.change import SetOp
from store.fold import CaseState
from store.vault import Vault

Role = Literal["controller", "processor", "regulator"]
ROLES: Final[tuple[Role, ...]] = ("controller", "processor", "regulator")
_ID_SIZE = 32
_CARD = re.compile(r"contact/([^/]+)/card")
_SHORTEST = 4  # digits of an id that name a contact


@dataclass(frozen=True, slots=True)
class Contact:
    """An office we know: `role` is what the person said (None: nothing yet), never the card.

    `verified` is whether its number was compared. `id` is 32 hex digits, from the signing key.
    """

    id: str
    card: Card
    role: Role | None
    verified: bool


def contact_id(signing: bytes) -> str:
    """Return the id of the contact with this signing key."""
    return sha256(b"breachcase-contact-1\0" + signing).hexdigest()[:_ID_SIZE]


def add_contact(vault: Vault, card: Card, role: str | None, *, wall: str) -> Contact:
    """File a card as a contact, unverified unless it was compared before, and return it.

    The same card again changes its role only. Raises UsageError for another card of a known
    signing key: a change of card needs more than a paste.
    """
    if role is not None and role not in ROLES:
        raise UsageError(f"no such role: {role}", hint=f"one of {', '.join(ROLES)}")
    if card.signing == office_card(vault).signing:
        raise UsageError("that card is your own", hint="add the card that the other office sent")
    known = contact_of(vault, contact_id(card.signing))
    if known is not None and known.card != card:
        raise UsageError(
            "another card with this signing key is already a contact",
            hint="compare the numbers of both cards by telephone",
        )
    ident = contact_id(card.signing)
    ops = [SetOp(f"contact/{ident}/card", card.line()), SetOp(f"contact/{ident}/role", role)]
    vault.commit(vault.log_id, ops, shown=vault.log_state(), wall=wall)
    return Contact(ident, card, role, known is not None and known.verified)


def contacts(vault: Vault) -> tuple[Contact, ...]:
    """Return all contacts, by name."""
    state = vault.log_state()
    stems = (_CARD.fullmatch(field) for field in state.fields)
    found = (_filed(stem[1], state) for stem in stems if stem)
    known = [contact for contact in found if contact is not None]
    return tuple(sorted(known, key=lambda contact: (contact.card.name.casefold(), contact.id)))


def contact_of(vault: Vault, ident: str) -> Contact | None:
    """Return the contact with this id, see `contact_id`; None where there is none."""
    return _filed(ident, vault.log_state())


def contact_of_key(vault: Vault, signing: bytes) -> Contact | None:
    """Return the contact who signs with this key (32 bytes); None where nobody does."""
    return contact_of(vault, contact_id(signing))


def find_contact(vault: Vault, text: str) -> Contact:
    """Return the one contact whose id begins with `text`, or whose name does, in any case.

    Raises MissingError for none and UsageError for several.
    """
    known = contacts(vault)
    found = [one for one in known if len(text) >= _SHORTEST and one.id.startswith(text)]
    word = text.strip().casefold()
    found = found or [one for one in known if one.card.name.casefold() == word]
    found = found or [one for one in known if word and one.card.name.casefold().startswith(word)]
    if not found:
        raise MissingError("no such contact", hint="see `breachcase contact ls`")
    if len(found) > 1:
        raise UsageError("more than one contact fits", hint="give more of the name, or the id")
    return found[0]


def _filed(ident: str, state: CaseState) -> Contact | None:
    line, role = (state.value(f"contact/{ident}/{part}") for part in ("card", "role"))
    if not isinstance(line, str):
        return None
    try:
        card = parse_card(line)
    except CaseError:  # of a later version: no reason to lose the other contacts
        return None
    known = role if role in ROLES else None
    # it was this card that was compared, not whichever one is filed under its key by now
    verified = state.value(f"contact/{ident}/verified") == card.sha256
    return Contact(ident, card, known, verified)
