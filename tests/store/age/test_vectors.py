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

from store.age import AgeError, Identity, NotForUsError, unseal
from tests.store.age.build import OURS

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
    identities: list[str]
    passphrase: bool
    data: bytes

    @property
    def kind(self) -> str:
        hybrid = any(text.startswith("AGE-SECRET-KEY-PQ-") for text in self.identities)
        return "scrypt" if self.passphrase else "hybrid" if hybrid else "x25519"


def vector(name: str) -> Vector:
    head, _, data = (FOLDER / name).read_bytes().partition(b"\n\n")
    pairs = [line.partition(": ")[::2] for line in head.decode().splitlines()]
    fields = dict(pairs)
    identities = [value for key, value in pairs if key == "identity"]
    if fields.get("compressed") == "zlib":
        data = zlib.decompress(data)
    return Vector(
        fields["expect"], fields.get("payload", ""), identities, "passphrase" in fields, data
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_age_vector_comes_out_as_it_says(name: str) -> None:
    case = vector(name)
    released = hashlib.sha256()
    if case.kind == "x25519":
        identities = [Identity.parse(text) for text in case.identities] or [OURS]
    else:
        identities = [OURS]  # keys of these kinds are refused, see below
    outcome = "success"
    try:
        for piece in unseal(BytesIO(case.data), identities):
            released.update(piece)
    except AgeError as error:
        outcome = error.message

    if case.kind == "scrypt" and name != "scrypt_uppercase":
        assert "passphrase" in outcome or outcome.startswith("age header")
    elif case.kind == "hybrid" and not outcome.startswith("age header"):
        assert outcome.startswith("sealed for")
    elif case.kind == "x25519" and case.expect == "success":
        assert outcome == "success"
        assert released.hexdigest() == case.payload
    else:
        assert outcome.startswith(OTHERWISE.get(name, WORDS[case.expect]))


@pytest.mark.parametrize("name", NAMES)
def test_a_post_quantum_identity_of_a_vector_is_refused_by_name(name: str) -> None:
    for text in vector(name).identities:
        if text.startswith("AGE-SECRET-KEY-PQ-"):
            with pytest.raises(AgeError, match="not an age X25519 secret key"):
                Identity.parse(text)


def test_every_vector_of_another_kind_is_refused_and_none_is_passed_over() -> None:
    kinds = Counter(vector(name).kind for name in NAMES)
    opened = Counter[str]()
    for name in NAMES:
        case = vector(name)
        if case.kind != "x25519":
            with pytest.raises(AgeError) as refused:
                unseal(BytesIO(case.data), [OURS])
            opened[type(refused.value).__name__] += 1

    print(f"age vectors: {dict(kinds)}, others refused: {dict(opened)}")  # noqa: T201 - the count is the point
    assert kinds["x25519"] >= 60
    assert kinds["hybrid"] >= 13
    assert kinds["scrypt"] >= 19
    assert opened.total() == kinds["hybrid"] + kinds["scrypt"]
    assert opened[NotForUsError.__name__] > 0
