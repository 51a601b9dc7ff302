"""The office card: one pasteable line that says which keys an office signs and opens with."""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exports import limits
from exports.errors import BundleError
from models.errors import ShapeError
from models.text import normalise
from store import sshsig
from store.age import Recipient
from store.number import spoken_number
from store.vault import Vault

CARD_NAMESPACE: Final = "card-v1@breachcase"
_WORD = "breachcase-card-1"
_HASH_SIZE = 32
_FIELDS = 7  # word, name, two of the ssh key, recipient, next, sig
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
_COLUMNS = 70
_AGAIN = "ask for the line that `breachcase key show` prints, and paste all of it"


@dataclass(frozen=True, slots=True)
class Card:
    """The public half of an office: name, signing key (32 bytes), recipient, and `signature`.

    `next_commitment` is the sha256 of the office's next signing key. `signature` is base64 of
    the SSHSIG blob by the signing key over everything else.
    """

    name: str
    signing: bytes
    recipient: Recipient
    next_commitment: bytes
    signature: str

    def line(self) -> str:
        """Return the card as text, printable ASCII without a line feed."""
        return f"{self._unsigned()} sig:{self.signature}"

    @property
    def sha256(self) -> str:
        """The hash, in hex, by which a manifest names its recipients."""
        return sha256(self.line().encode()).hexdigest()

    @property
    def number(self) -> str:
        """30 digits in 6 groups to compare by voice; source: docs/format-bundle.md, "Card"."""
        recipient = self.recipient.text().encode()
        parts = (self.signing, self.next_commitment, recipient, b"\0", self.name.encode())
        return spoken_number("card", b"".join(parts))

    def _unsigned(self) -> str:
        key = sshsig.public_line(self.signing)
        commitment = binascii.b2a_base64(self.next_commitment, newline=False).decode()
        name = quote(self.name, safe="")
        return f"{_WORD} {name} {key} {self.recipient.text()} next:{commitment}"


def make_card(
    name: str, key: Ed25519PrivateKey, recipient: Recipient, next_commitment: bytes
) -> Card:
    """Return the signed card of an office; raise BundleError for a name that fits no card."""
    _check_name(name)
    bare = Card(name, key.public_key().public_bytes_raw(), recipient, next_commitment, "")
    unsigned = bare.line().removesuffix(" sig:").encode()
    armoured = sshsig.sign(key, CARD_NAMESPACE, unsigned)
    signature = armoured.removeprefix(_BEGIN).removesuffix(_END).replace("\n", "")
    return Card(name, bare.signing, recipient, next_commitment, signature)


def office_card(vault: Vault) -> Card:
    """Return the card of the vault's office, named after its organisation."""
    return office_cards(vault)[0]


def office_cards(vault: Vault) -> tuple[Card, ...]:
    """Return the cards of the office, today's first, in the order of `Vault.offices`."""
    # a card's name has one spelling, whatever was typed when the vault was founded
    name = " ".join(normalise(vault.settings.organisation).split())
    return tuple(
        make_card(name, each.signing, each.identity.recipient(), each.next_commitment)
        for each in vault.offices
    )


def parse_card(text: str) -> Card:
    """Return the card that `text` is, white space around it aside.

    Raises BundleError, AgeError or ShapeError for anything but the exact line of a card that
    its own signing key signed. Whether to trust the card is the caller's question.
    """
    text = text.strip()
    if len(text) > limits.CARD or not text.isascii() or not text.isprintable():
        raise BundleError("card is not one line of printable ASCII", hint=_AGAIN)
    fields = text.split(" ")
    if len(fields) != _FIELDS or fields[0] != _WORD:
        raise BundleError("text is not an office card of version 1", hint=_AGAIN)
    _, name, kind, key, recipient, commitment, signature = fields
    card = Card(
        _name(name),
        sshsig.parse_public_line(f"{kind} {key}"),
        Recipient.parse(recipient),
        _hash(commitment.removeprefix("next:")),
        signature.removeprefix("sig:"),
    )
    # one text for one card: whatever a parser above forgave shows up here
    if card.line() != text:
        raise BundleError("card is not written in its one exact form", hint=_AGAIN)
    _check_signature(card, text.rpartition(" ")[0].encode())
    return card


def _name(field: str) -> str:
    try:
        name = unquote(field, errors="strict")
    except UnicodeDecodeError:
        raise BundleError("card has a name that is not UTF-8", hint=_AGAIN) from None
    _check_name(name)
    return name


def _check_name(name: str) -> None:
    # blanks and forms of letters that nobody sees would tell two names apart
    if not 0 < len(name) <= limits.NAME or name != " ".join(normalise(name).split()):
        raise BundleError(
            f"card needs a name of 1 to {limits.NAME} visible characters, plainly spaced",
            hint="use the organisation's short name",
        )


def _hash(field: str) -> bytes:
    try:
        value = binascii.a2b_base64(field)
    except ValueError:
        value = b""
    if len(value) != _HASH_SIZE:
        raise BundleError("card does not commit to a next key", hint=_AGAIN)
    return value


def _check_signature(card: Card, unsigned: bytes) -> None:
    text = card.signature
    rows = (text[at : at + _COLUMNS] + "\n" for at in range(0, len(text), _COLUMNS))
    signer = sshsig.verify(_BEGIN + "".join(rows) + _END, CARD_NAMESPACE, unsigned)
    if signer != card.signing:
        raise ShapeError("card is signed by a key that is not on it", hint=_AGAIN)
