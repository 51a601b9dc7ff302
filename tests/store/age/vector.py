"""A test vector: an age file, what opens it and how that ends. The form is that of C2SP/CCTV.

A file holds `key: value` lines, an empty line and the age file. Ours add `ssh seed`, 32 bytes in
hex, and `error`, the one line that we refuse with.
"""

from __future__ import annotations

import hashlib
import zlib
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from store.age import SSH, AgeError, Identity, Passphrase, unseal
from store.age.file import Openers

# how our refusal begins for each outcome that the vectors know
WORDS = {
    "armor failure": "age armour",
    "header failure": "age header",
    "HMAC failure": "age header was altered",
    "payload failure": "age payload",
    "no match": "sealed for",
}


class Vector(NamedTuple):
    """`payload` is the sha256, in hex, of the text that a reader may give out."""

    expect: str
    error: str
    payload: str
    kind: str
    openers: Openers
    data: bytes


def read_vector(path: Path) -> Vector:
    head, _, data = path.read_bytes().partition(b"\n\n")
    pairs = [line.partition(": ")[::2] for line in head.decode().splitlines()]
    fields = dict(pairs)
    if fields.get("compressed") == "zlib":
        data = zlib.decompress(data)
    kind, openers = _openers(pairs)
    error, payload = fields.get("error", ""), fields.get("payload", "")
    return Vector(fields["expect"], error, payload, kind, openers, data)


def _openers(pairs: list[tuple[str, str]]) -> tuple[str, Openers]:
    identities = []
    for key, value in pairs:
        if key == "passphrase":
            return "scrypt", Passphrase(bytearray(value.encode()))
        if key == "identity":
            identities.append(Identity.parse(value))
        if key == "ssh seed":
            identities.append(Identity.from_seed(bytes.fromhex(value), SSH))
    kinds = [identity.kind.name for identity in identities]
    # the last, for a file that mixes kinds is about the newer one; armour needs no identity
    return kinds[-1] if kinds else "X25519", identities


def outcome(vector: Vector) -> tuple[str, str]:
    """How opening ended, and the sha256 of what was given out until then."""
    released = hashlib.sha256()
    try:
        for piece in unseal(BytesIO(vector.data), vector.openers):
            released.update(piece)
    except AgeError as error:
        return error.message, released.hexdigest()
    return "success", released.hexdigest()
