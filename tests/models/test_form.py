from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.answer import Answer, Measure
from models.errors import MissingError, ShapeError
from models.form import (
    Pack,
    answer_text,
    load_pack,
    pack_ids,
    parse_answer,
    parse_pack,
    typed_answer,
)
from models.moment import Moment
from models.pack import PACK_BYTES
from tests.build import answered, form_toml, report_with
from tests.models.ico_options import OPTIONS

ICO = load_pack("ico-2019")
LONDON = "[Europe/London]"

# Number, id, kind, how many options: `ico-form.md`, question by question.
QUESTIONS = """
Q1 spoken_to text 0, Q3 case_reference text 0, Q4 threshold choice 3, Q5 what_happened long_text 0,
Q6 cyber choice 3, Q7 how_found long_text 0, Q8 discovered moment 0, Q9 occurred moment 0,
Q10 data_categories choices 17, Q11 data_categories_other text 0, Q12 records_count count 0,
Q13 subjects_count count 0, Q14 subject_categories choices 10, Q15 subject_categories_other text 0,
Q16 consequences long_text 0, Q17 likelihood choice 6, Q18 likelihood_details long_text 0,
Q19 systems_affected choice 3, Q20 systems_affected_which choices 3,
Q21 organisation_impact choice 4, Q22 recovery_time choice 6, Q23 staff_training choice 3,
Q26 delay_reason long_text 0, Q27 prior_measures long_text 0, Q28 actions long_text 0,
Q29 prevention_steps measures 0, Q30 subjects_told choice 7, Q31 subjects_told_details long_text 0,
Q32 others_told choice 3, Q33 others_told_which organisations 0, Q34 controller_name text 0,
Q35 controller_address text 0, Q36 reporter contact 0, Q37 dpo_same tick 0, Q38 dpo contact 0
"""


def test_the_ico_form_has_every_question_in_the_regulators_order() -> None:
    found = [f"{each.number} {each.id} {each.kind} {len(each.options)}" for each in ICO.questions]

    assert found == [line.strip() for line in QUESTIONS.replace("\n", " ").split(",")]


def test_the_options_are_those_of_the_printed_form_letter_by_letter() -> None:
    found = [
        line
        for each in ICO.questions
        if each.options
        for line in (each.number, *(f"  {label}" for label in each.options))
    ]

    assert found == OPTIONS.strip("\n").split("\n")


def test_only_the_marked_questions_are_not_asked_of_every_report() -> None:
    by_kind = {each.number: each.applies for each in ICO.questions if len(each.applies) == 1}
    by_cause = {each.number for each in ICO.questions if each.only_if}

    assert by_kind == {"Q26": ("initial",), "Q27": ("follow_up",), "Q29": ("follow_up",)}
    assert by_cause == {"Q19", "Q20", "Q21", "Q22"}


def test_the_needs_are_those_of_the_form() -> None:
    by_need: dict[str, str] = {}
    for each in ICO.questions:
        by_need[each.need] = f"{by_need.get(each.need, '')} {each.number}".strip()

    assert by_need == {
        "required": "Q4 Q5 Q6 Q8 Q10 Q14 Q16 Q17 Q27 Q28 Q29 Q30 Q32 Q34 Q35 Q36",
        "required_or_unknown": "Q7 Q9 Q12 Q13 Q23",
        "optional": "Q1 Q37",
        "conditional": "Q3 Q11 Q15 Q18 Q19 Q20 Q21 Q22 Q26 Q31 Q33 Q38",
    }


def test_the_form_says_what_was_seen_and_what_is_second_hand() -> None:
    second_hand = {each.number for each in ICO.questions if each.status == "second_hand"}

    assert second_hand == {"Q19", "Q20", "Q21", "Q22", "Q32"}
    assert {each.options_wording for each in ICO.questions if each.number in second_hand} == {
        "ours"
    }
    assert {each.options_wording for each in ICO.questions if not each.options} == {None}
    assert [each.id for each in ICO.questions if each.wording == "official"] == ["dpo_same"]


def test_each_section_has_its_questions_together() -> None:
    order = [question.section for question in ICO.questions]

    assert list(dict.fromkeys(order)) == [section.id for section in ICO.sections]
    assert sorted(order, key=[section.id for section in ICO.sections].index) == order


def test_the_authority_is_dated_and_its_pattern_takes_its_example() -> None:
    authority = ICO.authority

    assert authority.name == "Information Commissioner's Office"
    assert authority.as_of.isoformat() == "2020-01-14"
    assert re.fullmatch(authority.reference_pattern, authority.reference_example)


def test_a_pack_finds_questions_by_id_and_by_fact() -> None:
    asked = ICO.question_of("discovered")

    assert asked is ICO.question("discovered")
    assert ICO.question_of("weather") is None
    with pytest.raises(MissingError, match="no question of that name") as caught:
        ICO.question("weather")
    assert "discovered" in caught.value.hint


@pytest.mark.parametrize(
    ("qid", "kind", "answers", "asked"),
    [
        ("delay_reason", "initial", {}, True),
        ("delay_reason", "follow_up", {}, False),
        ("prior_measures", "initial", {}, False),
        ("systems_affected", "initial", {"cyber": "Yes"}, True),
        ("systems_affected", "initial", {"cyber": "Don't know"}, False),
        ("systems_affected", "initial", {}, False),
    ],
)
def test_a_question_is_asked_by_kind_of_report_and_condition(
    qid: str, kind: str, answers: dict[str, Any], *, asked: bool
) -> None:
    assert ICO.applies(ICO.question(qid), report_with(kind, **answers)) is asked


@pytest.mark.parametrize(
    ("qid", "answers", "due"),
    [
        ("threshold", {}, True),
        ("how_found", {}, True),
        ("spoken_to", {}, False),
        ("delay_reason", {}, False),
        ("dpo", {}, True),
        ("dpo", {"dpo_same": True}, False),
        ("data_categories_other", {"data_categories": ["Health data"]}, False),
        (
            "data_categories_other",
            {"data_categories": ["Health data", "Other (please give details below)"]},
            True,
        ),
    ],
)
def test_an_answer_is_due_by_need_and_condition(
    qid: str, answers: dict[str, Any], *, due: bool
) -> None:
    assert ICO.required(ICO.question(qid), report_with(**answers)) is due


def test_a_follow_up_needs_the_reference_that_an_initial_report_cannot_have() -> None:
    reference = ICO.question("case_reference")

    assert ICO.required(reference, report_with("follow_up"))
    assert not ICO.required(reference, report_with("initial"))


def test_a_pasted_run_of_blanks_is_read_in_linear_time() -> None:
    steps = ICO.question("prevention_steps")
    padded = f"Train{' ' * 200_000}staff @2026-09-01"

    value = typed_answer(steps, padded).value

    assert isinstance(value, tuple)
    assert [str(step.due) for step in value if isinstance(step, Measure)] == ["2026-09-01"]


def test_forms_are_found_by_id_and_no_name_becomes_a_path() -> None:
    assert pack_ids() == tuple(sorted(pack_ids()))
    assert load_pack("ico-2019") is ICO
    for name in ("../forms/ico-2019", "ico-2019.toml", "", "/etc/passwd", "ico-2020"):
        with pytest.raises(MissingError, match="no form of that name") as caught:
            load_pack(name)
        assert "ico-2019" in caught.value.hint


def test_the_hash_of_a_pack_is_that_of_its_bytes() -> None:
    assert parse_pack(form_toml()).sha256 != parse_pack(form_toml("Sample", "Other")).sha256
    assert len(ICO.sha256) == 64


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "tick"', 'kind = "guess"'),
        ('kind = "tick"', 'kind = "choice"'),
        ('options = ["Yes", "No"]', 'options = ["Yes", "Yes"]'),
        ('options = ["Yes", "No"]', ""),
        ('id = "told"', 'id = "cyber"'),
        ('id = "told"', 'id = "copy"'),
        ('id = "told"', 'id = "Told!"'),
        ('section = "first"', 'section = "second"'),
        ('question = "cyber"', 'question = "nobody"'),
        ('one_of = ["Yes"]', 'one_of = ["Perhaps"]'),
        ('one_of = ["no"]', 'one_of = ["perhaps"]'),
        ('question = "told", one_of = ["no"]', 'question = "kind", one_of = ["no"]'),
        ('id = "details"', 'id = "frozen"'),
        ('id = "details"', 'id = "kind"'),
        ('rule = "uk-gdpr-33-1"', 'rule = "uk-gdpr-99"'),
        ('zone = "Europe/London"', 'zone = "Europe/Atlantis"'),
        ('reference_example = "S-1"', 'reference_example = "S-one"'),
        ('reference_pattern = "^S-[0-9]+$"', 'reference_pattern = "S-("'),
        ('reference_pattern = "^S-[0-9]+$"', 'reference_pattern = "a{99999999999999999999}"'),
        ('reference_pattern = "^S-[0-9]+$"', f'reference_pattern = "{"(" * 400}a{")" * 99}"'),
        ("as_of = 2020-01-14", "as_of = 2020-02-30"),
        ('title = "A sample form"', 'title = "A \\u202esample form"'),
        ("version = 1", "version = 0"),
        ("version = 1", "version = 1\nweather = 2"),
        ('label = "Told?"', 'label = "Told\\u001b"'),
        ('label = "Told?"', 'label = "Told?"\nfact = "details"'),
        ('preamble = "Read this first."', "preamble = 1"),
        ('id = "sample-1"', 'id = "../sample"'),
        ('id = "first"\n', 'id = "first"\ntitle = "x"\n[[sections]]\nid = "first"\n'),
    ],
)
def test_a_form_that_cannot_work_is_refused_by_its_place(old: str, new: str) -> None:
    with pytest.raises(ShapeError, match=r"^form[. ]") as caught:
        parse_pack(form_toml(old, new))

    assert "\n" not in caught.value.message
    assert caught.value.hint


@given(st.binary())
def test_any_bytes_are_a_form_or_a_shape_error(raw: bytes) -> None:
    with pytest.raises(ShapeError):
        parse_pack(raw)


@pytest.mark.parametrize(
    "raw", [b"x" * (PACK_BYTES + 1), b"a = " + b"[" * 100_000, b"a = " + b"9" * 5_000]
)
def test_a_form_that_would_cost_too_much_is_refused(raw: bytes) -> None:
    with pytest.raises(ShapeError):
        parse_pack(raw)


def test_every_form_that_comes_with_the_program_parses() -> None:
    for name in pack_ids():
        raw = (files("models") / "forms" / f"{name}.toml").read_bytes()
        assert parse_pack(raw).id == name == tomllib.loads(raw.decode())["id"]


@pytest.mark.parametrize(
    ("qid", "value", "message"),
    [
        ("cyber", 5, "cyber must be an object"),
        ("cyber", {}, "cyber has no state"),
        ("cyber", {"state": "odd"}, "cyber has no state of that name"),
        ("cyber", {"state": "answered"}, "cyber.value is missing"),
        ("cyber", answered("Maybe"), "cyber.value is none of the values allowed there"),
        ("cyber", {"state": "blank", "value": "x"}, "cyber.value must be left out in this state"),
        ("cyber", {"state": "blank", "notes": "x"}, "cyber holds a key it must not have"),
        ("likelihood", answered("Not yet known"), "likelihood.value is none of the values"),
        ("data_categories", answered([]), "data_categories.value has too few items"),
        ("data_categories", answered(["Health data"] * 2), "an option is ticked twice"),
        ("data_categories", answered(["Not yet known"]), "goes with the state not_yet_known"),
        ("dpo_same", answered("yes"), "dpo_same.value must be true or false"),
        ("discovered", answered("2019-02-30"), "discovered.value is refused: no such date"),
        ("discovered", answered("2019-02-03[Mars/Base]"), "is refused: unknown time zone"),
        ("discovered", answered(5), "discovered.value has the wrong type"),
        ("subjects_count", answered({"text": "1", "total": -1}), "total is too small"),
        ("subjects_count", answered({"total": 1}), "subjects_count.value.text is missing"),
        ("reporter", answered({"name": 1}), "reporter.value.name must be text"),
        ("prevention_steps", answered([]), "prevention_steps.value has too few items"),
        ("prevention_steps", answered("x"), "prevention_steps.value must be a list"),
        ("actions", answered("\x1b"), "holds a character that could steer a terminal"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_its_place(
    qid: str, value: Any, message: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        parse_answer(ICO.question(qid), value)

    assert message in caught.value.message
    assert caught.value.hint


def test_a_misspelled_key_is_answered_with_the_nearest() -> None:
    with pytest.raises(ShapeError) as caught:
        parse_answer(ICO.question("cyber"), {"state": "blank", "notes": "x"})
    assert caught.value.hint == "did you mean note"

    with pytest.raises(ShapeError) as caught:
        parse_answer(ICO.question("cyber"), {"state": "blank", "n" * 10_000: "x"})
    assert caught.value.hint == "options: Yes; No; Don't know"


def test_ticked_options_come_in_the_order_of_the_form() -> None:
    answer = parse_answer(
        ICO.question("data_categories"), answered(["Location data", "Health data", "Not yet known"])
    )

    assert answer.value == ("Health data", "Location data", "Not yet known")


# What is typed, and the answer it is.
TYPED: list[tuple[str, str, dict[str, Any]]] = [
    ("spoken_to", "  R. Example ", answered("R. Example")),
    ("what_happened", "one\r\ntwo", answered("one\ntwo")),
    ("what_happened", "[update] more", answered("[update] more")),
    ("what_happened", "{odd", answered("{odd")),
    ("actions", "[redacted]", {"state": "redacted"}),
    ("actions", "[not asked]", {"state": "not_asked"}),
    ("case_reference", "n/a", {"state": "not_applicable"}),
    ("cyber", "", {"state": "blank"}),
    ("cyber", " \n", {"state": "blank"}),
    ("cyber", "don", answered("Don't know")),
    ("likelihood", "likely", answered("Likely")),
    ("likelihood", "4", answered("Unlikely")),
    ("likelihood", "6", {"state": "not_yet_known", "value": "Not yet known"}),
    ("likelihood", "NOT YET KNOWN", {"state": "not_yet_known", "value": "Not yet known"}),
    ("data_categories", "loc; health", answered(["Health data", "Location data"])),
    ("data_categories", "13, 8", answered(["Health data", "Location data"])),
    ("data_categories", "8", answered(["Health data"])),
    ("data_categories", '["Health data"]', answered(["Health data"])),
    ("data_categories", "not yet", {"state": "not_yet_known", "value": ["Not yet known"]}),
    ("data_categories", "Not yet known", {"state": "not_yet_known", "value": ["Not yet known"]}),
    ("subject_categories", "1;9", answered(["Employees", "Not yet known"])),
    ("how_found", "not yet known", {"state": "not_yet_known"}),
    ("discovered", f"2019-12-18T16:42{LONDON}", answered(f"2019-12-18T16:42+00:00{LONDON}")),
    ("discovered", "2019-12-18 16:42", answered("2019-12-18T16:42")),
    ("discovered", "16:42", answered("T16:42")),
    ("discovered", "2019-12-18", answered("2019-12-18")),
    ("discovered", '{"state":"redacted"}', {"state": "redacted"}),
    ("subjects_count", "121,109", answered({"text": "121,109", "total": 121_109})),
    ("subjects_count", "about 5", answered({"text": "about 5"})),
    (
        "records_count",
        "121,109 | with a National Insurance number: 48,740",
        answered(
            {
                "text": "121,109 | with a National Insurance number: 48,740",
                "total": 121_109,
                "parts": [{"label": "with a National Insurance number", "count": 48_740}],
            }
        ),
    ),
    ("records_count", '{"text":"7"}', answered({"text": "7"})),
    ("reporter", "A. Example; ; 0100 1", answered({"name": "A. Example", "phone": "0100 1"})),
    (
        "reporter",
        "[redacted]; a@b.example; [redacted]",
        answered({"email": "a@b.example", "redacted": ["name", "phone"]}),
    ),
    ("reporter", "A. Example", answered({"name": "A. Example"})),
    (
        "others_told_which",
        f"Police @2019-12-19{LONDON}; Inspectorate @planned\nUnion",
        answered(
            [
                {"name": "Police", "told_on": f"2019-12-19{LONDON}"},
                {"name": "Inspectorate", "planned": True},
                {"name": "Union"},
            ]
        ),
    ),
    (
        "prevention_steps",
        "Train staff @2020-03-01 @done:2020-02-01\nEncrypt",
        answered(
            [
                {"text": "Train staff", "due": "2020-03-01", "done": "2020-02-01"},
                {"text": "Encrypt"},
            ]
        ),
    ),
    ("dpo_same", "Yes", answered(value=True)),
    ("dpo_same", "n", answered(value=False)),
]


@pytest.mark.parametrize(("qid", "text", "expected"), TYPED)
def test_what_a_person_types_is_an_answer_and_is_shown_so_that_it_can_be_typed_again(
    qid: str, text: str, expected: dict[str, Any]
) -> None:
    question = ICO.question(qid)

    answer = typed_answer(question, text)

    assert answer.as_json() == expected
    shown = answer_text(question, answer)
    assert typed_answer(question, shown).state == answer.state
    assert answer_text(question, typed_answer(question, shown)) == shown


def test_a_zone_is_given_only_to_a_moment_that_states_none() -> None:
    question = ICO.question("discovered")

    def read(text: str) -> str:
        return answer_text(question, typed_answer(question, text, "Europe/London"))

    assert read("2019-12-18T16:42") == f"2019-12-18T16:42+00:00{LONDON}"
    assert read("2019-12-18T16:42Z") == "2019-12-18T16:42Z"
    assert read("2019-12-18T16:42+05:00") == "2019-12-18T16:42+05:00"
    assert read("2019-12-18[Europe/Paris]") == "2019-12-18[Europe/Paris]"


@pytest.mark.parametrize(
    ("qid", "text", "hint"),
    [
        ("likelihood", "very", "1 Very likely; 2 Likely; 3 Neutral"),
        ("likelihood", "perhaps", "1 Very likely"),
        ("likelihood", "7", "6 Not yet known"),
        ("data_categories", "health; weather", "8 Health data"),
        ("data_categories", "[1", "write plain JSON"),
        ("discovered", "yesterday", "write it like"),
        ("records_count", "5 | of them: many", "write 12,000"),
        ("records_count", "99999999999999999999999", "kind count"),
        ("reporter", "a;b;c;d", "write name; e-mail; telephone"),
        ("others_told_which", "Police @soon", "write it like"),
        ("others_told_which", ";", "kind organisations"),
        ("dpo_same", "perhaps", "yes or no"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(qid: str, text: str, hint: str) -> None:
    with pytest.raises(ShapeError) as caught:
        typed_answer(ICO.question(qid), text)

    assert hint in caught.value.hint


@given(st.sampled_from(ICO.questions), st.text(max_size=40))
def test_any_typed_text_is_an_answer_or_a_shape_error(question: Any, text: str) -> None:
    try:
        answer = typed_answer(question, text)
    except ShapeError:
        return
    assert parse_answer(question, answer.as_json()) == answer
    answer_text(question, answer)


def test_an_uncertain_count_is_shown_as_the_source_states_it() -> None:
    question = ICO.question("subjects_count")
    answer = parse_answer(question, answered({"text": "up to 5,000", "total": 5_000}))

    assert answer_text(question, answer) == "5,000"
    assert answer_text(question, Answer(state="answered", value=Moment.parse("T10:00"))) == "T10:00"


def test_a_small_form_of_ones_own_works_without_code() -> None:
    pack: Pack = parse_pack(form_toml())

    assert typed_answer(pack.question("cyber"), "y").as_json() == answered("Yes")
