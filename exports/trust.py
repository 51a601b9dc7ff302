"""Contacts: the offices we know by card, and what the person said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from exports.book import (
    Entry,
    Place,
    entries,
    entry,
    family,
    key_text,
    line_of,
    place_of_key,
)
from exports.card import Card, card_name, office_cards, parse_card
from exports.errors import UntrustedError
from models.errors import CaseError, MissingError, UsageError
from models.strictjson import JSON
from store.change import AnyOp, DelOp, SetOp
from store.vault import Vault

Role = Literal["controller", "processor", "regulator"]
ROLES: Final[tuple[Role, ...]] = ("controller", "processor", "regulator")
_SHORTEST = 4  # digits of an id that name a contact
_COMPARE: Final = "compare the number of its right card by telephone (breachcase contact verify)"
_NEW_CARD: Final = "ask for its new card (breachcase contact add CARD --replaces CONTACT)"


@dataclass(frozen=True, slots=True)
class Contact:
    """An office we know: `role` is what the person said (None: nothing yet), never the card.

    `verified` is whether its number was compared. `id` is 32 hex digits, from its first signing
    key. `pending` are cards that wait to be compared before anything is sealed to them. `frozen`:
    its updates contradict each other. `revoked`: the office itself took the card back.
    """

    id: str
    card: Card
    role: Role | None
    verified: bool
    pending: tuple[Card, ...] = ()
    frozen: bool = False
    revoked: bool = False

    @property
    def state(self) -> str:
        """How far it is trusted, in one word."""
        if self.revoked:
            return "revoked"
        if self.frozen:
            return "frozen"
        return "verified" if self.verified else "amber"

    def check_open(self) -> None:
        """Raise UntrustedError where nothing may come from this contact or go to it."""
        if self.revoked:
            raise UntrustedError("contact has revoked its card", hint=_NEW_CARD)
        if self.frozen:
            raise UntrustedError("contact is frozen: its key updates differ", hint=_COMPARE)


def add_contact(vault: Vault, card: Card, role: str | None, *, wall: str) -> Contact:
    """File a card as a contact, unverified unless it was compared before, and return it.

    The same card again changes its role only. Raises UsageError for another card of a known
    signing key: a change of card needs more than a paste.
    """
    _check_role(role)
    place = _free_place(vault, card)
    if place.standing == "pending":
        raise UsageError("that card waits to be compared", hint=_COMPARE)
    known = contact_of(vault, place.ident)
    if known is not None and known.card != card:
        raise UsageError(
            "another card with this signing key is already a contact",
            hint="compare the numbers of both cards by telephone",
        )
    stem = f"contact/{place.ident}"
    ops: list[AnyOp] = [SetOp(f"{stem}/card", card.line()), SetOp(f"{stem}/role", role)]
    return _committed(vault, place.ident, ops, wall)


def replace_card(vault: Vault, contact: Contact, card: Card, *, wall: str) -> Contact:
    """File a card that a contact handed over in place of its own; it counts once compared.

    This is for an office that has lost or revoked its keys. Raises UsageError for a card of a
    key that is known already.
    """
    if _free_place(vault, card).standing != "unknown":
        raise UsageError("the key of that card is known already", hint=_COMPARE)
    op = SetOp(f"contact/{contact.id}/pending/{card.sha256}", card.line())
    return _committed(vault, contact.id, [op], wall)


def remove_contact(vault: Vault, contact: Contact, *, wall: str) -> None:
    """Forget a contact: from now on it is a stranger. Cases, evidence and old keys stay."""
    stem = f"contact/{contact.id}"
    kept = entry(vault.log_state(), contact.id)
    parts = [part for part in kept if part in {"card", "role", "verified"}]
    parts += [part for part in kept if part.startswith("pending/")]
    ops = [DelOp(f"{stem}/{part}") for part in parts]
    vault.commit(vault.log_id, ops, shown=vault.log_state(), wall=wall)


def contacts(vault: Vault) -> tuple[Contact, ...]:
    """Return all contacts, by name."""
    found = (_filed(ident, kept) for ident, kept in entries(vault.log_state()).items())
    known = [contact for contact in found if contact is not None]
    return tuple(sorted(known, key=lambda contact: (contact.card.name.casefold(), contact.id)))


def contact_of(vault: Vault, ident: str) -> Contact | None:
    """Return the contact with this id, see `contact_id`; None where there is none."""
    return _filed(ident, entry(vault.log_state(), ident))


def require_contact(vault: Vault, ident: str) -> Contact:
    """Return the contact with this id; raise MissingError where there is none."""
    contact = contact_of(vault, ident)
    if contact is None:
        raise MissingError("no such contact", hint="see `breachcase contact ls`")
    return contact


def contact_of_key(vault: Vault, signing: bytes) -> Contact | None:
    """Return the contact whose key this is or ever was (32 bytes); None where it is nobody's.

    What the key may still say is another question: see `exports.book.place_of_key`.
    """
    place = place_of_key(vault.log_state(), signing)
    return None if place.standing == "unknown" else contact_of(vault, place.ident)


def find_contact(vault: Vault, text: str) -> Contact:
    """Return the one contact whose id begins with `text`, or whose name does, in any case.

    Raises MissingError for none and UsageError for several.
    """
    # by the text of their cards: to read one takes milliseconds, and there may be thousands
    kept = entries(vault.log_state())
    names = {
        ident: card_name(line_of(each["card"][0])).casefold()
        for ident, each in kept.items()
        if "card" in each
    }
    word = text.strip().casefold()
    found = [one for one in names if len(text) >= _SHORTEST and one.startswith(text)]
    found = found or [one for one, name in names.items() if name and name == word]
    found = found or [one for one, name in names.items() if word and name.startswith(word)]
    known = [contact for ident in found if (contact := _filed(ident, kept[ident]))]
    if not known:
        raise MissingError("no such contact", hint="see `breachcase contact ls`")
    if len(known) > 1:
        raise UsageError("more than one contact fits", hint="give more of the name, or the id")
    return known[0]


def _check_role(role: str | None) -> None:
    if role is not None and role not in ROLES:
        raise UsageError(f"no such role: {role}", hint=f"one of {', '.join(ROLES)}")


def _free_place(vault: Vault, card: Card) -> Place:
    if card.signing in {own.signing for own in office_cards(vault)}:
        raise UsageError("that card is your own", hint="add the card that the other office sent")
    place = place_of_key(vault.log_state(), card.signing)
    if place.standing in {"former", "revoked"}:
        said = "replaced by another" if place.standing == "former" else "revoked by its office"
        raise UsageError(f"that card was {said}", hint="ask the office for its present card")
    return place


def _committed(vault: Vault, ident: str, ops: Sequence[AnyOp], wall: str) -> Contact:
    vault.commit(vault.log_id, ops, shown=vault.log_state(), wall=wall)
    return require_contact(vault, ident)


def contested(kept: Entry) -> dict[str, tuple[str, ...]]:
    """Return the cards that were stated to follow one, where they are several: all by sha256.

    What a person has refused does not count.
    """
    rivals = stated(kept)
    return {old: news for old, news in rivals.items() if len(news) > 1}


def stated(kept: Entry) -> dict[str, tuple[str, ...]]:
    """Return the cards that were stated to follow each card and were not refused, by sha256."""
    refused = {
        sha
        for sha, value in family(kept, "former").items()
        if isinstance(value, dict) and value.get("until") is None
    }
    found: dict[str, tuple[str, ...]] = {}
    for sha, value in sorted(family(kept, "update").items()):
        old = str(value.get("old")) if isinstance(value, dict) else ""
        if sha not in refused:
            found[old] = (*found.get(old, ()), sha)
    return found


def _filed(ident: str, kept: Entry) -> Contact | None:
    lines = kept.get("card", ())
    cards = [card for card in map(card_of, lines) if card]
    if not cards:
        return None
    waiting = (card_of(value) for value in family(kept, "pending").values())
    revoked = (line_of(value) for value in family(kept, "revoked").values())
    role, verified = (kept.get(part, (None,)) for part in ("role", "verified"))
    key = key_text(cards[0].signing)
    return Contact(
        ident,
        cards[0],
        role[0] if len(role) == 1 and role[0] in ROLES else None,
        # it was this card that was compared, not whichever one is filed under its key by now
        verified == (cards[0].sha256,),
        (*cards[1:], *(card for card in waiting if card)),
        frozen=len(lines) > 1 or bool(contested(kept)),
        revoked=any(key in line for line in revoked),
    )


def card_of(value: JSON) -> Card | None:
    """Return the card in the value of a register; None where there is none that we can read."""
    try:
        return parse_card(line_of(value))
    except CaseError:  # of a later version: no reason to lose the other contacts
        return None
