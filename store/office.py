"""The office identity: the keys that sign and open bundles, one set a vault."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.strictjson import JSON
from store import cobblestone
from store.age.file import seal_bytes
from store.age.keys import KEY_SIZE, Identity, Recipient
from store.errors import DamagedError
from store.keyring import Keyring

FIELD: Final = "office/"


@dataclass(frozen=True, slots=True, repr=False)
class OfficeKeys:
    """Signing key, age identity, and the SHA-256 (32 bytes) of the next signing public key."""

    signing: Ed25519PrivateKey
    identity: Identity
    next_commitment: bytes


def new_office(keyring: Keyring, number: int, recovery: Recipient) -> dict[str, JSON]:
    """Return the value of office/<number> for new keys.

    The next signing key is made now and kept only under the recovery recipient: whoever takes
    today's keys cannot sign the statement that replaces them.
    """
    signing, identity = Ed25519PrivateKey.generate(), Identity.generate()
    following = Ed25519PrivateKey.generate()
    secret = signing.private_bytes_raw() + identity.seed
    epoch = keyring.latest
    sealed = cobblestone.seal(_key(keyring, epoch), _context(keyring, number), secret)
    return {
        "epoch": epoch,
        "signing": signing.public_key().public_bytes_raw().hex(),
        "recipient": identity.recipient().text(),
        "next": hashlib.sha256(following.public_key().public_bytes_raw()).hexdigest(),
        "secret": b64encode(sealed).decode("ascii"),
        "next_sealed": b64encode(seal_bytes(following.private_bytes_raw(), [recovery])).decode(),
    }


def open_office(value: object, number: int, keyring: Keyring) -> OfficeKeys:
    """Return the keys in the value of office/<number>; raise DamagedError."""
    match value:
        case {"epoch": int(epoch), "next": str(following), "secret": str(secret)}:
            key, context = _key(keyring, epoch), _context(keyring, number)
            opened = cobblestone.unseal(key, context, b64decode(secret))
            if opened is not None:
                return OfficeKeys(
                    Ed25519PrivateKey.from_private_bytes(opened[:KEY_SIZE]),
                    Identity.from_seed(opened[KEY_SIZE:]),
                    bytes.fromhex(following),
                )
        case _:
            pass
    raise DamagedError("office keys in the vault log are damaged")


def open_offices(values: Mapping[str, JSON], keyring: Keyring) -> tuple[OfficeKeys, ...]:
    """Return the keys of each office in the vault log's `values`, the latest first.

    Left out are those of an epoch whose grant is still on its way. Raises DamagedError, also where
    none is left.
    """
    numbers = (name.removeprefix(FIELD) for name in values if name.startswith(FIELD))
    found = sorted({int(text) for text in numbers if text.isdecimal()}, reverse=True)
    offices = ((each, values.get(f"{FIELD}{each}")) for each in found)
    held = [(each, value) for each, value in offices if _is_held(value, keyring)]
    return tuple(open_office(value, each, keyring) for each, value in held or [(0, None)])


def _is_held(value: object, keyring: Keyring) -> bool:
    match value:
        case {"epoch": int(epoch)}:
            return epoch in keyring.epochs
        case _:
            return True  # what is wrong with it is said when it is opened


def _key(keyring: Keyring, epoch: int) -> bytes:
    return keyring.derive(epoch, b"breachcase/office/1")


def _context(keyring: Keyring, number: int) -> bytes:
    return b"breachcase/office/1\0" + keyring.vault_id + number.to_bytes(4, "big")
