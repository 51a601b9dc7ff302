"""What a damaged vault cannot read any more, in words."""

from __future__ import annotations

import pytest

from store.lost import Lost

ONE, OTHER = "1a2b3c4d" * 4, "5e6f7a8b" * 4


@pytest.mark.parametrize(
    ("lost", "line"),
    [
        (Lost(0, ()), ""),
        (Lost(1, ()), "1 change is not readable; of which cases cannot be told"),
        (Lost(0, (ONE,)), "1 change of 1 case is not readable: 1a2b3c4d"),
        (Lost(3, (ONE, OTHER)), "3 changes of 2 cases are not readable: 1a2b3c4d, 5e6f7a8b"),
    ],
)
def test_what_is_lost_is_said_in_one_line(lost: Lost, line: str) -> None:
    assert lost.line() == line
