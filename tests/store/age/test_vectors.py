"""Age test vectors: our own, and the public ones (C2SP/CCTV, age/testdata) from elsewhere."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.store.age import own
from tests.store.age.vector import WORDS, outcome, read_vector

_BESIDE = Path(__file__).parents[4] / "shared" / "vectors" / "age"
PUBLIC = Path(os.environ.get("BREACHCASE_AGE_VECTORS", _BESIDE))
WHY = "no age vectors: set BREACHCASE_AGE_VECTORS to a folder with C2SP/CCTV age/testdata"
NAMES = sorted(path.name for path in PUBLIC.iterdir()) if PUBLIC.is_dir() else []
OWN_NAMES = sorted(path.name for path in own.FOLDER.iterdir())
# the nonce belongs to the payload for us
OTHERWISE = {"stream_short_nonce": "age payload"}

needs_public = pytest.mark.skipif(not NAMES, reason=WHY)


@needs_public
@pytest.mark.parametrize("name", NAMES)
def test_an_age_vector_comes_out_as_it_says(name: str) -> None:
    vector = read_vector(PUBLIC / name)

    ended, released = outcome(vector)

    if vector.expect == "success":
        assert (ended, released) == ("success", vector.payload)
    else:
        assert ended.startswith(OTHERWISE.get(name, WORDS[vector.expect]))


@pytest.mark.parametrize("name", OWN_NAMES)
def test_a_vector_of_ours_comes_out_as_it_says(name: str) -> None:
    vector = read_vector(own.FOLDER / name)

    ended, released = outcome(vector)

    if vector.expect == "success":
        assert (ended, released) == ("success", vector.payload)
    else:
        assert ended == vector.error
        assert ended.startswith(WORDS.get(vector.expect, "file "))


def test_our_vectors_are_rebuilt_byte_for_byte() -> None:
    made = own.vectors()

    assert sorted(made) == OWN_NAMES
    assert [name for name in made if made[name] != (own.FOLDER / name).read_bytes()] == []


@needs_public
def test_no_public_vector_is_passed_over() -> None:
    counts = counted(PUBLIC / name for name in NAMES)

    tell("public age vectors", counts)
    assert counts.total() >= 100
    assert all(counts[kind, "success"] for kind in ("X25519", "mlkem768x25519", "scrypt"))


def test_our_vectors_hold_good_and_bad_files_of_every_kind() -> None:
    counts = counted(own.FOLDER / name for name in OWN_NAMES)

    tell("own age vectors", counts)
    for kind in ("X25519", "mlkem768x25519", "ssh-ed25519", "scrypt"):
        assert counts[kind, "success"]
        assert counts[kind, "header failure"]
        assert counts[kind, "no match"]


def counted(paths: Iterable[Path]) -> Counter[tuple[str, str]]:
    vectors = map(read_vector, paths)
    return Counter((vector.kind, vector.expect) for vector in vectors)


def tell(title: str, counts: Counter[tuple[str, str]]) -> None:
    for kind in sorted({kind for kind, _ in counts}):
        each = (f"{counts[of]} {of[1]}" for of in sorted(counts) if of[0] == kind)
        print(f"{title}, {kind}: {', '.join(each)}")  # noqa: T201 - the counts are the point
