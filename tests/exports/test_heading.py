from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exports.heading import Heading, heading, is_message_id
from models.text import visible

ID = "<20191223112300.4417@regulator.example>"


def test_subject_and_message_id_are_read() -> None:
    raw = f"From: a@b.example\r\nmessage-id: {ID}\r\nSubject: Acknowledgement -\r\n IC-1\r\n\r\nx"

    assert heading(raw.encode()) == Heading("Acknowledgement - IC-1", ID)


def test_an_encoded_subject_is_read_as_what_it_says() -> None:
    raw = "Subject: =?utf-8?b?xbvDs8WCdw==?= =?iso-8859-1?q?caf=E9?=\n\n"

    assert heading(raw.encode()).subject == "Żółwcafé"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?no-such-charset?q?a?=", "=?no-such-charset?q?a?="),
        ("=?utf-8?b?x?=", "=?utf-8?b?x?="),
        ("=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("=?utf-8?q?=1B[2J=E2=80=AEx?=", "[2Jx"),
        ("x" * 900, "x" * 500),
    ],
)
def test_a_hostile_subject_becomes_one_harmless_line(written: str, read: str) -> None:
    assert heading(f"Subject: {written}\n\n".encode()).subject == read


@pytest.mark.parametrize(
    "ident", ["a@b", "<a b@c>", "<a@b@c>", "<a@b>\r\nBcc: x", "<żaba@x>", "<@>"]
)
def test_what_is_no_message_id_is_none(ident: str) -> None:
    assert not is_message_id(ident)


def test_an_e_mail_without_a_heading_has_none() -> None:
    assert heading(b"") == heading(b"\n\nSubject: in the body") == Heading()


@given(st.binary() | st.binary().map(lambda raw: b"Subject: " + raw + b"\nMessage-ID: " + raw))
@example(b"Subject: =?utf-8?b?////?=\n\n")
@example(b"Subject: \xff\xfe\n\n")
def test_any_bytes_give_one_line_that_steers_nothing(raw: bytes) -> None:
    found = heading(raw)

    assert visible(found.subject) == found.subject
    assert "\n" not in found.subject
    assert found.message_id == "" or is_message_id(found.message_id)
