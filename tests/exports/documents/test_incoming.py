from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.documents.incoming import LARGEST, text_of
from models.errors import ShapeError

MAIL = b"""\
From: a@example.test
Subject: Personal data breach notification
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Caf=E9 records
--b
Content-Type: text/html

<b>not this</b>
--b
Content-Type: text/plain; charset=no-such-charset

second part
--b--
"""


def test_the_plain_parts_of_an_e_mail_are_its_text() -> None:
    text = text_of(MAIL, "form.EML")

    assert "Caf\u00e9 records" in text
    assert "second part" in text
    assert "not this" not in text


def test_plain_text_is_taken_as_it_is_and_lost_letters_show() -> None:
    assert text_of("\ufeffForm \u2612".encode(), "form.txt") == "Form \u2612"
    assert "\ufffd" in text_of(b"caf\xe9", "form.txt")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no text"), (b" \n", "no text"), (b"PK\x03\x04\0\0", "no text"),
        (b"x" * (LARGEST + 1), "2 MiB"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        text_of(raw, "form.txt")


def test_an_e_mail_of_very_many_parts_is_refused() -> None:
    parts = b"".join(b"--b\nContent-Type: text/plain\n\nx\n" for _ in range(101))
    mail = b'Content-Type: multipart/mixed; boundary="b"\n\n' + parts + b"--b--\n"

    with pytest.raises(ShapeError, match="100 parts"):
        text_of(mail, "form.eml")


@given(st.binary(max_size=300))
def test_hostile_bytes_raise_only_our_own_error(raw: bytes) -> None:
    for head in (b"", b"Content-Transfer-Encoding: base64\nContent-Type: text/plain\n\n"):
        try:
            text_of(head + raw, "form.eml")
        except ShapeError:
            continue
