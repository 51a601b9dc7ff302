"""Unpadded base64 as the age header writes it: one encoding for one value."""

from __future__ import annotations

import binascii

from store.age.errors import AgeError


def encode_raw(data: bytes) -> bytes:
    """Return standard base64 of `data` without padding or line feed."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=")


def decode_raw(text: bytes) -> bytes:
    """Return the bytes that `text` encodes; raise AgeError unless it is canonical.

    Source: C2SP age.md, "Conventions": no padding, non-canonical encodings are rejected.
    """
    try:
        data = binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except ValueError:
        data = b""
    # encoding again is the whole check: stray characters, loose bits and padding all differ
    if encode_raw(data) != text:
        raise AgeError("age header holds base64 that is not canonical")
    return data
