from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from models.answer import BLANK, Answer
from models.errors import MissingError, ShapeError
from models.form import load_pack
from models.report import (
    Answers,
    Report,
    UnknownFormError,
    amend,
    dump_report,
    parse_report,
    report_from_json,
)
from tests.build import answered, report_bytes, report_json, report_with
from tests.twin import FOLLOW_UP, FOLLOW_UP_JSON, INITIAL, INITIAL_JSON

SECRET = "Mrs-Example-of-4-Quay-Street"  # noqa: S105 -- stands for personal data in these tests

REFUSED: dict[str, bytes] = {
    "a list": b"[]",
    "unknown question": report_bytes(answers={SECRET: {"state": "blank"}}),
    "unknown key": report_bytes(**{SECRET: 1}),
    "no answers": b'{"form":"ico-2019","kind":"initial","number":0}',
    "answers a list": report_bytes(answers=[]),
    "form a number": report_bytes(form=7),
    "unknown kind": report_bytes(kind=SECRET),
    "number as text": report_bytes(number="0"),
    "number true": report_bytes(number=True),
    "number negative": report_bytes(number=-1),
    "impossible date": report_bytes(answers={"discovered": answered("2019-02-30")}),
    "unknown zone": report_bytes(answers={"discovered": answered(f"2019-02-03[{SECRET}]")}),
    "junk date": report_bytes(answers={"discovered": answered(SECRET)}),
    "unknown state": report_bytes(answers={"discovered": {"state": SECRET}}),
    "unknown option": report_bytes(answers={"cyber": answered(SECRET)}),
    "value without answer": report_bytes(answers={"actions": {"state": "blank", "value": SECRET}}),
    "steering": report_bytes(answers={"actions": answered(f"{SECRET}\x1b[2J")}),
    "duplicate key": b'{"form":"ico-2019","form":"ico-2019"}',
    "NaN": report_bytes(number=float("nan")),
    "depth": b'{"answers":' * 10_000,
    "10 MB": report_bytes(form="x" * 10_000_000),
    "unknown form": report_bytes(form=SECRET),
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_what_is_no_report_is_one_line_and_a_hint_that_repeat_nothing(raw: bytes) -> None:
    with pytest.raises(ShapeError) as caught:
        parse_report(raw)

    assert caught.value.hint
    assert "\n" not in caught.value.message
    assert SECRET not in caught.value.message + caught.value.hint
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_place_of_a_mistake_is_named() -> None:
    with pytest.raises(ShapeError) as caught:
        parse_report(report_bytes(answers={"reporter": answered({"name": 5})}))
    assert caught.value.message == "report.answers.reporter.value.name must be text"
    assert caught.value.hint == "breachcase schema ico-2019 prints what is allowed"

    with pytest.raises(ShapeError) as caught:
        parse_report(report_bytes(answers={"discoverd": {"state": "blank"}}))
    assert caught.value.message == "report.answers holds a key it must not have"
    assert caught.value.hint == "did you mean discovered"


def test_a_report_of_an_unknown_form_is_both_a_wrong_shape_and_a_missing_form() -> None:
    with pytest.raises(UnknownFormError) as caught:
        parse_report(report_bytes(form="ico-2031"))

    assert isinstance(caught.value, MissingError)
    assert caught.value.code == 65
    assert "ico-2019" in caught.value.hint


@given(st.binary())
def test_any_bytes_are_a_report_or_a_shape_error(raw: bytes) -> None:
    with pytest.raises(ShapeError):
        parse_report(raw)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["answered", "blank", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["state", "value", "name", "text", "note"]), inner)
    ),
    max_leaves=8,
)
questions = st.sampled_from([question.id for question in load_pack("ico-2019").questions])


@given(st.dictionaries(questions, values, max_size=4))
def test_any_answers_are_a_report_or_a_shape_error(answers: dict[str, Any]) -> None:
    try:
        report = parse_report(report_bytes(answers=answers))
    except ShapeError:
        return
    assert parse_report(dump_report(report)) == report


@pytest.mark.parametrize("raw", [INITIAL_JSON, FOLLOW_UP_JSON])
def test_the_twin_is_written_as_it_was_read(raw: bytes) -> None:
    assert dump_report(parse_report(raw)) == raw


def test_the_twin_is_half_known_where_the_real_copies_are() -> None:
    assert str(INITIAL.answer("discovered").value) == "T16:42[Europe/London]"
    assert str(FOLLOW_UP.answer("discovered").value) == "2019-12-18[Europe/London]"
    assert INITIAL.answer("actions").state == "redacted"
    assert INITIAL.answer("case_reference").state == "not_applicable"
    assert FOLLOW_UP.answer("prior_measures").state == "redacted"


@given(st.sets(st.sampled_from(sorted(FOLLOW_UP.answers))))
def test_a_draft_with_any_subset_of_answers_is_a_report(kept: set[str]) -> None:
    draft = report_from_json(
        {**FOLLOW_UP.as_json(), "answers": {qid: FOLLOW_UP.answer(qid).as_json() for qid in kept}}
    )

    assert set(draft.answers) == kept


def test_answers_are_a_mapping_that_never_changes() -> None:
    answers = INITIAL.answers

    assert isinstance(answers, Mapping)
    assert isinstance(answers, Answers)
    assert not hasattr(answers, "__setitem__")
    assert hash(INITIAL) == hash(parse_report(INITIAL_JSON))
    assert "discovered" in repr(answers)
    assert "T16:42" not in repr(answers)


def test_an_answer_nobody_gave_is_blank_and_a_fact_is_the_answer_behind_it() -> None:
    report = report_with(discovered="2019-12-18")

    assert report.answer("cyber") is BLANK
    assert report.fact("discovered") is report.answer("discovered")
    assert report.fact("weather") is BLANK


def test_a_report_holds_its_answers_to_their_questions() -> None:
    fits = Answer(state="answered", value="Yes")

    report = Report(form="ico-2019", kind="initial", number=0, answers={"cyber": fits})

    assert report.answer("cyber") == fits
    with pytest.raises(ShapeError):
        Report(form="ico-2019", kind="initial", number=0, answers={"discovered": fits})


def test_a_report_may_stand_in_a_model_of_someone_elses() -> None:
    class Letter(BaseModel):
        report: Report

    letter = Letter.model_validate({"report": report_json()})

    assert letter.model_dump(mode="json") == {"report": letter.report.as_json()}


def test_amend_validates_and_blank_takes_an_answer_out() -> None:
    report = report_with(cyber="Yes")

    amended = amend(report, cyber=BLANK, threshold=Answer(state="not_applicable"))

    assert dict(amended.answers) == {"threshold": Answer(state="not_applicable")}
    assert report.answer("cyber").value == "Yes"
    with pytest.raises(ShapeError):
        amend(report, cyber=Answer(state="answered", value="Perhaps"))
    with pytest.raises(ShapeError):
        amend(report, cyver=BLANK, weather=Answer(state="redacted"))


def test_a_report_is_written_in_the_order_of_the_form() -> None:
    report = report_with(
        cyber="Yes", threshold=load_pack("ico-2019").question("threshold").options[0]
    )

    assert list(json.loads(dump_report(report))["answers"]) == ["threshold", "cyber"]
