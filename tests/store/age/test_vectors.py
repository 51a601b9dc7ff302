"""The public age test vectors (C2SP/CCTV, age/testdata), read from outside the project."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

from store.age import AgeError, Identity, Passphrase, unseal
from store.age.file import Openers

_BESIDE = Path(__file__).parents[4] / "shared" / "vectors" / "age"
FOLDER = Path(os.environ.get("BREACHCASE_AGE_VECTORS", _BESIDE))
NAMES = sorted(path.name for path in FOLDER.iterdir()) if FOLDER.is_dir() else []
WHY = "no age vectors: set BREACHCASE_AGE_VECTORS to a folder with C2SP/CCTV age/testdata"
# how our refusal begins for each outcome that the vectors know
WORDS = {
    "armor failure": "age armour",
    "header failure": "age header",
    "HMAC failure": "age header was altered",
    "payload failure": "age payload",
    "no match": "sealed for",
}
# the nonce belongs to the payload for us
OTHERWISE = {"stream_short_nonce": "age payload"}

pytestmark = pytest.mark.skipif(not NAMES, reason=WHY)


class Vector(NamedTuple):
    expect: str
    payload: str
    kind: str
    openers: Openers
    data: bytes


def vector(name: str) -> Vector:
    head, _, data = (FOLDER / name).read_bytes().partition(b"\n\n")
    pairs = [line.partition(": ")[::2] for line in head.decode().splitlines()]
    fields = dict(pairs)
    if fields.get("compressed") == "zlib":
        data = zlib.decompress(data)
    openers: Openers = [Identity.parse(value) for key, value in pairs if key == "identity"]
    kind = "hybrid" if "AGE-SECRET-KEY-PQ-" in head.decode() else "x25519"
    if "passphrase" in fields:
        kind, openers = "scrypt", Passphrase(bytearray(fields["passphrase"].encode()))
    return Vector(fields["expect"], fields.get("payload", ""), kind, openers, data)


def outcome(case: Vector) -> tuple[str, str]:
    """How opening ended, and the sha256 of what was given out until then."""
    released = hashlib.sha256()
    try:
        for piece in unseal(BytesIO(case.data), case.openers):
            released.update(piece)
    except AgeError as error:
        return error.message, released.hexdigest()
    return "success", released.hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_an_age_vector_comes_out_as_it_says(name: str) -> None:
    case = vector(name)

    ended, released = outcome(case)

    if case.expect == "success":
        assert (ended, released) == ("success", case.payload)
    else:
        assert ended.startswith(OTHERWISE.get(name, WORDS[case.expect]))


def test_no_vector_is_passed_over() -> None:
    counts = Counter((vector(name).kind, vector(name).expect) for name in NAMES)

    for kind in ("x25519", "hybrid", "scrypt"):
        told = ", ".join(
            f"{n} {expect}" for (of, expect), n in sorted(counts.items()) if of == kind
        )
        print(f"age vectors, {kind}: {told}")  # noqa: T201 - the counts are the point
    assert sum(counts.values()) >= 100
    assert all(counts[kind, "success"] for kind in ("x25519", "hybrid", "scrypt"))
