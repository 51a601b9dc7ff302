"""Cobblestone-256, of bytes that are all there and of pieces as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag


def seal(key: bytes | bytearray, context: bytes, data: bytes) -> bytes:
    """Return `data` sealed under the 32-byte `key`: 56 bytes longer, 16 more each 16 KiB."""
    encryptor = Cobblestone256Encryptor(key, context)
    return encryptor.update(data) + encryptor.finalize()


def unseal(key: bytes | bytearray, context: bytes, sealed: bytes) -> bytes | None:
    """Return the data, or None when key, context or a single byte is another."""
    decryptor = Cobblestone256Decryptor(key, context)
    try:
        return decryptor.update(sealed) + decryptor.finalize()
    except (InvalidTag, ValueError):
        return None


def seal_pieces(key: bytes, context: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what `seal` returns, a piece at a time."""
    encryptor = Cobblestone256Encryptor(key, context)
    for piece in pieces:
        yield encryptor.update(piece)
    yield encryptor.finalize()


def unseal_pieces(key: bytes, context: bytes, pieces: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield the data, piece by piece, and None where a byte is another: then all of it is void.

    No piece counts before the last one has come: a cut shows only there.
    """
    decryptor = Cobblestone256Decryptor(key, context)
    try:
        for piece in pieces:
            yield decryptor.update(piece)
        yield decryptor.finalize()
    except InvalidTag:
        yield None
