"""Cobblestone-256 of bytes that are all there: nothing leaves before the end is checked."""

from __future__ import annotations

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag


def seal(key: bytes | bytearray, context: bytes, data: bytes) -> bytes:
    """Return `data` sealed under the 32-byte `key`: 56 bytes longer, 16 more each 16 KiB."""
    encryptor = Cobblestone256Encryptor(bytes(key), context)
    return encryptor.update(data) + encryptor.finalize()


def unseal(key: bytes | bytearray, context: bytes, sealed: bytes) -> bytes | None:
    """Return the data, or None when key, context or a single byte is another."""
    decryptor = Cobblestone256Decryptor(bytes(key), context)
    try:
        return decryptor.update(sealed) + decryptor.finalize()
    except (InvalidTag, ValueError):
        return None
