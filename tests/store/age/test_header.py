from __future__ import annotations

import time

import pytest

from store.age import AgeError, NotForUsError, unseal_bytes
from store.age.encoding import decode_raw, encode_raw
from store.age.header import HEADER_LIMIT, LINE_LIMIT, STANZA_LIMIT, Stanza, write_header
from tests.store.age.build import (
    FILE_KEY,
    LIMIT,
    OURS,
    OURS_PQ,
    OURS_SSH,
    THEIRS,
    crafted,
    for_us,
    refusal,
    wrapped,
)

V1 = b"age-encryption.org/v1\n"
X25519_LINE = b"-> X25519 " + b"A" * 43 + b"\n"


def noise(size: int = 0, args: tuple[str, ...] = ()) -> Stanza:
    return Stanza("joint-oint-grease", args, bytes(size))


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 95, 96, 97, 1000])
def test_unknown_stanzas_of_any_length_are_ignored(size: int) -> None:
    data = crafted(noise(size, ("x", "~!")), for_us(), noise(size))

    assert unseal_bytes(data, [OURS], LIMIT) == b"text"


def test_a_file_may_have_32_recipients_and_no_more() -> None:
    full = [noise()] * (STANZA_LIMIT - 1)

    assert unseal_bytes(crafted(*full, for_us()), [OURS], LIMIT) == b"text"
    assert "more than 32 recipients" in refusal(crafted(*full, noise(), for_us()))


def test_a_header_line_may_have_4_kib_and_no_more() -> None:
    room = LINE_LIMIT - len("-> joint-oint-grease ")

    assert unseal_bytes(crafted(noise(0, ("x" * room,)), for_us()), [OURS], LIMIT) == b"text"
    assert "line of more than 4096 bytes" in refusal(crafted(noise(0, ("x" * (room + 1),))))


def test_a_header_may_have_256_kib_and_no_more() -> None:
    used = len(write_header([for_us(), noise(48 * 4000)], FILE_KEY))
    spare = HEADER_LIMIT - used
    full = noise(48 * (4000 + spare // 65), ("x" * (spare % 65 - 1),))
    over = noise(48 * (4000 + spare // 65), ("x" * (spare % 65),))

    assert len(write_header([for_us(), full], FILE_KEY)) == HEADER_LIMIT
    assert unseal_bytes(crafted(for_us(), full), [OURS], LIMIT) == b"text"
    assert "longer than 262144 bytes" in refusal(crafted(for_us(), over))


@pytest.mark.parametrize(
    "data",
    [
        V1 + X25519_LINE * 100_000,
        V1 + (X25519_LINE + b"A" * 43 + b"\n") * 100_000,
        V1 + b"-> x" + b"y" * (1 << 20),
        V1 + b"-> x\n" + (b"A" * 64 + b"\n") * 100_000,
        b" " * (1 << 20),
        b"age-encryption.org/" + b"v" * (1 << 20),
    ],
)
def test_a_header_made_to_freeze_the_reader_is_refused_at_once(data: bytes) -> None:
    started = time.process_time()

    assert refusal(data).startswith("age header")
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not an age file"),
        (b"PK\x03\x04", "not an age file"),
        (b"age-encryption.org/v2\n", "version other than v1"),
        (b"age-encryption.org/v1\r\n", "version other than v1"),
        (b"age-encryption.org/v1", "cut short"),
        (V1, "cut short"),
        (V1 + b"-> X25519", "cut short"),
        (V1 + b"--- " + b"A" * 43 + b"\n", "does not belong"),
        (V1 + b"-> x\n\n--- " + b"A" * 42 + b"\n", "does not belong"),
        (V1 + b"-> x\n\n---A" + b"A" * 43 + b"\n", "does not belong"),
        (V1 + b"-> x\n\nwhat\n", "does not belong"),
        (V1 + b"-> x\n\n--- " + b"A" * 42 + b"B\n", "not canonical"),
        (V1 + b"-> \n\n", "empty or unprintable"),
        (V1 + b"-> x  y\n\n", "empty or unprintable"),
        (V1 + b"-> x\x7f\n\n", "empty or unprintable"),
        (V1 + b"-> x\xc3\xa9\n\n", "empty or unprintable"),
        (V1 + b"-> x\n" + b"A" * 65 + b"\n", "more than 64 columns"),
        (V1 + b"-> x\nAAAA=\n", "not canonical"),
    ],
)
def test_a_malformed_header_is_refused_by_name(data: bytes, why: str) -> None:
    assert why in refusal(data)


@pytest.mark.parametrize(
    "text", [b"A", b"AB==", b"AB", b"AAAAA", b"AA A", b"A\nA", b"\xff\xff\xff\xff"]
)
def test_base64_that_has_another_spelling_is_refused(text: bytes) -> None:
    with pytest.raises(AgeError, match="canonical"):
        decode_raw(text)


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0", b"\0\0\0"])
def test_base64_comes_back_as_it_went(data: bytes) -> None:
    assert decode_raw(encode_raw(data)) == data


@pytest.mark.parametrize("at", [30, 70, 110, 160])
def test_a_header_with_one_flipped_bit_is_refused(at: int) -> None:
    data = bytearray(crafted(for_us(), noise(20)))
    data[at] ^= 1

    refusal(bytes(data))


def test_a_mac_over_other_bytes_is_refused() -> None:
    data = crafted(for_us(), noise())

    assert "MAC" in refusal(data.replace(b"-> joint", b"-> Joint"))


@pytest.mark.parametrize(
    ("stanza", "why"),
    [
        (Stanza("X25519", (), bytes(32)), "malformed X25519"),
        (Stanza("X25519", ("A" * 43, "x"), bytes(32)), "malformed X25519"),
        (Stanza("X25519", ("A" * 43,), bytes(31)), "malformed X25519"),
        (Stanza("X25519", ("A" * 43,), bytes(33)), "malformed X25519"),
        (Stanza("X25519", ("A" * 42,), bytes(32)), "not canonical|not 32 bytes"),
        (Stanza("X25519", ("A" * 44,), bytes(32)), "not 32 bytes"),
        (Stanza("X25519", ("A" * 43,), bytes(32)), "low-order"),
    ],
)
def test_a_malformed_x25519_recipient_refuses_the_file(stanza: Stanza, why: str) -> None:
    assert any(part in refusal(crafted(stanza)) for part in why.split("|"))


def test_a_malformed_recipient_refuses_the_file_even_where_ours_opens_it() -> None:
    assert "malformed" in refusal(crafted(for_us(), Stanza("X25519", (), bytes(32))))


@pytest.mark.parametrize("work", ["10", "63", "999999999999"])
def test_a_passphrase_file_is_refused_before_any_work(work: str) -> None:
    scrypt = Stanza("scrypt", ("A" * 22, work), bytes(32))

    assert "passphrase" in refusal(crafted(scrypt))
    assert "passphrase" in refusal(crafted(scrypt, for_us()))


def test_a_file_that_mixes_post_quantum_and_classic_recipients_is_refused() -> None:
    hybrid = wrapped(OURS_PQ)

    for classic in (for_us(), wrapped(OURS_SSH), Stanza("ssh-rsa", ("AAAAAA",), bytes(256))):
        assert "mixes post-quantum and classic" in refusal(crafted(hybrid, classic))


@pytest.mark.parametrize(
    ("stanzas", "words"),
    [
        ([wrapped(THEIRS)], "for 1 recipient, none"),
        ([wrapped(THEIRS)] * 2, "for 2 recipients, none"),
        ([wrapped(OURS_PQ), noise(3)], "for 1 recipient, none"),
    ],
)
def test_a_file_for_others_says_how_many_and_what_to_do(stanzas: list[Stanza], words: str) -> None:
    with pytest.raises(NotForUsError, match=words) as refused:
        unseal_bytes(crafted(*stanzas), [OURS], LIMIT)

    assert refused.value.code == 77
    assert "breachcase key show" in refused.value.hint


def test_without_any_identity_nothing_opens() -> None:
    with pytest.raises(NotForUsError):
        unseal_bytes(crafted(for_us()), [], LIMIT)
