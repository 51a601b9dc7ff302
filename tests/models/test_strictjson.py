from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ShapeError
from models.strictjson import JSON, LARGEST_INT, REPORT_LIMITS, Limits, check, dump, scan

BAD = {
    "nothing": b"",
    "not json": b"{'a': 1}",
    "two documents": b"{} {}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16"),
    "overlong UTF-8": b'"\xc0\x80"',
    "a key twice": b'{"a":1,"a":2}',
    "a key twice, spelled differently": b'{"a":1,"\\u0061":2}',
    "NaN": b"[NaN]",
    "Infinity": b"[-Infinity]",
    "a fraction": b"[1.0]",
    "a power": b"[1e999]",
    "minus zero": b"[-0]",
    "2^53": b"[9007199254740992]",
    "-2^53": b"[-9007199254740992]",
    "4000 digits": b"[" + b"9" * 4000 + b"]",
    "5000 digits": b"[" + b"9" * 5000 + b"]",
    "half a surrogate pair": b'["\\ud800"]',
    "half a surrogate pair as a key": b'{"\\udfff":1}',
    "a raw control character": b'["\x01"]',
    "depth 17": b"[" * 17 + b"]" * 17,
    "depth 100,000": b"[" * 100_000,
    "depth 100,000 of objects": b'{"a":' * 100_000,
    "too many tokens": b"[" + b"1," * 25_001 + b"1]",
    "1001 items": b"[" + b"1," * 1_000 + b"1]",
    "a string over 256 KiB": b'"' + b"x" * (256 * 1024 + 1) + b'"',
    "10 MB": b'"' + b"x" * 10_000_000 + b'"',
    "quotes and backslashes": b'"\\' * 1_000_000,
    "quotes": b'"' * 2_000_000,
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_what_two_readers_could_read_differently_is_one_line_in_little_time(raw: bytes) -> None:
    begun = time.perf_counter()

    with pytest.raises(ShapeError) as caught:
        scan(raw)

    assert caught.value.message.isascii()
    assert "\n" not in caught.value.message
    assert caught.value.hint
    assert time.perf_counter() - begun < 2


def test_everything_at_its_limit_is_read() -> None:
    limits = replace(REPORT_LIMITS, tokens=2_001)

    assert scan(b"[" * 16 + b"]" * 16)
    assert scan(b"[" + b"1," * 999 + b"1]", limits) == [1] * 1000
    assert scan(b'"' + b"x" * (256 * 1024) + b'"') == "x" * (256 * 1024)
    assert scan(b"[9007199254740991,-9007199254740991]") == [LARGEST_INT, -LARGEST_INT]
    assert scan(b'"' + b"x" * 8 + b'"', replace(REPORT_LIMITS, bytes=10)) == "x" * 8
    with pytest.raises(ShapeError):
        scan(b"[" + b"1," * 1000 + b"1]", limits)


def test_brackets_inside_a_string_do_not_nest() -> None:
    assert scan(b'["' + b"[" * 1000 + b'\\"]"]') == ["[" * 1000 + '"]']


@given(st.binary())
def test_any_bytes_are_json_or_a_shape_error(raw: bytes) -> None:
    try:
        value = scan(raw)
    except ShapeError:
        return
    assert value == json.loads(raw)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INT, LARGEST_INT)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)


@given(values)
def test_what_is_dumped_is_scanned_back(value: object) -> None:
    raw = dump(value)  # type: ignore[arg-type] # hypothesis has no type for recursive JSON

    assert scan(raw, replace(REPORT_LIMITS, depth=100)) == value


def test_dump_is_compact_keeps_the_order_of_keys_and_refuses_floats() -> None:
    assert dump({"b": ["é", None], "a": {"x": True}}) == '{"b":["é",null],"a":{"x":true}}'.encode()
    with pytest.raises(TypeError):
        dump({"a": [1.5]})  # type: ignore[list-item] # what the type forbids is refused at run time


SMALL = Limits(bytes=10_000, depth=4, tokens=30, string=20, array=5)
odd_texts = st.text(st.characters(exclude_categories=[]), max_size=24)
odd_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | odd_texts,
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.lists(inner, max_size=6).map(tuple)
        | st.dictionaries(odd_texts, inner, max_size=6)
    ),
    max_leaves=12,
)


@given(odd_values)
def test_a_value_that_passes_the_check_is_read_back_and_no_other(value: JSON) -> None:
    try:
        raw = dump(value)
        scan(raw, SMALL)
    except (ShapeError, UnicodeEncodeError):
        with pytest.raises(ShapeError):
            check(value, SMALL)
    else:
        check(value, SMALL)


def test_a_check_ends_on_a_value_that_holds_itself() -> None:
    value: list[JSON] = []
    value.append(value)

    with pytest.raises(ShapeError, match="deeper"):
        check(value)


def test_a_check_refuses_keys_that_are_no_text_and_knows_a_float_for_a_bug() -> None:
    keys: Any = {1: "a", "1": "b"}
    number: Any = [0.5]

    with pytest.raises(ShapeError, match="no text"):
        check(keys)
    with pytest.raises(TypeError):
        check(number)
