"""A device: one person on one machine, with a key that signs and a key that receives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, unquote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.errors import UsageError
from models.strictjson import JSON
from store import signing
from store.age.errors import AgeError
from store.age.keys import Identity, Recipient
from store.errors import DamagedError
from store.number import spoken_number

ID_SIZE: Final = 16
CARD: Final = "breachcase-device-1"


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """The public half of a device and what it is enrolled as."""

    signing: bytes
    recipient: Recipient
    person: str
    roles: tuple[str, ...]

    @property
    def device_id(self) -> str:
        """32 hex digits that commit to both keys. Source: docs/format-vault.md, "Terms"."""
        keys = self.signing + self.recipient.raw
        return hashlib.sha256(b"breachcase/1/card\0" + keys).hexdigest()[: 2 * ID_SIZE]

    def as_json(self) -> dict[str, JSON]:
        """Return the value of the register device/<id>."""
        return {
            "key": self.signing.hex(),
            "recipient": self.recipient.text(),
            "person": self.person,
            "roles": [*self.roles],
        }

    @property
    def number(self) -> str:
        """30 digits in 6 groups for both keys, to compare by voice."""
        return spoken_number("device", bytes.fromhex(self.device_id))


def card_line(device: Device, person: str, vault_id: bytes) -> str:
    """Return the card of a device that asks to be let in: one line of printable ASCII.

    It is signed for one vault. Source: docs/format-vault.md, "Device card".
    """
    card = device.card(person, ())
    told = f"{CARD} {quote(person, safe='')} {card.signing.hex()} {card.recipient.text()}"
    signature = signing.sign(device.signing, "card", vault_id, told.encode("ascii"))
    return f"{told} {signature.hex()}"


def read_card_line(line: str, vault_id: bytes) -> DeviceCard:
    """Return the card in a line, without roles; raise UsageError."""
    told, _, signature = line.strip().rpartition(" ")
    match told.split(" "):
        case [word, person, key, recipient] if word == CARD:
            value = {"key": key, "recipient": recipient, "person": unquote(person), "roles": []}
            card = parse_card(value)
        case _:
            card = None
    signed = _bytes(signature), told.encode("utf-8", "replace")
    if card is None or not signing.is_signed(card.signing, "card", vault_id, signed):
        raise UsageError(
            "that is no device card for this vault",
            hint="paste the whole line that breachcase vault clone printed",
        )
    return card


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def parse_card(value: object) -> DeviceCard | None:
    """Return the card in a register's value, or None where it is not one."""
    match value:
        case {"key": str(key), "recipient": str(recipient), "person": str(person), "roles": roles}:
            if not isinstance(roles, list):
                return None
        case _:
            return None
    try:
        names = tuple(str(role) for role in roles)
        return DeviceCard(bytes.fromhex(key), Recipient.parse(recipient), person, names)
    except (ValueError, AgeError):
        return None


@dataclass(frozen=True, slots=True, repr=False)
class Device:
    """The secret half: a 32-byte Ed25519 seed and an age identity."""

    seed: bytes
    identity: Identity

    @classmethod
    def generate(cls) -> Self:
        """Return a new device."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw(), Identity.generate())

    @property
    def signing(self) -> Ed25519PrivateKey:
        """The key that signs records, segments, heads and grants."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def card(self, person: str, roles: tuple[str, ...]) -> DeviceCard:
        """Return the public half, enrolled as `person` in `roles`."""
        public = self.signing.public_key().public_bytes_raw()
        return DeviceCard(public, self.identity.recipient(), person, roles)

    def dump(self) -> bytes:
        """Return what device.key holds before it is sealed."""
        value = {"v": 1, "signing": self.seed.hex(), "identity": self.identity.text()}
        return json.dumps(value).encode("ascii")

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Return the device in the unsealed `data`; raise DamagedError."""
        try:
            value: Mapping[str, str] = json.loads(data)
            return cls(bytes.fromhex(value["signing"]), Identity.parse(value["identity"]))
        except (ValueError, KeyError, TypeError, AgeError):
            raise DamagedError("device key is damaged", hint="restore it from a backup") from None
