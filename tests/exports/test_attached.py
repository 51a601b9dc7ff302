"""The lines that carry an attachment have one exact form."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.attached import Attached, chunk_lines, read_chunks
from exports.errors import BundleError
from store.age.intake import Intake


def named(content: bytes) -> Attached:
    return Attached(
        name="a.bin",
        media_type="application/octet-stream",
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )


def read(text: bytes, file: Attached) -> bytes:
    return b"".join(read_chunks(Intake.of([text]), 0, file))


@given(st.binary(max_size=40))
def test_what_is_written_is_read_again(content: bytes) -> None:
    text = b"".join(chunk_lines(0, [content]))

    assert read(text, named(content)) == content


@given(st.binary(min_size=1, max_size=12), st.integers(0, 10_000), st.integers(0, 255))
def test_a_line_with_any_other_byte_is_refused(content: bytes, at: int, byte: int) -> None:
    text = b"".join(chunk_lines(0, [content]))
    at %= len(text)
    changed = text[:at] + bytes([byte]) + text[at + 1 :]
    if changed == text:
        return

    with pytest.raises(BundleError):
        read(changed, named(content))


@given(st.binary(min_size=1, max_size=7), st.binary(min_size=4, max_size=12))
def test_no_other_base64_text_stands_for_the_same_bytes(content: bytes, text: bytes) -> None:
    (line,) = chunk_lines(0, [content])
    head, tail = b'{"a":0,"n":0,"d":"', b'"}\n'
    forged = head + text + tail
    if forged == line:
        return

    with pytest.raises(BundleError):
        read(forged, named(content))


@pytest.mark.parametrize("text", [b"QQ=!", b"Q=Q=", b"=QQ=", b"QQ==", b"QR==", b"Q!Q=", b"QQ=\n"])
def test_padding_and_skipped_characters_are_held_to_their_place(text: bytes) -> None:
    forged = b'{"a":0,"n":0,"d":"' + text + b'"}\n'

    if text == b"QQ==":
        assert read(forged, named(b"A")) == b"A"
    else:
        with pytest.raises(BundleError):
            read(forged, named(b"A"))
