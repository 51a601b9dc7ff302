"""A device: one person on one machine, with a key that signs and a key that receives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.strictjson import JSON
from store.age.errors import AgeError
from store.age.keys import Identity, Recipient
from store.errors import DamagedError

ID_SIZE: Final = 16


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
