from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from models.answer import BLANK, Count
from models.errors import ShapeError, UsageError
from models.formtext import UNREADABLE, FormText, read_form
from models.formtext.likeness import begins_like, closest
from models.formtext.marks import box
from models.formtext.reading import SOURCE
from models.library import load_pack
from models.moment import Moment
from models.prefill import unconfirmed
from models.report import Report
from tests.models.form_print import CLEAN, PACK


def values(found: FormText) -> dict[str, Any]:
    return {
        name: answer.as_json().get("value", answer.state) for name, answer in found.answers.items()
    }


def why(found: FormText) -> dict[str, str]:
    return {each.question: each.why for each in found.reads if each.why}


def with_(before: str, after: str) -> FormText:
    assert before in CLEAN
    return read_form(PACK, CLEAN.replace(before, after, 1))


def test_a_clean_print_is_read_whole() -> None:
    found = read_form(PACK, CLEAN)

    assert values(found) == {
        "case_reference": "not_applicable",
        "threshold": "I consider the incident meets the threshold to report",
        "what_happened": "A folder of staff records was open to the internet.\n"
        "A stranger told the hosting company.",
        "cyber": "Yes",
        "how_found": "The training supplier telephoned.",
        "discovered": "2019-12-18T16:42",
        "occurred": "2019-12-07",
        "data_categories": ["Health data", "Other (please give details below)"],
        "data_categories_other": "National Insurance numbers",
        "records_count": {"text": "121,109", "total": 121109},
        "subjects_count": {"text": "121,109 (48,740 with a National Insurance number)"},
        "subject_categories": ["Employees"],
        "consequences": "Phishing.",
        "likelihood": "Unlikely",
        "likelihood_details": "The numbers alone open nothing.",
        "staff_training": "Don't know",
        "actions": "redacted",
        "subjects_told": "Something else (please give details below)",
        "subjects_told_details": "A notice stands on the intranet.",
        "others_told": "Yes",
        "others_told_which": [
            {"name": "Northmoor Police"},
            {"name": "Public Training Inspectorate"},
        ],
        "controller_name": "Northmoor Training Agency",
        "controller_address": "4 Sample Quay, Northmoor",
        "reporter": {"email": "dp@northmoor.example", "redacted": ["name"]},
        "dpo_same": False,
        "dpo": {"name": "M. Specimen", "email": "dpo@northmoor.example"},
    }
    assert why(found) == {}
    assert {"spoken_to", "systems_affected", "delay_reason", "prior_measures"} <= set(found.missing)


def test_what_was_read_waits_to_be_confirmed() -> None:
    found = read_form(PACK, CLEAN)
    report = Report(form=PACK.id, kind="initial", number=0, answers=found.answers)

    assert set(unconfirmed(report)) == set(found.answers)
    assert found.answers["cyber"].source == SOURCE


@pytest.mark.parametrize(
    ("before", "after", "question", "reason"),
    [
        ("\u2612 Unlikely", "Unlikely", "likelihood", "no mark"),
        ("\u2610 Very likely", "\u25a0 Very likely", "likelihood", "no mark"),
        ("\u2610 Very likely", "\u2612 Very likely", "likelihood", "2 boxes are ticked"),
        ("\u2610 Very likely\n", "", "likelihood", "1 of 6 boxes are missing"),
        ("\u2612 Unlikely", "\u2612 likely", "likelihood", "one twice"),
        ("\u2610 Location data\n", "", "data_categories", "1 of 17 boxes are missing"),
        ("\u2610 Location data", "\u2610 Horoscope", "data_categories", "none of them"),
        ("\u2610 Patients", "\u2610 Pat\ufffdents", "subject_categories", "letters were lost"),
        ("Date: 18 December 2019", "Date: 18 Dezember 2019", "discovered", "a month"),
        ("Date: 18 December 2019", "Date: 03/04/2019", "discovered", "cannot be told apart"),
        ("Date: 18 December 2019", "Date: 18 or 19 December 2019, 17 December 2019",
         "discovered", "more than one"),
        ("Date: 18 December 2019\nTime: 16:42", "Just before lunch", "discovered", "words beside"),
        ("Time: 16:42", "Time: 36:42", "discovered", "time"),
        ("Time: 16:42", "Time: 4:42 pm", "discovered", "words beside"),
        ("Phone:\nData", "Fax: 1\nData", "reporter", "neither name"),
        ("\u2610 Same details as above", "Same details as above", "dpo_same", "no mark"),
        ("The training supplier telephoned.", "The tr\ufffdining supplier", "how_found", "lost"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_stays_blank_and_says_why(
    before: str, after: str, question: str, reason: str
) -> None:
    found = with_(before, after)

    answer = found.answers[question]
    assert (answer.state, answer.source) == ("blank", UNREADABLE)
    assert reason in why(found)[question]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Was the breach caused by a cyber incident?", "Was the breach caused by a cyber incdent?"),
        ("\u2610 Don't know\nHow did you find", "\u2610 Oon't know\nHow did you find"),
        ("\u2612 Yes\n\u2610 No\n\u2610 Don't know\nHow", "[x] Yes\n[ ] No\n[ ] Don't know\nHow"),
        ("\u2612 Yes\n\u2610 No\n\u2610 Don't know\nHow", "(X) Yes\n( ) No\n( ) Don't know\nHow"),
        (
            "Was the breach caused by a cyber incident?\n",
            "WAS THE BREACH CAUSED BY A\nCYBER INCIDENT\n",
        ),
    ],
)
def test_a_letter_lost_and_another_kind_of_box_do_no_harm(before: str, after: str) -> None:
    assert values(with_(before, after)) == values(read_form(PACK, CLEAN))


def test_dates_in_the_three_shapes_of_the_real_case() -> None:
    for text in ("18/12/2019", "18 December 2019", "2019-12-18", "18th Dec 2019"):
        found = with_("Date: 18 December 2019", f"Date: {text}")
        assert found.answers["discovered"].value == Moment.parse("2019-12-18T16:42")
    assert with_("Date: 18 December 2019\n", "").answers["discovered"].value == Moment.parse(
        "T16:42"
    )
    assert with_("Date: 18 December 2019\nTime: 16:42", "Date:\nTime:").reads[5].answer == BLANK


def test_no_box_ticked_is_no_answer() -> None:
    found = with_("\u2612 Unlikely", "\u2610 Unlikely")
    assert "likelihood" not in found.answers
    none = CLEAN.replace("\u2612 Employees", "\u2610 Employees")
    assert "subject_categories" not in read_form(PACK, none).answers


def test_a_number_with_words_keeps_the_words() -> None:
    value = read_form(PACK, CLEAN).answers["subjects_count"].value

    assert isinstance(value, Count)
    assert value.total is None


def test_steps_against_a_recurrence_are_lines_and_an_empty_box_is_empty() -> None:
    steps = (
        "Outline any steps you are taking to prevent a recurrence, and when you expect they will",
        "be completed*",
        "- Encrypt lists",
        "- Train everybody",
        "Recovery time",
    )
    more = CLEAN + "\n".join(steps)
    found = read_form(PACK, more)

    assert values(found)["prevention_steps"] == [
        {"text": "Encrypt lists"},
        {"text": "Train everybody"},
    ]
    assert "recovery_time" not in found.answers
    assert values(with_("The training supplier telephoned.", "-")).get("how_found") is None


def test_contacts_may_be_empty() -> None:
    bare = CLEAN.replace("Name: M. Specimen\nEmail: dpo@northmoor.example\n", "Name:\nEmail: -\n")

    assert "dpo" not in read_form(PACK, bare).answers


def test_a_form_whose_print_is_unknown_or_no_form_at_all_is_refused() -> None:
    with pytest.raises(UsageError, match="print of oaic-ndb"):
        read_form(load_pack("oaic-ndb"), CLEAN)
    with pytest.raises(ShapeError, match="no question"):
        read_form(PACK, "Dear all,\n\nplease find attached.")
    with pytest.raises(ShapeError, match="more lines"):
        read_form(PACK, "\n" * 1_501)


LINES = CLEAN.splitlines()
MARKS = ("\u2612 ", "\u2610 ")
SURE = [each.id for each in PACK.questions if each.kind in {"choice", "choices", "tick"}]


@settings(max_examples=30, deadline=None, phases=[Phase.generate])
@given(
    st.sets(st.integers(0, len(LINES) - 1), max_size=8),
    st.sets(st.integers(0, len(LINES) - 1), max_size=4),
    st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.integers(2, 60)), max_size=6),
)
def test_nothing_is_ever_guessed_whatever_was_lost(
    dropped: set[int], unmarked: set[int], swallowed: list[tuple[int, int]]
) -> None:
    lines = [*LINES]
    for at, letter in swallowed:
        lines[at] = lines[at][:letter] + lines[at][letter + 1 :]
    for at in unmarked:
        lines[at] = lines[at].removeprefix(MARKS[0]).removeprefix(MARKS[1])
    kept = [line for at, line in enumerate(lines) if at not in dropped]
    truth = read_form(PACK, CLEAN).answers
    try:
        found = read_form(PACK, "\n".join(kept)).answers
    except ShapeError:
        return

    for name in SURE:
        answer = found.get(name, BLANK)
        assert answer.state == "blank" or answer == truth.get(name), name


@settings(max_examples=30, deadline=None, phases=[Phase.generate])
@given(st.text(max_size=400))
def test_no_text_makes_it_raise_anything_else(text: str) -> None:
    try:
        read_form(PACK, f"How did you find out about the breach?\n{text}")
    except ShapeError:
        return


def test_a_line_is_known_by_its_letters_and_never_as_two() -> None:
    options = PACK.question("likelihood").options

    assert closest("very Iikely", options) == "Very likely"
    assert closest("ikely", options) == "Likely"
    assert closest("nonsense", options) is None
    assert begins_like("Number of personal data records concerned? 12", "no such line") == 0
    assert box("\u2022 Unlikely").ticked is None
