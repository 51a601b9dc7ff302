"""X25519 as age uses it: the shared secret is never zero, and wraps one file key once."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.age.errors import AgeError

KEY_SIZE: Final = 32
_NONCE = bytes(12)  # the key is used once
# any scalar will do: X25519 makes every scalar a multiple of 8, which sends low orders to zero
_PROBE = bytes(KEY_SIZE)


def public(scalar: bytes) -> bytes:
    """Return the 32-byte public key of a 32-byte secret."""
    return X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw()


def exchange(scalar: bytes, point: bytes) -> bytes:
    """Return the 32-byte shared secret; raise AgeError when it would be zero (low order)."""
    private = X25519PrivateKey.from_private_bytes(scalar)
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError as error:
        raise AgeError("age header or recipient holds a low-order point") from error


def check_point(point: bytes) -> None:
    """Raise AgeError for a point of low order, to which every secret would be the same."""
    exchange(_PROBE, point)


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA256."""
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=salt, info=info).derive(secret)


def wrapped(key: bytes, file_key: bytes) -> bytes:
    """Return the 16-byte file key under a key that is used for nothing else: 32 bytes."""
    return ChaCha20Poly1305(key).encrypt(_NONCE, file_key, None)


def unwrapped(key: bytes, body: bytes) -> bytes | None:
    """Return the file key in the 32-byte `body`, or None where `key` is not its key."""
    try:
        return ChaCha20Poly1305(key).decrypt(_NONCE, body, None)
    except InvalidTag:
        return None
