"""The age payload: chunks of 64 KiB, each sealed with its number and whether it is the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from store.age.curve import hkdf
from store.age.errors import AgeError
from store.age.intake import Intake

CHUNK_SIZE: Final = 64 * 1024  # bytes of plain text
NONCE_SIZE: Final = 16
_SEALED_SIZE = CHUNK_SIZE + 16
_DAMAGED = "age payload is damaged or cut short"


def encrypt(plaintext: Iterable[bytes], file_key: bytes, nonce: bytes) -> Iterator[bytes]:
    """Yield `nonce` (16 bytes, random, never used twice) and the sealed chunks.

    Holds two chunks, whatever the length of `plaintext`. Source: C2SP age.md, "Payload".
    """
    yield nonce
    cipher = _cipher(file_key, nonce)
    for number, chunk, last in _chunks(Intake.of(plaintext), CHUNK_SIZE):
        yield cipher.encrypt(_chunk_nonce(number, last=last), chunk, None)


def decrypt(intake: Intake, file_key: bytes) -> Iterator[bytes]:
    """Yield the plain text in verified pieces of at most 64 KiB; raise AgeError.

    Only the end of the iteration says that the text is whole: a reader that stops earlier,
    or meets an error, must throw away what it was given.
    """
    nonce = intake.take(NONCE_SIZE)
    if len(nonce) != NONCE_SIZE:
        raise AgeError(_DAMAGED)
    cipher = _cipher(file_key, nonce)
    for number, sealed, last in _chunks(intake, _SEALED_SIZE):
        try:
            chunk = cipher.decrypt(_chunk_nonce(number, last=last), sealed, None)
        except InvalidTag:
            raise AgeError(_DAMAGED) from None
        if not chunk and number:
            raise AgeError("age payload ends in an empty chunk")
        yield chunk


def _chunks(intake: Intake, size: int) -> Iterator[tuple[int, bytes, bool]]:
    number = 0
    chunk = intake.take(size)
    # the last chunk is sealed as such, so the reader has to look beyond each before opening it
    while following := intake.take(size):
        yield number, chunk, False
        number, chunk = number + 1, following
    yield number, chunk, True


def _chunk_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
