"""Signatures of devices: always over what kind of thing it is, in which vault."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE_SIZE: Final = 64
NO_VAULT: Final = bytes(32)  # record 0 is signed before its hash can be the vault id


def sign(key: Ed25519PrivateKey, kind: str, vault_id: bytes, data: bytes) -> bytes:
    """Return the 64-byte Ed25519 signature. Source: docs/format-vault.md, "Keys"."""
    return key.sign(_message(kind, vault_id, data))


def is_signed(public: bytes, kind: str, vault_id: bytes, signed: tuple[bytes, bytes]) -> bool:
    """Whether `signed` (signature, data) was signed by the 32-byte `public` key."""
    signature, data = signed
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, _message(kind, vault_id, data))
    except (InvalidSignature, ValueError):
        return False
    return True


def _message(kind: str, vault_id: bytes, data: bytes) -> bytes:
    return b"breachcase/1/" + kind.encode("ascii") + b"\0" + vault_id + data
