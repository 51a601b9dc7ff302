"""Files made to hurt the reader: refused in one line, with a bounded part of them read.

The numbers are those of the project's list of hostile bundles, items 1 to 17.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice, repeat
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.age import KINDS, AgeError, Identity, NotForUsError, Passphrase, Recipient, unseal
from store.age.armour import OUTER_LIMIT
from store.age.bech32 import encode
from store.age.encoding import encode_raw
from store.age.file import Openers
from store.age.header import HEADER_LIMIT, LINE_LIMIT, Stanza, write_header
from store.age.stream import CHUNK_SIZE, encrypt
from tests.store.age.build import (
    FILE_KEY,
    NONCE,
    OF_EACH_KIND,
    OURS,
    OURS_PQ,
    OURS_SSH,
    PASSPHRASE,
    THEIRS,
    crafted,
    for_us,
    refusal,
    sealed,
    wrapped,
)

V1 = b"age-encryption.org/v1\n"
SEALED_CHUNK = CHUNK_SIZE + 16
# openers and a file of 'text' for each way of sealing
FILES: dict[str, tuple[Openers, bytes]] = {
    **{name: ([each], crafted(wrapped(each))) for name, each in OF_EACH_KIND.items()},
    "scrypt": (
        Passphrase(PASSPHRASE.secret, work=1),
        sealed(b"text", Passphrase(PASSPHRASE.secret, work=1)),
    ),
}
each_kind = pytest.mark.parametrize(("openers", "data"), FILES.values(), ids=FILES)


class Source(io.RawIOBase):
    """A file, endless or not, that counts what is read of it, `most` bytes at a time."""

    def __init__(self, pieces: Iterator[bytes], most: int = 1 << 20) -> None:
        self._pieces = pieces
        self._most = most
        self._held = b""
        self.read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        size = min(size, self._most)
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        data, self._held = self._held[:size], self._held[size:]
        self.read_bytes += len(data)
        return data


def read_until_refused(*pieces: Iterable[bytes], say: str) -> int:
    """How many bytes were read before the file was refused with the words `say`."""
    source = Source(chain(*pieces))
    with pytest.raises(AgeError, match=say) as refused:
        for _ in unseal(cast("BinaryIO", source), [OURS]):
            pass
    assert refused.value.hint
    return source.read_bytes


@each_kind
def test_03_a_well_formed_file_for_others_is_not_for_us(openers: Openers, data: bytes) -> None:
    others: Openers = [THEIRS, *(Identity.generate(kind) for kind in KINDS)]
    if isinstance(openers, Passphrase):
        others = Passphrase(bytearray(b"another"), work=1)

    with pytest.raises(NotForUsError):
        unseal(io.BytesIO(data), others)


@each_kind
def test_04_a_file_cut_short_at_any_byte_is_refused(openers: Openers, data: bytes) -> None:
    step = max(1, len(data) // 100)

    for end in {*range(0, len(data), step), *range(len(data) - 60, len(data))}:
        refusal(data[:end], openers)


@pytest.mark.parametrize("chunks", [1, 2, 3])
def test_04_a_file_cut_short_at_a_chunk_edge_gives_out_only_what_was_sealed(chunks: int) -> None:
    text = bytes(range(256)) * 1024
    data = sealed(text)
    head = len(data) - len(text) - 4 * 16
    pieces = unseal(io.BytesIO(data[: head + chunks * SEALED_CHUNK]), [OURS])

    # the last chunk there is one that was not sealed as the last
    given_out = b"".join(islice(pieces, chunks - 1))
    assert given_out == text[: (chunks - 1) * CHUNK_SIZE]
    with pytest.raises(AgeError, match="cut short"):
        next(pieces)


@each_kind
def test_05_one_flipped_bit_anywhere_is_refused(openers: Openers, data: bytes) -> None:
    step = max(1, len(data) // 150)

    for at in {*range(0, len(data), step), *range(len(data) - 36, len(data))}:
        broken = bytearray(data)
        broken[at] ^= 1 << at % 7
        refusal(bytes(broken), openers)


@each_kind
@pytest.mark.parametrize("more", [b"\0", b"\n", bytes(SEALED_CHUNK)])
def test_06_a_file_with_something_appended_is_refused(
    openers: Openers, data: bytes, more: bytes
) -> None:
    assert "age payload" in refusal(data + more, openers)


@each_kind
def test_07_two_files_in_one_are_refused(openers: Openers, data: bytes) -> None:
    assert "age payload" in refusal(data + data, openers)


def test_08_armour_that_never_ends_is_read_by_one_block() -> None:
    begin = [b"-----BEGIN AGE ENCRYPTED FILE-----\n"]
    block = 70_000

    assert read_until_refused(begin, repeat(b"A" * 64 + b"\n"), say="not an age file") < block
    assert read_until_refused(begin, repeat(b"A"), say="too long or never ends") < block
    assert read_until_refused(repeat(b" "), say="not an age file") < 2 * OUTER_LIMIT


@pytest.mark.parametrize("line", [b"-> X25519 " + b"A" * 43 + b"\n", b"-> x\n\n", b"-> x y\nAA\n"])
def test_09_100_000_recipients_are_read_up_to_the_33rd(line: bytes) -> None:
    body = b"A" * 43 + b"\n" if b"X25519" in line else b""

    read = read_until_refused([V1], repeat(line + body, 100_000), say="more than 32 recipients")

    assert read < 33 * len(line + body) + 2 * LINE_LIMIT


def test_10_a_line_of_1_mib_without_an_end_is_read_up_to_its_limit() -> None:
    line = [b"-> x" + b"y" * (1 << 20)]
    dashes = [b"-" * (1 << 20)]
    version = [b"age-encryption.org/" * 50_000]

    assert read_until_refused([V1], line, say="line of more than") < 2 * LINE_LIMIT
    assert read_until_refused(dashes, say="too long or never ends") < 2 * OUTER_LIMIT
    assert read_until_refused(version, say="line of more than") < 2 * LINE_LIMIT


def test_10_a_body_without_an_end_is_read_up_to_the_limit_of_a_header() -> None:
    rows = repeat(b"A" * 64 + b"\n")

    read = read_until_refused([V1, b"-> x\n"], rows, say="longer than 262144 bytes")

    assert HEADER_LIMIT < read < HEADER_LIMIT + 2 * LINE_LIMIT


@pytest.mark.parametrize("work", ["0", "01", "+1", "1e1", "21", "63", "99", "4096", "9" * 4000])
def test_11_a_passphrase_file_that_asks_for_too_much_work_is_refused(work: str) -> None:
    stanza = PASSPHRASE.wrap(FILE_KEY, bytes)
    asks = replace(stanza, args=(stanza.args[0], work))

    assert "1 to 20" in refusal(crafted(asks), PASSPHRASE)


def test_11_a_passphrase_of_others_is_refused_whatever_the_work() -> None:
    for work in ("1", "63"):
        stanza = Stanza("scrypt", ("A" * 22, work), bytes(32))
        assert "passphrase, which is not accepted" in refusal(crafted(stanza), [OURS])


def test_12_a_passphrase_beside_a_recipient_is_refused_either_way() -> None:
    scrypt = PASSPHRASE.wrap(FILE_KEY, bytes)

    for stanzas in ([scrypt, for_us()], [for_us(), scrypt], [scrypt, scrypt]):
        assert "beside other recipients" in refusal(crafted(*stanzas), PASSPHRASE)
        assert "passphrase" in refusal(crafted(*stanzas), [OURS])


@pytest.mark.parametrize("classic", [OURS, OURS_SSH], ids=["X25519", "ssh-ed25519"])
def test_13_post_quantum_beside_classic_is_refused_whoever_opens_it(classic: Identity) -> None:
    hybrid = wrapped(OURS_PQ)

    for stanzas in ([hybrid, wrapped(classic)], [wrapped(classic), hybrid]):
        for opener in ([OURS_PQ], [classic], [classic, OURS_PQ]):
            assert "mixes post-quantum and classic" in refusal(crafted(*stanzas), opener)


@pytest.mark.parametrize("name", ["yubikey", "x/../../bin/sh", "pq1x", "tag", "tagpq"])
def test_14_a_plugin_recipient_is_refused_and_nothing_is_run(name: str) -> None:
    for raw in (b"", bytes(33), OURS.recipient().raw, OURS_PQ.recipient().raw):
        with pytest.raises(AgeError, match="plugin keys are not supported"):
            Recipient.parse(encode(f"age1{name}", raw), KINDS)


@pytest.mark.parametrize("identity", OF_EACH_KIND.values(), ids=OF_EACH_KIND)
def test_15_a_low_order_share_is_refused_even_beside_one_that_opens(identity: Identity) -> None:
    stanza = wrapped(identity)
    size = identity.kind.share_size
    low = replace(stanza, args=(*stanza.args[:-1], encode_raw(bytes(size)).decode()))

    assert "low-order" in refusal(crafted(low), [identity])
    assert "low-order" in refusal(crafted(stanza, low), [identity])


@pytest.mark.parametrize("identity", OF_EACH_KIND.values(), ids=OF_EACH_KIND)
def test_16_a_header_with_another_mac_is_refused(identity: Identity) -> None:
    stanza = wrapped(identity)
    signed_by_another = write_header([stanza], bytes(16))
    payload = b"".join(encrypt([b"text"], FILE_KEY, NONCE))

    assert "MAC does not match" in refusal(signed_by_another + payload, [identity])


@each_kind
def test_17_an_empty_payload_is_refused_and_an_empty_text_is_not(
    openers: Openers, data: bytes
) -> None:
    head = len(data) - len(b"text") - 16 - 16

    for left in (0, 15, 16, 31):
        assert "cut short" in refusal(data[: head + left], openers)
    recipients = openers if isinstance(openers, Passphrase) else [openers[0].recipient()]
    assert b"".join(unseal(io.BytesIO(sealed(b"", recipients)), openers)) == b""


def test_48_a_file_that_gives_a_few_bytes_at_a_time_opens() -> None:
    data = sealed(bytes(CHUNK_SIZE + 5))
    source = Source(iter([data]), most=7)

    assert b"".join(unseal(cast("BinaryIO", source), [OURS])) == bytes(CHUNK_SIZE + 5)


KINDS_OF_LINE = ("X25519", "mlkem768x25519", "ssh-ed25519", "scrypt", "x-grease")
SHARES = st.one_of(
    st.sampled_from([encode_raw(bytes([9]) * size).decode() for size in (4, 16, 32, 1120)]),
    st.text(alphabet="Ag1/+", min_size=1, max_size=50),
)
STANZAS = st.builds(
    Stanza,
    st.sampled_from(KINDS_OF_LINE),
    st.lists(st.one_of(SHARES, st.sampled_from(["1", "2", "63"])), max_size=3).map(tuple),
    st.sampled_from([b"", bytes(32), bytes(33)]),
)


@given(st.lists(STANZAS, min_size=1, max_size=4), st.binary(max_size=64))
def test_any_header_raises_only_our_errors(stanzas: list[Stanza], rest: bytes) -> None:
    data = write_header(stanzas, FILE_KEY) + rest

    for openers in ([*OF_EACH_KIND.values()], Passphrase(bytearray(b"x"), work=1)):
        assert re.match("age header|sealed for|file ", refusal(data, cast("Openers", openers)))


@given(st.binary(max_size=400), st.sampled_from([b"", V1, V1 + b"-> ", b"-----BEGIN AGE"]))
def test_any_bytes_raise_only_our_errors(data: bytes, begin: bytes) -> None:
    for openers in ([*OF_EACH_KIND.values()], PASSPHRASE):
        refusal(begin + data, cast("Openers", openers))
