from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.merging import Contradiction, Merged, Statement, merge_halves
from models.moment import Moment
from tests.models.moments import moments

L, BERLIN = "[Europe/London]", "[Europe/Berlin]"


def stated(*texts: str) -> list[Statement]:
    return [Statement(f"report {at}", Moment.parse(text)) for at, text in enumerate(texts)]


def test_the_halves_of_the_real_case_are_one_instant() -> None:
    found = merge_halves(stated(f"T16:42{L}", f"2019-12-18{L}"))

    assert isinstance(found, Merged)
    assert str(found.moment) == f"2019-12-18T16:42+00:00{L}"
    assert found.why == (
        "inferred from two messages: the time from report 0, the date from report 1"
    )


def test_the_order_of_the_halves_does_not_matter_and_repeated_ones_agree() -> None:
    found = merge_halves(stated(f"2019-12-18{L}", "T16:42", f"2019-12-18{L}", f"T16:42{L}"))

    assert isinstance(found, Merged)
    assert (found.date.report, found.time.report) == ("report 0", "report 1")


@pytest.mark.parametrize(
    "texts",
    [
        (),
        (f"T16:42{L}",),
        (f"2019-12-18{L}", f"2019-12-19{L}"),
        (f"T16:42{L}", f"2019-12-18{L}", f"2019-12-18T16:42{L}"),
        (f"2019-12-18T16:42{L}", f"2019-12-18{L}"),
    ],
)
def test_where_no_two_halves_stand_alone_nothing_is_merged(texts: tuple[str, ...]) -> None:
    assert merge_halves(stated(*texts)) is None


@pytest.mark.parametrize(
    "texts",
    [
        (f"T16:42{L}", f"2019-12-18{BERLIN}"),
        (f"T16:42{L}", f"2019-12-18{L}", f"2019-12-19{L}"),
        (f"T16:42{L}", f"2019-12-18{L}", f"T17:00{L}"),
        (f"T01:30{L}", f"2026-03-29{L}"),
        (f"T16:42+05:00{L}", f"2019-12-18{L}"),
    ],
)
def test_halves_of_no_one_moment_are_named_and_not_merged(texts: tuple[str, ...]) -> None:
    found = merge_halves(stated(*texts))

    assert isinstance(found, Contradiction)
    assert all(text.split("[")[0] in found.why for text in texts)


@given(st.lists(moments(), max_size=4))
def test_a_merged_moment_holds_a_stated_date_and_a_stated_time(found: list[Moment]) -> None:
    told = [Statement(str(at), each) for at, each in enumerate(found)]

    merged = merge_halves(told)

    if isinstance(merged, Merged):
        assert merged.moment.date in {each.date for each in found}
        assert merged.moment.time in {each.time for each in found}
        assert all((each.date is None) != (each.time is None) for each in found)


@given(moments().filter(lambda each: each.date is not None and each.time is not None))
def test_the_halves_of_one_moment_give_it_back(whole: Moment) -> None:
    halves = replace(whole, date=None), replace(whole, time=None, offset=None)

    merged = merge_halves([Statement(str(at), each) for at, each in enumerate(halves)])

    if whole.span().status in {"nonexistent", "contradictory"}:
        assert isinstance(merged, Contradiction)
    else:
        assert isinstance(merged, Merged)
        assert merged.moment == whole.canonical()
