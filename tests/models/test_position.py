"""Positions in a list: always one between two, and no longer than it has to be."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.position import between, position, spread
from models.strictjson import JSON

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
POSITIONS = st.text(DIGITS, max_size=6).map(lambda text: text.rstrip("0"))


@given(POSITIONS, POSITIONS)
def test_there_is_always_one_strictly_between_two(one: str, other: str) -> None:
    before, after = min(one, other), max(one, other)
    if before == after:
        after = ""

    found = between(before, after)

    assert before < found
    assert not after or found < after
    assert position(found) == found


@given(POSITIONS, POSITIONS)
def test_no_shorter_one_lies_between(one: str, other: str) -> None:
    before, after = min(one, other)[:2].rstrip("0"), max(one, other)[:2].rstrip("0")
    if before == after:
        after = ""

    found = between(before, after)

    shorter = [*DIGITS, *(a + b for a in DIGITS for b in DIGITS)] if len(found) > 2 else [*DIGITS]
    if len(found) > 1:
        assert not any(
            before < each and (not after or each < after) and not each.endswith("0")
            for each in shorter
        )


def test_a_list_that_grows_at_an_end_takes_few_digits() -> None:
    last = first = between("", "")
    for _ in range(500):
        last, first = between(last, ""), between("", first)

    assert (len(last), len(first)) == (9, 9)


@given(POSITIONS, POSITIONS, st.integers(0, 200))
def test_many_at_once_stand_in_order_and_stay_short(one: str, other: str, count: int) -> None:
    before, after = min(one, other), max(one, other)
    if before == after:
        after = ""

    found = spread(before, after, count)

    ends = [before, *found, *([after] if after else [])]
    assert len(found) == count
    assert all(a < b for a, b in pairwise(ends))
    assert max(map(len, found), default=0) <= max(len(one), len(other)) + 5


@given(st.lists(st.integers(0, 50), max_size=40))
def test_items_put_anywhere_keep_their_order(places: list[int]) -> None:
    held: list[str] = []
    for place in places:
        at = min(place, len(held))
        before = held[at - 1] if at else ""
        held.insert(at, between(before, held[at] if at < len(held) else ""))

    assert held == sorted(set(held))


@pytest.mark.parametrize("value", ["", "0", "V0", "a b", "é", "V" * 1001, 7, None, ["V"]])
def test_what_is_no_position_is_none(value: JSON) -> None:
    assert position(value) is None
