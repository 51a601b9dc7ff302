"""Which cases are said to look alike, and which look so and are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.alike import Traits, days_around, likeness, traits
from models.case import case_view
from models.strictjson import JSON
from tests.build import answered

ONE = Traits("Laptop left on a train", "2026-03-04", "2026-03-01", "Harbour IT", 300, 410)
EVERY = (
    "same discovery, same occurrence, same processor, similar title, "
    "same number of data subjects, same number of records"
)


def case_fields(**answers: JSON) -> dict[str, JSON]:
    fields: dict[str, JSON] = {
        "case/title": "Laptop",
        "report/r/form": "ico-2019",
        "report/r/kind": "initial",
        "report/r/number": 0,
        "party/a": {"role": "processor", "name": "Harbour IT", "aware": None},
        "party/b": {"role": "controller", "name": "Trust", "aware": None},
    }
    return fields | {f"report/r/{name}": answered(value) for name, value in answers.items()}


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, EVERY),
        (
            {"occurred": "", "title": "Stick", "subjects": 2, "records": None},
            "same discovery, same processor",
        ),
        (
            {"discovered": "2026-03-05", "occurred": "", "processor": "", "records": 1},
            "discovery a day apart, similar title, same number of data subjects",
        ),
        (
            {
                "discovered": "",
                "occurred": "2026-02-28",
                "processor": "HARBOUR it ",
                "title": "x",
                "subjects": None,
                "records": 9,
            },
            "occurrence a day apart, same processor",
        ),
        (
            {"title": "train: LAPTOP, left", "processor": "Other", "subjects": 0, "records": 0},
            "same discovery, same occurrence, similar title",
        ),
    ],
)
def test_cases_of_one_time_with_something_else_in_common_look_alike(
    changes: dict[str, str], reasons: str
) -> None:
    other = replace(ONE, **changes)  # type: ignore[arg-type]

    assert ", ".join(likeness(ONE, other)) == reasons
    assert likeness(other, ONE) == likeness(ONE, other)


@pytest.mark.parametrize(
    "changes",
    [
        # all is the same, but a week lies between
        {"discovered": "2026-03-11", "occurred": "2026-03-08"},
        # two days, neither of them a day apart
        {"discovered": "2026-03-06", "occurred": "2026-02-27"},
        # one's discovery is the other's occurrence: two kinds of time
        {"discovered": "2026-03-01", "occurred": "2026-03-04"},
        # no date on one side
        {"discovered": "", "occurred": ""},
        {"discovered": "someday", "occurred": "2026-13-01"},
        # the same day and nothing else; a title of words that every title has
        {"title": "Lost data, wrong email", "processor": "Quay IT", "subjects": 4, "records": 5},
        {"title": "Laptop stolen", "processor": "", "subjects": None, "records": None},
        {"title": "", "processor": "-", "subjects": 301, "records": 41},
    ],
)
def test_cases_that_share_less_do_not(changes: dict[str, str]) -> None:
    assert likeness(ONE, replace(ONE, **changes)) == ()  # type: ignore[arg-type]


def test_titles_of_common_words_and_small_counts_say_nothing() -> None:
    one = Traits("Data breach: email sent to the wrong person", "2026-03-04", "", "", 1, 9)

    assert likeness(one, replace(one, title="Personal data sent in an email")) == ()
    assert likeness(replace(one, title="Lost report"), replace(one, title="Lost report")) == ()


def test_the_traits_of_a_case_are_what_its_latest_report_states() -> None:
    fields = case_fields(
        discovered="2026-03-04T10:00[Europe/London]",
        occurred="T09:00[Europe/London]",
        subjects_count={"text": "300", "total": 300},
        records_count={"text": "many"},
    )

    found = traits(case_view("a" * 32, fields))

    assert found == Traits("Laptop", "2026-03-04", "", "Harbour IT", 300, None)
    assert Traits.filed("Laptop", found.as_json()) == found
    assert traits(case_view("a" * 32, {})) == Traits()


def test_the_days_around_the_ends_of_the_calendar_are_none() -> None:
    assert days_around("2026-03-01") == ("2026-02-28", "2026-03-01", "2026-03-02")
    assert days_around("0001-01-01") == days_around("") == ()
