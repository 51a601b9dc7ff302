from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.age import (
    AgeError,
    Identity,
    NotForUsError,
    Passphrase,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)
from store.age.stream import CHUNK_SIZE
from tests.store.age.build import (
    LIMIT,
    OF_EACH_KIND,
    OURS,
    OURS_PQ,
    OURS_SSH,
    PASSPHRASE,
    THEIRS,
    counting,
    crafted,
    for_us,
    refusal,
    sealed,
)

# the format's worked example: keys and 'random' bytes count up from 0 or 1
EXAMPLE_HEADER = b"""age-encryption.org/v1
-> X25519 2J47rXlDfb7Z+ENBgwT0YP8Fx/6B/kqVd6gEy5Nn/2Y
A8e4Md0X/p7vknpZSmXnFyCR2yPLrsYLWmoWF/6dv08
--- ElfiZ/xWDSUaoJZq2TixuSvf4USktEPtAly/Ee/AC/8
"""
EXAMPLE_PAYLOAD = (
    "303132333435363738393a3b3c3d3e3f"  # nonce
    "8f9c989403fd8e6542d204545970df828858c3fcef43cbfbd18f2f"  # the one chunk and its tag
)


@given(st.binary(max_size=300), st.booleans())
def test_what_was_sealed_opens_again(text: bytes, armored: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    data = seal_bytes(text, [THEIRS.recipient(), OURS.recipient()], armored=armored)

    assert unseal_bytes(data, [OURS], LIMIT) == text
    assert unseal_bytes(data, [Identity.generate(), THEIRS], LIMIT) == text


@pytest.mark.parametrize("identity", OF_EACH_KIND.values(), ids=OF_EACH_KIND)
@given(text=st.binary(max_size=300), armored=st.booleans())
def test_what_was_sealed_for_any_kind_of_key_opens_again(
    identity: Identity,
    text: bytes,
    armored: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    other = Identity.generate(identity.kind)

    data = seal_bytes(text, [other.recipient(), identity.recipient()], armored=armored)

    assert unseal_bytes(data, [identity], LIMIT) == text
    assert unseal_bytes(data, [*OF_EACH_KIND.values()], LIMIT) == text


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_was_sealed_with_a_passphrase_opens_again(text: bytes, secret: bytes) -> None:
    data = seal_bytes(text, Passphrase(bytearray(secret), work=1))

    assert unseal_bytes(data, Passphrase(bytearray(secret)), LIMIT) == text


def test_a_file_for_ssh_and_x25519_keys_opens_with_either() -> None:
    data = sealed(b"text", [OURS_SSH.recipient(), OURS.recipient()])

    for identity in (OURS, OURS_SSH):
        assert unseal_bytes(data, [identity], LIMIT) == b"text"


@pytest.mark.parametrize("classic", [OURS, OURS_SSH], ids=["X25519", "ssh-ed25519"])
def test_nothing_is_sealed_for_post_quantum_and_classic_recipients(classic: Identity) -> None:
    out = io.BytesIO()

    with pytest.raises(AgeError, match="mixes post-quantum and classic"):
        seal([b"text"], out, [OURS_PQ.recipient(), classic.recipient()])
    assert out.getvalue() == b""


def test_a_file_for_recipients_is_not_opened_with_a_passphrase() -> None:
    with pytest.raises(NotForUsError, match="sealed for 1 recipient, not with a passphrase"):
        unseal_bytes(sealed(b"text"), PASSPHRASE, LIMIT)


@pytest.mark.parametrize("chunks", [0, 1, 2, 3])
@pytest.mark.parametrize("more", [-1, 0, 1])
def test_texts_around_the_chunk_size_open_again(chunks: int, more: int) -> None:
    text = bytes(max(0, chunks * CHUNK_SIZE + more))

    assert unseal_bytes(sealed(text), [OURS], LIMIT) == text


def test_the_worked_example_is_sealed_to_these_bytes() -> None:
    data = sealed(b"breachcase\n")

    assert data[: -16 - 11 - 16] == EXAMPLE_HEADER
    assert data[-16 - 11 - 16 :].hex() == EXAMPLE_PAYLOAD


def test_two_sealings_of_one_text_have_nothing_in_common() -> None:
    first, second = (seal_bytes(b"text", [OURS.recipient()]) for _ in range(2))

    assert first[22:] != second[22:]
    assert first[-40:] != second[-40:]


@pytest.mark.parametrize("count", [0, 33])
def test_a_file_for_nobody_or_for_too_many_is_not_sealed(count: int) -> None:
    out = io.BytesIO()

    with pytest.raises(AgeError, match=f"not {count}"):
        seal([b"text"], out, [OURS.recipient()] * count)
    assert out.getvalue() == b""


def test_a_file_for_32_is_sealed_and_opens() -> None:
    data = sealed(b"text", [THEIRS.recipient()] * 31 + [OURS.recipient()])

    assert unseal_bytes(data, [OURS], LIMIT) == b"text"


def test_text_may_come_in_pieces_of_any_size_even_none() -> None:
    out = io.BytesIO()
    pieces = [b"", b"a" * 70_000, b"", b"b", b"", b"c" * 140_000, b""]

    seal(pieces, out, [OURS.recipient()], draw=counting())

    assert out.getvalue() == sealed(b"".join(pieces))


def test_a_text_longer_than_the_limit_is_refused() -> None:
    data = sealed(bytes(100))

    assert unseal_bytes(data, [OURS], 100) == bytes(100)
    with pytest.raises(AgeError, match="longer than 99 bytes"):
        unseal_bytes(data, [OURS], 99)


def test_a_large_file_passes_through_in_constant_memory(tmp_path: Path) -> None:
    def text() -> Iterator[bytes]:
        for _ in range(160):
            yield bytes(100_000)

    path = tmp_path / "large.age"
    tracemalloc.start()
    with path.open("wb") as out:
        seal(text(), out, [OURS.recipient()])
    with path.open("rb") as source:
        size = sum(map(len, unseal(source, [OURS])))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size == 16_000_000
    assert peak < 2_000_000


def test_a_wrong_header_is_refused_before_the_first_piece_is_asked_for() -> None:
    with pytest.raises(AgeError):
        unseal(io.BytesIO(b"not age"), [OURS])


@pytest.mark.parametrize("length", [5, CHUNK_SIZE, CHUNK_SIZE + 5, 2 * CHUNK_SIZE])
def test_a_file_cut_anywhere_that_matters_is_refused(length: int) -> None:
    data = sealed(bytes(length))
    head = len(data) - length - 16 * -(-length // CHUNK_SIZE) - 16
    edges = [0, 1, 22, 60, head - 1, head, head + 1, head + 15, head + 16, head + 17]
    edges += [head + 16 + (CHUNK_SIZE + 16) * n for n in range(3)]
    edges += [len(data) - 17, len(data) - 16, len(data) - 1]

    for edge in edges:
        if edge < len(data):
            refusal(data[:edge])


@pytest.mark.parametrize("length", [0, 5, CHUNK_SIZE, CHUNK_SIZE + 5])
def test_a_file_with_something_after_it_is_refused(length: int) -> None:
    data = sealed(bytes(length))

    assert "payload" in refusal(data + b"\0")
    assert "payload" in refusal(data + data)


def test_a_payload_with_one_flipped_bit_is_refused() -> None:
    for back in (1, 16, 17, 20, 21, 36):
        data = bytearray(sealed(b"text"))
        data[-back] ^= 0x40

        assert "payload is damaged" in refusal(bytes(data))


def test_chunks_that_changed_places_are_refused() -> None:
    data = sealed(bytes(3 * CHUNK_SIZE))
    size = CHUNK_SIZE + 16
    first, second, last = data[-3 * size : -2 * size], data[-2 * size : -size], data[-size:]

    assert "damaged" in refusal(data[: -3 * size] + second + first + last)
    assert "damaged" in refusal(data[: -3 * size] + first + last)
    assert "damaged" in refusal(data[: -3 * size] + first + second)


def test_only_verified_pieces_come_before_the_refusal() -> None:
    data = sealed(b"a" * CHUNK_SIZE + b"b" * CHUNK_SIZE)[:-1]
    pieces = unseal(io.BytesIO(data), [OURS])

    assert next(pieces) == b"a" * CHUNK_SIZE
    with pytest.raises(AgeError, match="cut short"):
        next(pieces)


@given(st.binary(max_size=400))
def test_random_bytes_are_refused(data: bytes) -> None:
    refusal(data)
    refusal(b"age-encryption.org/v1\n" + data)
    refusal(b"age-encryption.org/v1\n-> X25519 " + data)
    refusal(b"-----BEGIN AGE ENCRYPTED FILE-----\n" + data)


@given(st.data())
def test_a_damaged_file_is_refused_or_says_the_same(data: st.DataObject) -> None:
    whole = sealed(b"text", armored=data.draw(st.booleans()))
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.integers(0, 3))
    broken = whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + cut :]

    try:
        text = unseal_bytes(broken, [OURS], LIMIT)
    except AgeError:
        return
    assert text == b"text"


def test_a_header_of_another_file_does_not_fit_a_payload() -> None:
    own = crafted(for_us(), text=b"one")
    other = seal_bytes(b"two", [OURS.recipient()])
    size = len(own) - 16 - 3 - 16

    assert "damaged" in refusal(other[:size] + own[size:])
