from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.documents.pasted import day, pasted
from exports.documents.sheet import copy_sheet, report_text
from models.answer import Answer
from models.form import parse_answer
from models.moment import Moment
from models.strictjson import JSON
from models.text import visible
from tests.exports.documents.build import PACK, SENT, a_case

NOW = Moment.parse("2019-12-21T09:00[Europe/London]")


def lines_of(question: str, value: JSON) -> list[str]:
    asked = PACK.question(question)
    return list(pasted(asked, parse_answer(asked, {"state": "answered", "value": value})))


def block(sheet: str, number: str) -> list[str]:
    """Return what stands below a question, up to the next blank line."""
    lines = sheet.split("\n")
    place = next(at for at, line in enumerate(lines) if line.startswith(f"{number} "))
    return lines[place : lines.index("", place)]


def test_a_sheet_has_every_question_of_the_form_in_its_order() -> None:
    case = a_case()

    sheet = copy_sheet(case, case.reports[0], NOW)

    asked = [each for each in PACK.questions if PACK.applies(each, case.reports[0].report)]
    places = [sheet.index(f"\n{each.number:<5}{each.label[:20]}") for each in asked]
    assert places == sorted(places)
    assert len(places) > 25
    assert "Q19 " not in sheet  # for cyber incidents only
    assert "Q29 " not in sheet  # for follow-ups only


def test_the_head_says_which_report_of_which_case_and_how_long_is_left() -> None:
    case = a_case()

    head = copy_sheet(case, case.reports[0], NOW).partition("BEFORE THE REPORT")[0]

    assert "Case       Wrong envelope (cacacaca)\n" in head
    assert f"Report     initial report, sent {SENT}\n" in head
    assert "Reference  none yet\n" in head
    assert "Deadline   2019-12-21T16:42+00:00[Europe/London]\n" in head
    assert "Clock      49h34m on_time" in head
    assert "casework@ico.org.uk" in head


def test_the_sheet_of_a_form_without_a_mailbox_names_the_authority_alone() -> None:
    case = a_case(form="gdpr-art33")

    sheet = copy_sheet(case, case.reports[0], NOW)

    assert "To         Competent supervisory authority\n" in sheet


def test_a_draft_and_a_sealed_report_say_that_they_were_not_sent() -> None:
    draft = a_case()
    sealed = a_case(answers={"frozen": "never"})

    assert "follow-up report 1, a draft, not sent" in copy_sheet(draft, draft.reports[1], NOW)
    last = sealed.reports[1]
    assert "follow-up report 1, sealed, not recorded as sent" in copy_sheet(sealed, last, NOW)


def test_the_reference_and_the_open_checks_are_those_of_the_report() -> None:
    case = a_case(said={"reference": "IC-40717-T3W9"})

    first, second = (copy_sheet(case, filed, NOW) for filed in case.reports)

    assert "Reference  IC-40717-T3W9\n" in second
    assert "K13  error       Q3   give the regulator's case reference" in second
    assert "K13" not in first


def test_an_initial_report_without_a_fault_says_that_nothing_is_open() -> None:
    how: JSON = {"state": "answered", "value": "The one customer by letter on 19 December."}
    case = a_case(answers={"subjects_told_details": how})

    assert "OPEN CHECKS: none" in copy_sheet(case, case.reports[0], NOW)


def test_no_time_of_awareness_is_no_deadline() -> None:
    case = a_case(answers={"discovered": {"state": "blank"}})

    assert "Deadline   not known\n" in copy_sheet(case, case.reports[0], NOW)


def test_text_is_pasted_with_its_own_lines_and_nothing_before_them() -> None:
    words = "A letter went out.\n\nQ6   It looks like a question.\n" + "long " * 60
    case = a_case(answers={"what_happened": {"state": "answered", "value": words}})

    sheet = copy_sheet(case, case.reports[0], NOW)

    assert f"\n[4 lines, {len(words)} characters]\n{words}\n" in sheet


def test_only_answers_are_wider_than_the_screen() -> None:
    case = a_case("a very long title " * 10, answers={"what_happened": {"state": "redacted"}})

    for filed in case.reports:
        assert max(map(len, copy_sheet(case, filed, NOW).split("\n"))) == 80


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("blank", "[no answer]"),
        ("not_yet_known", "[not yet known]"),
        ("redacted", "[redacted: withheld here, not empty]"),
        ("not_asked", "[not asked on the form this comes from]"),
        ("not_applicable", "N/A"),
    ],
)
def test_a_state_is_said_in_words(state: str, words: str) -> None:
    case = a_case(answers={"how_found": {"state": state}})

    assert block(copy_sheet(case, case.reports[0], NOW), "Q7")[1:] == [words]


def test_a_note_is_for_us_and_not_for_the_regulator() -> None:
    answer: JSON = {"state": "redacted", "note": "counsel asked for it"}
    filed = (case := a_case(answers={"how_found": answer})).reports[0]

    assert "[note, not part of the answer: counsel asked for it]" in copy_sheet(case, filed, NOW)
    text = report_text(filed)
    assert "counsel" not in text
    assert "Wrong envelope" not in text
    assert "OPEN CHECKS" not in text
    assert "\ninitial report\n" in text


def test_an_answer_to_a_question_that_is_not_asked_is_not_lost() -> None:
    case = a_case(answers={"recovery_time": {"state": "not_yet_known", "value": "Not yet known"}})

    lines = block(copy_sheet(case, case.reports[0], NOW), "Q22")

    assert lines[1:] == ["[choose]", "Not yet known"]


def test_a_moment_goes_into_its_boxes() -> None:
    zone = "[time zone, if it is asked: Europe/London]"

    whole = lines_of("discovered", "2019-12-18T16:42[Europe/London]")
    dated = lines_of("discovered", "2019-12-07")
    timed = lines_of("discovered", "T00:00")
    exact = lines_of("discovered", "2019-12-07T16:42:07")

    assert whole == ["[date]", "18 December 2019", "[time]", "16:42", zone]
    assert dated == ["[date]", "7 December 2019", "[time]", "[not stated]"]
    assert timed == ["[date]", "[not stated]", "[time]", "00:00"]
    assert exact[-1] == "16:42:07"
    assert day(Moment.parse("T16:42")) == "T16:42"


def test_a_count_is_a_total_and_what_is_in_it() -> None:
    part: JSON = {"label": "with a bank account", "count": 4800}

    assert lines_of("records_count", {"text": "12,000 | x", "total": 12000, "parts": [part]}) == [
        "12,000 (with a bank account: 4,800)"
    ]
    assert lines_of("records_count", {"text": "some hundreds"}) == ["some hundreds"]
    assert lines_of("records_count", {"text": "about 12,000", "total": 12000}) == ["about 12,000"]


def test_a_contact_says_what_is_missing_and_what_is_withheld() -> None:
    said = lines_of("reporter", {"email": "a@agency.example", "redacted": ["name"]})

    assert said == [
        "[name]", "[redacted: withheld here, not empty]",
        "[e-mail]", "a@agency.example",
        "[telephone]", "[no answer]",
    ]  # fmt: skip


def test_lists_say_how_many_there_are() -> None:
    ticked = lines_of("data_categories", ["Health data", "Location data"])
    told = lines_of(
        "others_told_which",
        [
            {"name": "Police", "told_on": "2019-12-20"},
            {"name": "Insurer", "planned": True},
            {"name": "Bank"},
        ],
    )
    steps = lines_of(
        "prevention_steps",
        [{"text": "Train", "due": "2020-01-31", "done": "2020-01-20"}, {"text": "Check"}],
    )

    assert ticked == ["[2 to tick]", "Health data", "Location data"]
    assert told == ["[3 listed]", "Police (told on 20 December 2019)", "Insurer (planned)", "Bank"]
    assert steps == ["[2 listed]", "Train (due 31 January 2020, done 20 January 2020)", "Check"]


def test_a_tick_says_what_to_do() -> None:
    said = [list(pasted(PACK.question("dpo_same"), Answer(state="answered", value=value)))
            for value in (True, False)]  # fmt: skip

    assert said == [["[tick it]"], ["[leave it unticked]"]]


def test_a_regulator_who_reads_it_is_told_nothing_of_how_to_fill_in_a_portal() -> None:
    tick: JSON = {"state": "answered", "value": True}
    prose: JSON = {"state": "answered", "value": "one\ntwo"}
    text = report_text(a_case(answers={"dpo_same": tick, "actions": prose}).reports[0])

    assert block(text, "Q10")[1:] == [
        "Health data", "Basic personal identifiers, eg name, contact details",
    ]  # fmt: skip
    assert block(text, "Q6")[1:] == ["No"]
    assert block(text, "Q28")[1:] == ["one", "two"]
    assert block(text, "Q37")[1:] == ["yes"]
    assert "[tick" not in text


@given(st.text(st.characters()), st.text(st.characters()), st.text(st.characters()))
def test_any_text_in_a_sheet_is_safe_to_show(title: str, reference: str, answer: str) -> None:
    registers: dict[str, JSON] = {"what_happened": {"state": "answered", "value": answer}}
    case = a_case(title, answers=registers, said={"reference": reference})

    for filed in case.reports:
        for text in (copy_sheet(case, filed, NOW), report_text(filed)):
            assert visible(text) == text
            assert text.encode().decode() == text
