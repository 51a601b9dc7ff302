"""The assessment as its registers tell it: items, groups, decisions, the hold, what is odd."""

from __future__ import annotations

import re
from typing import Any

import pytest

from models.answer import Answer
from models.assessment import read_assessment
from models.case import case_view
from models.errors import MissingError
from models.guide import CASE, GROUP, SEVERITY, considered, guide, question_at
from tests.models.assessed import assessed, registers

AT = "2026-03-02T10:00+11:00[Australia/Sydney]"
CONTENT = [f"C{number}" for number in range(1, 12)]


def test_the_guides_ask_every_item_of_the_steps_and_of_a_group() -> None:
    case = {each.number for each in guide(CASE).questions}
    group = {each.number for each in guide(GROUP).questions}

    assert {f"S1.{number}" for number in range(1, 14)} <= case
    assert {"Ra", "Rb", "Rc", "Rd", "Re"} <= case
    assert {f"W{n}" for n in range(1, 7)} | {f"O{n}" for n in range(1, 9)} <= case
    assert {f"P{n}" for n in range(1, 10)} | {"C1", "C2", "C3", "C4", "C6", "C7"} <= case
    assert {f"N{n}" for n in range(1, 7)} | set(CONTENT) <= group


@pytest.mark.parametrize("name", [CASE, GROUP, SEVERITY])
def test_every_question_of_a_guide_stands_in_a_chapter_and_names_its_source(name: str) -> None:
    found = guide(name)

    asked = [each for chapter in found.chapters for each in found.of(chapter.id)]
    assert sorted(each.id for each in asked) == sorted(each.id for each in found.questions)
    assert len({each.id for each in asked}) == len({each.number for each in asked}) == len(asked)
    assert all(each.source.startswith(found.source) for each in asked)


def test_an_item_goes_by_its_number_in_either_case_or_its_name() -> None:
    asked = guide(CASE)

    assert asked.question("s1.6") == asked.question("S1.6") == asked.question("cause")
    with pytest.raises(MissingError, match="no item of that name"):
        asked.question("S1.14")


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("assessment/cause", "S1.6"),
        ("assessment/severity/intent", "CB4"),
        ("group/0000000000000001/notify", "D1"),
        ("group/0000000000000001/pos", None),
        ("assessment/unheard_of", None),
        ("case/title", None),
    ],
)
def test_a_register_leads_to_the_question_that_it_answers(field: str, number: str | None) -> None:
    found = question_at(field)

    assert (found.number if found else None) == number


def test_a_case_without_registers_of_an_assessment_has_none() -> None:
    assert read_assessment({"case/title": "A case"}) is None
    assert case_view("1" * 32, {}).assessment is None


def test_a_case_carries_its_assessment_and_names_what_is_odd() -> None:
    fields = registers({"S1.6": "a cause"}, {"R1": "Names"})
    odd: dict[str, Any] = {
        "assessment/cause": 3,
        "assessment/unheard_of": {"state": "blank"},
        "assessment/severity/intent": {"state": "answered", "value": "9"},
        "group/0000000000000001/identity": {"state": "answered", "value": "Perhaps"},
        "group/0000000000000001/pos": 1,
        "group/alone": {"state": "blank"},
    }

    case = case_view("1" * 32, {**fields, **odd})

    assert case.assessment is not None
    assert case.odd == tuple(sorted(odd))
    assert [group.name for group in case.assessment.groups] == ["Names"]


def test_groups_stand_by_place_then_id_and_are_numbered_so() -> None:
    fields = registers({}, {"R1": "Third"}, {"R1": "First"}, {})
    fields["group/0000000000000001/pos"] = "2"
    fields["group/0000000000000002/pos"] = "1"
    fields["group/0000000000000003/pos"] = "2"

    found = read_assessment(fields)

    assert found is not None
    assert [(each.number, each.name) for each in found.groups] == [
        (1, "First"),
        (2, "Third"),
        (3, "group 3"),
    ]


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(state="answered", value="x"), "done"),
        (Answer(state="redacted"), "done"),
        (Answer(state="not_applicable"), "not applicable"),
        (Answer(state="not_asked"), "not considered"),
        (Answer(state="not_yet_known"), "open"),
        (Answer(state="blank"), "open"),
    ],
)
def test_an_item_is_done_not_applicable_not_considered_or_open(answer: Answer, word: str) -> None:
    assert considered(answer) == word


def test_a_blank_answer_is_as_none() -> None:
    found = assessed({"S1.6": {"state": "blank"}, "S1.7": {"state": "not_asked"}})

    assert [*found.items] == ["extent"]


def test_a_decision_has_a_word_a_reason_a_role_and_a_time() -> None:
    found = assessed(
        {"D4": {"text": "Yes", "why": "a theft"}, "D5": "Privacy officer", "D6": AT},
        {"D1": "Not yet"},
    )

    assert found.police.as_json() == {
        "decision": "Yes",
        "reason": "a theft",
        "by": "Privacy officer",
        "at": AT,
    }
    assert found.regulator.as_json() == dict.fromkeys(("decision", "reason", "by", "at"))
    assert found.groups[0].decision.word == "Not yet"


def test_a_hold_is_in_force_until_it_is_released() -> None:
    asked = {"H1": "Federal police", "H2": AT, "H3": "2026-03-09[Australia/Sydney]"}
    running, ended = (assessed(items).hold for items in (asked, {**asked, "H4": AT}))

    assert running is not None
    assert ended is not None
    assert (running.in_force, ended.in_force) == (True, False)
    assert running.as_json() == {
        "asked_by": "Federal police",
        "from": AT,
        "until": "2026-03-09[Australia/Sydney]",
        "released": None,
    }
    assert assessed({"H4": AT}).hold is None
    assert assessed({"H2": AT}).hold is not None


@pytest.mark.parametrize(("word", "closed"), [("Open", False), ("Closed", True), ("Skipped", True)])
def test_a_step_is_closed_or_skipped_in_any_order(word: str, *, closed: bool) -> None:
    found = assessed({"T3": word})

    assert (found.closed(3), found.closed(1)) == (closed, False)


def test_a_notice_lacks_what_is_neither_there_nor_left_out_for_a_reason() -> None:
    whole = dict.fromkeys(CONTENT[:10], "Present")
    omitted = {"text": "Deliberately omitted", "why": "no other source"}

    def missing(**changes: Any) -> tuple[str, ...]:
        return assessed({}, {**whole, **changes}).groups[0].missing

    assert missing() == ()
    assert missing(C5=omitted) == ()
    assert missing(C5="Deliberately omitted", C9="Missing") == ("C5", "C9")
    assert missing(C8={"state": "not_applicable"}) == ()
    assert missing(C10="Missing", C11="Present") == ()
    assert missing(C10="Missing") == ("C10", "C11")


def test_the_two_ways_to_complain_exclude_each_other() -> None:
    groups = assessed({}, {"C10": "Present", "C11": "Present"}, {"C10": "Present"}).groups

    assert [group.both_complaints for group in groups] == [True, False]


def test_the_notice_to_the_regulator_has_six_parts() -> None:
    assert assessed({"C1": "Present"}).notice_missing == ("C2", "C3", "C4", "C6", "C7")


def test_people_are_counted_where_somebody_counted_them() -> None:
    groups = assessed({}, {"R14": "about 200"}, {"R14": "1,200"}, {"R14": "Not yet known"}).groups

    assert [group.people for group in groups] == [None, 1200, None]


def test_no_guide_names_a_real_system_or_a_person() -> None:
    texts = [each.label + each.help for name in (CASE, GROUP) for each in guide(name).questions]

    assert [text for text in texts if re.search(r"https?:|@[a-z]", text)] == []
