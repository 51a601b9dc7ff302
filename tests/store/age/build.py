"""Fixed keys and hand-made headers for the tests of the age format."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence

import pytest

from store.age import AgeError, Identity, Recipient, seal, unseal_bytes
from store.age.header import Stanza, write_header
from store.age.stream import encrypt
from store.age.x25519 import wrap

OURS = Identity.from_seed(bytes(range(1, 33)))
THEIRS = Identity.from_seed(bytes(range(33, 65)))
FILE_KEY = bytes(range(16))
NONCE = bytes(range(48, 64))
LIMIT = 1 << 20


def counting() -> Callable[[int], bytes]:
    """A source of 'random' bytes that counts 0, 1, 2 ... over all draws."""
    stream = io.BytesIO(bytes(range(256)) * 8)
    return stream.read


def sealed(
    text: bytes, recipients: Sequence[Recipient] = (OURS.recipient(),), *, armored: bool = False
) -> bytes:
    out = io.BytesIO()
    seal([text], out, recipients, armored=armored, draw=counting())
    return out.getvalue()


def for_us() -> Stanza:
    return wrap(FILE_KEY, OURS.recipient(), bytes(range(16, 48)))


def crafted(*stanzas: Stanza, text: bytes = b"text") -> bytes:
    """A file whose header holds exactly `stanzas`, with a right MAC."""
    return write_header(stanzas, FILE_KEY) + b"".join(encrypt([text], FILE_KEY, NONCE))


def refusal(data: bytes, *identities: Identity) -> str:
    """The one line that opening `data` is refused with; fails when it opens."""
    with pytest.raises(AgeError) as refused:
        unseal_bytes(data, identities or (OURS,), LIMIT)
    message = refused.value.message
    assert re.fullmatch(r"[a-z0-9][^\n]*[^.\n]", message)
    return message
