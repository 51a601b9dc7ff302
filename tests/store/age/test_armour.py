from __future__ import annotations

import io
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.age import AgeError, unseal_bytes
from store.age.armour import ARMOUR_LIMIT, OUTER_LIMIT, ArmourWriter, armoured, dearmour
from store.age.intake import Intake
from tests.store.age.build import LIMIT, OURS, refusal, sealed

TEXT = sealed(b"the text", armored=True)
BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----\n"
END = b"-----END AGE ENCRYPTED FILE-----\n"


def opened(text: bytes) -> bytes:
    return unseal_bytes(text, [OURS], LIMIT)


def written(data: bytes, step: int) -> bytes:
    out = io.BytesIO()
    writer = ArmourWriter(out)
    for at in range(0, len(data), step):
        writer.write(data[at : at + step])
    writer.close()
    return out.getvalue()


def read(text: bytes) -> bytes:
    return b"".join(dearmour(Intake.of([text])))


@given(st.binary(max_size=300), st.integers(1, 100))
def test_armour_gives_back_what_it_was_given(data: bytes, step: int) -> None:
    text = written(data, step)

    assert read(text) == data
    assert max(map(len, text.splitlines())) <= 64
    assert text == written(data, 1000)


def test_armour_is_read_with_either_line_end() -> None:
    assert opened(TEXT) == opened(TEXT.replace(b"\n", b"\r\n")) == b"the text"


def test_armour_needs_no_line_feed_after_its_end() -> None:
    assert opened(TEXT[:-1]) == b"the text"


def test_1_kib_of_white_space_may_stand_before_and_after_and_no_more() -> None:
    space = b" \t\r\n" * (OUTER_LIMIT // 4)

    assert opened(space + TEXT[:-1] + space) == b"the text"
    assert "not an age file" in refusal(b" " + space + TEXT)
    assert "followed by something" in refusal(TEXT + space)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"Dear office,\n" + TEXT, "not an age file"),
        (TEXT + b"Kind regards", "followed by something"),
        (TEXT + TEXT, "followed by something"),
        (b"-----", "never ends"),
        (BEGIN + b"A" * 64, "never ends"),
        (b"-----BEGIN AGE ENCRYPTED FILE----- \n" + TEXT[len(BEGIN) :], "begin line"),
        (TEXT.lower(), "begin line"),
        (TEXT.replace(END, b""), "does not end"),
        (TEXT.replace(END, b"-----END AGE"), "does not end"),
        (TEXT.replace(END, b"-----END PGP MESSAGE-----\n"), "does not end"),
        (TEXT.replace(b"\n" + END, b"\n\n" + END), "does not end"),
        (BEGIN + b"\n" + END, "canonical"),
        (BEGIN + END, "not an age file"),
        (BEGIN + b"A" * 65 + b"\n" + END, "canonical"),
        (BEGIN + b"A" * 68 + b"\n" + END, "too long"),
        (BEGIN + b"A" * (1 << 20), "too long"),
        (BEGIN + b"AAAA\nAAAA\n" + END, "does not end"),
        (BEGIN + b"AAAA====\n" + END, "canonical"),
        (BEGIN + b"AAA\n" + END, "canonical"),
        (BEGIN + b"AAB=\n" + END, "canonical"),
        (BEGIN + b"AA =\n" + END, "canonical"),
        (BEGIN + b"AAAA\r\r\n" + END, "canonical"),
        (BEGIN + b"\xff\xff\xff\xff\n" + END, "canonical"),
    ],
)
def test_armour_with_another_spelling_is_refused(text: bytes, why: str) -> None:
    assert why in refusal(text)


def test_only_dashes_after_white_space_are_taken_for_armour() -> None:
    assert armoured(Intake.of([b"\n-----"]))
    assert not armoured(Intake.of([b"----"]))


def test_armour_longer_than_32_mib_is_neither_written_nor_read() -> None:
    row = b"A" * 64 + b"\n"
    rows = (ARMOUR_LIMIT - len(BEGIN + END)) // len(row)
    writer = ArmourWriter(io.BytesIO())
    over = Intake.of(chain([BEGIN], repeat(row, rows + 1), [END]))

    writer.write(bytes(48 * rows))
    with pytest.raises(AgeError, match="longer than 33554432 bytes"):
        writer.write(bytes(48))
    with pytest.raises(AgeError, match="longer than 33554432 bytes"):
        b"".join(dearmour(over))


def test_armour_of_just_32_mib_is_written_and_read() -> None:
    fits = (ARMOUR_LIMIT - len(BEGIN + END)) // 65 * 48
    out = io.BytesIO()
    writer = ArmourWriter(out)

    writer.write(bytes(fits))
    writer.close()

    assert len(out.getvalue()) <= ARMOUR_LIMIT < len(out.getvalue()) + 65
    assert read(out.getvalue()) == bytes(fits)
