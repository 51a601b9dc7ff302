from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.age import AgeError
from store.age.bech32 import decode, encode


@given(st.binary(max_size=80))
def test_bech32_gives_back_what_it_was_given(data: bytes) -> None:
    assert decode(encode("age", data)) == ("age", data)
    assert decode(encode("age", data).upper()) == ("AGE", data)


@pytest.mark.parametrize("text", ["a12uel5l", "A12UEL5L"])
def test_the_empty_example_of_bip_173_is_read(text: str) -> None:
    assert decode(text) == (text[0], b"")


@given(st.text(alphabet="age1qpzry9x8KC02Kk\u212a\u0130 \x00\n", max_size=120))
def test_any_text_is_bech32_or_refused(text: str) -> None:
    try:
        prefix, data = decode(text)
    except AgeError:
        return
    assert encode(prefix.lower(), data) == text.lower()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not bech32"),
        ("qpzry", "not bech32"),
        ("a12UEL5L", "one case"),
        ("a12uel5\u212a", "one case"),
        ("A12UEL5\u212a", "one case"),
        ("a1" + "q" * 4095, "not bech32"),
        ("a12uel5b", "mistyped"),
        ("a12uel5m", "mistyped"),
        ("a12uel", "mistyped"),
        ("a1q3g6mn3", "loose bits"),
        ("a1qpamnt9j", "loose bits"),
    ],
)
def test_text_that_is_not_canonical_bech32_is_refused(text: str, why: str) -> None:
    with pytest.raises(AgeError, match=why) as refused:
        decode(text)

    assert refused.value.hint
