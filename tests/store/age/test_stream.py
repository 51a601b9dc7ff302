"""The payload's chunks, built by hand where no honest writer makes them."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.age.errors import AgeError
from store.age.intake import Intake
from store.age.stream import CHUNK_SIZE, decrypt

FILE_KEY, NONCE = bytes(16), bytes(range(16))


def payload(*chunks: bytes) -> bytes:
    """Return sealed chunks, the last one marked as such. Source: C2SP age.md, "Payload"."""
    key = HKDF(algorithm=SHA256(), length=32, salt=NONCE, info=b"payload").derive(FILE_KEY)
    cipher = ChaCha20Poly1305(key)
    sealed = [
        cipher.encrypt(number.to_bytes(11, "big") + bytes([number == len(chunks) - 1]), each, None)
        for number, each in enumerate(chunks)
    ]
    return NONCE + b"".join(sealed)


def opened(data: bytes) -> bytes:
    return b"".join(decrypt(Intake.of([data]), FILE_KEY))


def test_chunks_built_by_the_page_open() -> None:
    assert opened(payload(bytes(CHUNK_SIZE), b"rest")) == bytes(CHUNK_SIZE) + b"rest"


def test_an_empty_last_chunk_after_a_full_one_is_refused() -> None:
    with pytest.raises(AgeError, match="empty chunk"):
        opened(payload(bytes(CHUNK_SIZE), b""))


def test_an_empty_text_is_one_empty_chunk() -> None:
    assert opened(payload(b"")) == b""
