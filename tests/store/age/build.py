"""Fixed keys and hand-made headers for the tests of the age format."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

from store.age import HYBRID, SSH, AgeError, Identity, Passphrase, seal, unseal_bytes
from store.age.file import Openers, Sealers
from store.age.header import Stanza, write_header
from store.age.stream import encrypt

OURS = Identity.from_seed(bytes(range(1, 33)))
THEIRS = Identity.from_seed(bytes(range(33, 65)))
OURS_PQ = Identity.from_seed(bytes(range(65, 97)), HYBRID)
OURS_SSH = Identity.from_seed(bytes(range(97, 129)), SSH)
OF_EACH_KIND = {each.kind.name: each for each in (OURS, OURS_PQ, OURS_SSH)}
PASSPHRASE = Passphrase(bytearray(b"words of a test"), work=10)
FOR_US = (OURS.recipient(),)
FILE_KEY = bytes(range(16))
NONCE = bytes(range(48, 64))
LIMIT = 1 << 20


def counting() -> Callable[[int], bytes]:
    """A source of 'random' bytes that counts 0, 1, 2 ... over all draws."""
    stream = io.BytesIO(bytes(range(256)) * 8)
    return stream.read


def sealed(text: bytes, recipients: Sealers = FOR_US, *, armored: bool = False) -> bytes:
    out = io.BytesIO()
    seal([text], out, recipients, armored=armored, draw=counting())
    return out.getvalue()


def wrapped(identity: Identity, ephemeral: bytes = bytes(range(16, 48))) -> Stanza:
    return identity.recipient().wrap(FILE_KEY, lambda _: ephemeral)


def for_us() -> Stanza:
    return wrapped(OURS)


def crafted(*stanzas: Stanza, text: bytes = b"text") -> bytes:
    """A file whose header holds exactly `stanzas`, with a right MAC."""
    return write_header(stanzas, FILE_KEY) + b"".join(encrypt([text], FILE_KEY, NONCE))


def refusal(data: bytes, openers: Openers = (OURS,)) -> str:
    """The one line that opening `data` is refused with; fails when it opens."""
    with pytest.raises(AgeError) as refused:
        unseal_bytes(data, openers, LIMIT)
    message = refused.value.message
    assert re.fullmatch(r"[a-z0-9][^\n]*[^.\n]", message)
    return message
