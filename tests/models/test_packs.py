from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import jsonschema  # type: ignore[import-untyped] # it comes without types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.answer import NOT_YET_KNOWN
from models.checks import Evidence, check
from models.clock import clock_text, read_clock, rule
from models.errors import ShapeError
from models.form import (
    Pack,
    Question,
    answer_text,
    json_schema,
    load_pack,
    pack_ids,
    parse_answer,
    parse_pack,
    typed_answer,
)
from models.moment import Moment
from models.report import dump_report, parse_report, report_from_json
from tests.build import answered, form_toml

NEW = ("gdpr-art33", "oaic-2014", "oaic-ndb")
PACKS = [load_pack(name) for name in NEW]
QUESTIONS = [question for pack in PACKS for question in pack.questions]
VALUES: dict[str, Any] = {
    "text": "Staff and suppliers",
    "long_text": "One line\nand مرحبا in another",
    "moment": "2026-06-01T09:00+10:00[Australia/Sydney]",
    "count": {"text": "about 200", "total": 200},
    "contact": {"name": "Privacy office", "email": "privacy@sample.example"},
    "organisations": [{"name": "Police", "planned": True}],
    "measures": [{"text": "Train staff"}],
    "tick": True,
}


def document(form: str, **answers: Any) -> dict[str, Any]:
    return {"form": form, "kind": "initial", "number": 0, "answers": answers}


def value_of(question: Question) -> Any:
    named = [label for label in question.options if label != NOT_YET_KNOWN]
    if question.kind == "choice":
        return named[0]
    return named if question.kind == "choices" else VALUES[question.kind]


def valid(pack: Pack, found: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(json_schema(pack)).is_valid(found))


def test_every_form_of_the_issue_comes_with_the_program() -> None:
    assert set(pack_ids()) == {"ico-2019", *NEW}


@pytest.mark.parametrize("pack", PACKS, ids=NEW)
def test_every_question_has_help_a_source_and_says_whose_words_it_has(pack: Pack) -> None:
    for each in pack.questions:
        assert each.help
        assert each.source
        assert each.wording == "ours"
        assert each.options_wording == ("ours" if each.options else None)
        # what the source does not ask is marked, and the other way round
        assert each.source.startswith(("ours", "OAIC statistics")) == (each.status == "second_hand")


@pytest.mark.parametrize("pack", PACKS, ids=NEW)
def test_each_section_has_its_questions_together_in_order(pack: Pack) -> None:
    order = [question.section for question in pack.questions]

    assert list(dict.fromkeys(order)) == [section.id for section in pack.sections]
    assert len(dict.fromkeys(order)) == 1 + sum(a != b for a, b in pairwise(order))


@pytest.mark.parametrize("pack", PACKS, ids=NEW)
def test_a_full_report_of_each_form_is_taken_and_comes_back(pack: Pack) -> None:
    answers = {each.id: answered(value_of(each)) for each in pack.questions}
    found = document(pack.id, **answers)

    assert valid(pack, found)
    report = parse_report(json.dumps(found).encode())
    assert parse_report(dump_report(report)) == report
    assert report.as_json() == found


@pytest.mark.parametrize("pack", PACKS, ids=NEW)
def test_the_schema_of_each_form_refuses_what_the_program_refuses(pack: Pack) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(pack))
    for each in pack.questions:
        for bad in ({"a": 1}, answered(None), answered(7), answered([]), {"state": "unsure"}):
            found = document(pack.id, **{each.id: bad})
            assert not valid(pack, found)
            with pytest.raises(ShapeError):
                parse_report(json.dumps(found).encode())
        for state in ("blank", "not_applicable", "redacted", "not_yet_known"):
            found = document(pack.id, **{each.id: {"state": state}})
            assert valid(pack, found)
            parse_report(json.dumps(found).encode())


@given(st.sampled_from(QUESTIONS), st.text(max_size=40))
def test_any_typed_text_is_an_answer_or_a_shape_error(question: Question, text: str) -> None:
    try:
        answer = typed_answer(question, text)
    except ShapeError:
        return
    assert parse_answer(question, answer.as_json()) == answer
    answer_text(question, answer)


@pytest.mark.parametrize("pack", PACKS, ids=NEW)
def test_a_fact_means_the_same_to_each_form_and_the_ico_form(pack: Pack) -> None:
    ico = load_pack("ico-2019")
    words = {"text", "long_text", "choice", "choices"}

    shared = [each for each in pack.questions if each.fact and ico.question_of(each.fact)]

    assert {"discovered", "what_happened", "controller_name", "case_reference"} <= {
        each.fact for each in shared
    }
    for each in shared:
        theirs = ico.question_of(str(each.fact))
        assert theirs is not None
        assert each.kind == theirs.kind or {each.kind, theirs.kind} <= words


def test_art_33_asks_for_each_part_of_its_paragraph_3() -> None:
    sources = [each.source for each in load_pack("gdpr-art33").questions]

    assert {f"GDPR Art. 33(3)({letter})" for letter in "abcd"} <= set(sources)
    assert load_pack("gdpr-art33").rule == "gdpr-33-1"


def test_the_ndb_statement_requires_its_four_parts_and_nothing_else_of_the_act() -> None:
    required = [each.source[-2] for each in load_pack("oaic-ndb").questions if _due(each)]

    assert required == ["a", "a", "b", "c", "d"]


def _due(question: Question) -> bool:
    return question.need == "required"


def test_the_guides_two_ways_to_complain_exclude_each_other() -> None:
    pack = load_pack("oaic-2014")
    ways = {"Yes": "notice_complain_oaic", "No": "notice_complain_state"}

    for covered, asked in ways.items():
        report = report_from_json(
            document(
                "oaic-2014",
                notify_individuals=answered("Yes"),
                privacy_act=answered(covered),
            )
        )
        assert [way for way in ways.values() if pack.applies(pack.question(way), report)] == [asked]


def test_indirect_notice_asks_for_one_of_the_three_reasons() -> None:
    pack = load_pack("oaic-2014")
    reason = pack.question("indirect_reason")

    for method, due in {"Letter": False, "Website": True}.items():
        report = report_from_json(document("oaic-2014", notice_methods=answered([method])))
        assert pack.required(reason, report) is due
    assert len(reason.options) == 3


def test_the_offices_of_appendix_b_are_dated() -> None:
    offices = load_pack("oaic-2014").offices

    assert len(offices) == 9
    assert {office.as_of.isoformat() for office in offices} == {"2014-08-01"}
    assert all(office.phone and office.website and office.source for office in offices)


@pytest.mark.parametrize("form", ["oaic-2014", "oaic-ndb"])
def test_a_law_without_a_number_of_hours_calls_nothing_late_or_in_time(form: str) -> None:
    law = rule(load_pack(form).rule)
    year = 2016 if form == "oaic-2014" else 2026
    aware, later = (Moment.parse(f"{year}-{month}-01T09:00Z") for month in ("06", "09"))

    reported = read_clock(law, aware=aware, reported=later, now=None)
    running = read_clock(law, aware=aware, reported=None, now=later)

    assert (law.kind, law.limit_s) == ("open", None)
    assert (reported.status, reported.overdue, reported.deadline_min) == ("no_limit", False, None)
    assert (running.status, running.overdue, running.left_s) == ("running", False, None)
    assert reported.why == "2208h00m from awareness to report, no limit in hours"
    assert running.why == "2208h00m since awareness and no report yet, no limit in hours"
    assert clock_text(running) == "2208h00m running"


def test_checks_that_apply_an_article_are_not_run_under_a_law_without_it() -> None:
    kwargs: dict[str, Any] = {"reported": Moment.parse("2026-06-09T09:00Z")}
    aware = answered("2026-06-01T09:00Z")
    count = answered({"text": "5", "total": 5})

    theirs = report_from_json(document("oaic-ndb", discovered=aware, subjects_count=count))
    ours = report_from_json(document("gdpr-art33", discovered=aware, subjects_count=count))

    assert {each.id for each in check(Evidence.of_report(theirs, **kwargs)).problems} == {"K53"}
    found = check(Evidence.of_report(ours, **kwargs)).problems
    assert {"K07", "K18", "K19", "K47"} <= {each.id for each in found}
    assert "GDPR Art. 33(1); GDPR form 11" in {each.source for each in found}


def test_a_statement_without_one_of_its_four_parts_is_not_complete() -> None:
    pack = load_pack("oaic-ndb")
    parts = {each.id: answered(value_of(each)) for each in pack.questions if _due(each)}

    whole = check(Evidence.of_report(report_from_json(document("oaic-ndb", **parts))))
    del parts["recommended_steps"]
    (found,) = check(Evidence.of_report(report_from_json(document("oaic-ndb", **parts)))).problems

    assert whole.problems == ()
    assert (found.id, found.severity, found.question) == ("K53", "error", "recommended_steps")
    assert found.source == "Privacy Act 1988 s 26WK(3), 26WL; OAIC form d"


def test_a_law_s_years_1_and_9999_are_moments_like_others() -> None:
    for form in NEW:
        for text in ("0001-01-01", "9999-12-31T23:59[Pacific/Kiritimati]"):
            report = report_from_json(document(form, discovered=answered(text)))
            check(Evidence.of_report(report, reported=Moment.parse("2026-06-09")))


def test_labels_from_right_to_left_and_dates_at_the_ends_of_the_calendar_are_taken() -> None:
    raw = form_toml('label = "Told?"', 'label = "هل أُبلغوا؟"')
    early = form_toml("as_of = 2020-01-14", "as_of = 0001-01-01")
    late = form_toml("as_of = 2020-01-14", "as_of = 9999-12-31")

    assert parse_pack(raw).question("told").label == "هل أُبلغوا؟"
    assert [parse_pack(each).authority.as_of.year for each in (early, late)] == [1, 9999]


def test_a_condition_that_waits_for_itself_is_refused() -> None:
    asked = 'label = "Cyber?"'
    alone = '\nonly_if = { question = "cyber", one_of = ["Yes"] }'
    round_trip = '\nonly_if = { question = "told", one_of = ["yes"] }'
    told = 'label = "Told?"'
    back = f'{told}\nonly_if = {{ question = "cyber", one_of = ["Yes"] }}'

    for raw in (
        form_toml(asked, asked + alone),
        form_toml(asked, asked + round_trip).replace(told.encode(), back.encode()),
    ):
        with pytest.raises(ShapeError, match="a condition waits for itself"):
            parse_pack(raw)


def test_a_condition_upon_a_question_that_has_one_is_no_circle() -> None:
    told = 'label = "Told?"'
    back = f'{told}\nonly_if = {{ question = "cyber", one_of = ["Yes"] }}'
    raw = form_toml(told, back).replace(
        b'only_if = { question = "cyber", one_of = ["Yes"] }\nneed = "conditional"',
        b'only_if = { question = "told", one_of = ["yes"] }\nneed = "conditional"',
    )

    assert parse_pack(raw).question("details").only_if is not None
