from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from models.answer import (
    BLANK,
    STATES,
    Answer,
    Contact,
    Count,
    Measure,
    Organisation,
    Part,
    State,
    same,
)
from models.errors import ShapeError
from models.moment import Moment

DAY = Moment.parse("2019-12-18[Europe/London]")


@pytest.mark.parametrize("value", [None, "", ()])
def test_an_answered_question_has_a_value(value: Any) -> None:
    with pytest.raises(ShapeError):
        Answer(state="answered", value=value)


@pytest.mark.parametrize("state", [state for state in STATES if state != "answered"])
def test_the_other_states_have_none(state: State) -> None:
    assert Answer(state=state).value is None
    with pytest.raises(ShapeError):
        Answer(state=state, value="something")


def test_not_yet_known_may_name_the_option_of_the_form() -> None:
    assert Answer(state="not_yet_known", value="Not yet known").as_json() == {
        "state": "not_yet_known",
        "value": "Not yet known",
    }
    assert Answer(state="not_yet_known", value=("Not yet known",)).value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        (True, True),
        (("one", "two"), ["one", "two"]),
        (DAY, "2019-12-18[Europe/London]"),
        (Count(text="about 3"), {"text": "about 3"}),
        (
            Count(text="5", total=5, parts=(Part(label="a", count=2),), disjoint=True),
            {"text": "5", "total": 5, "parts": [{"label": "a", "count": 2}], "disjoint": True},
        ),
        (Contact(name="A", redacted=("phone",)), {"name": "A", "redacted": ["phone"]}),
        (
            (Organisation(name="A", told_on=DAY), Organisation(name="B", planned=True)),
            [
                {"name": "A", "told_on": "2019-12-18[Europe/London]"},
                {"name": "B", "planned": True},
            ],
        ),
        ((Measure(text="do", done=DAY),), [{"text": "do", "done": "2019-12-18[Europe/London]"}]),
    ],
)
def test_a_value_of_each_kind_has_its_json(value: Any, expected: Any) -> None:
    assert Answer(state="answered", value=value).as_json() == {
        "state": "answered",
        "value": expected,
    }


def test_note_and_source_stand_beside_the_value() -> None:
    answer = Answer(state="redacted", note="by the regulator", source="message 1")

    assert answer.as_json() == {
        "state": "redacted",
        "note": "by the regulator",
        "source": "message 1",
    }


def test_an_answer_does_not_change_and_takes_no_unknown_key() -> None:
    with pytest.raises(ValidationError):
        BLANK.state = "redacted"  # type: ignore[misc] # what mypy forbids is refused at run time
    with pytest.raises(ValidationError):
        Answer.model_validate({"state": "blank", "stat": "x"})


@pytest.mark.parametrize("fields", [("name", "name"), ("email",)])
def test_a_redacted_field_is_listed_once_and_not_given(fields: Any) -> None:
    with pytest.raises(ValidationError):
        Contact(email="a@b.example", redacted=fields)


def test_blank_not_applicable_not_asked_and_the_text_n_a_say_the_same() -> None:
    nothing = [
        BLANK,
        Answer(state="not_applicable"),
        Answer(state="not_asked", source="copy"),
        Answer(state="answered", value="N/A"),
    ]

    assert all(same(a, b) for a in nothing for b in nothing)
    assert not same(BLANK, Answer(state="redacted"))
    assert not same(BLANK, Answer(state="blank", note="why"))


def test_not_yet_known_is_the_same_with_and_without_the_option() -> None:
    assert same(Answer(state="not_yet_known"), Answer(state="not_yet_known", value="Not yet known"))


def test_the_source_is_no_part_of_what_is_said() -> None:
    said = Answer(state="answered", value="x")

    assert same(said, Answer(state="answered", value="x", source="message 1"))
    assert not same(said, Answer(state="answered", value="y"))
