from __future__ import annotations

from typing import Any

import pytest

from tests.models.evidence import ANSWERS, REFERENCE, findings, found, report

OTHER = "Other (please give details below)"
UNKNOWN = {"state": "not_yet_known"}
NONE_KNOWN = {"text": "0", "total": 0}


def test_a_follow_up_without_fault_has_no_problem() -> None:
    assert found("follow_up") == []


def test_k13_a_follow_up_without_a_reference() -> None:
    for blank in (None, "N/A", {"state": "not_applicable"}):
        assert "K13 error case_reference" in found("follow_up", case_reference=blank)
    assert found("follow_up", case_reference={"state": "redacted"}) == []


def test_k14_an_initial_report_with_a_reference() -> None:
    assert found(case_reference=REFERENCE) == ["K14 error case_reference"]
    assert found(case_reference="N/A") == []
    assert found(case_reference={"state": "not_applicable"}) == []


def test_k15_a_reference_of_another_shape_or_another_case() -> None:
    assert found("follow_up", case_reference="12345") == ["K15 error case_reference"]
    assert found("follow_up", case_reference="IC-12345-ZZZZ") == ["K15 error case_reference"]


def test_k15_is_not_run_without_an_acknowledgement_or_a_reference() -> None:
    unacknowledged = {"acknowledged_reference": None}

    assert "K15" in findings("follow_up", known=unacknowledged).not_run
    assert found("follow_up", known=unacknowledged, case_reference="x") == [
        "K15 error case_reference"
    ]
    assert "K15" in findings("follow_up", case_reference=None).not_run
    assert "K15" not in findings().not_run


def test_k16_a_follow_up_in_a_case_without_an_initial_report() -> None:
    assert found("follow_up", known={"earlier_initial": False}) == ["K16 error case_reference"]
    assert "K16" in findings("follow_up", known={"earlier_initial": None}).not_run


def test_k17_an_answer_emptied_since_the_last_report_without_a_note() -> None:
    assert "K17 warning how_found" in found("follow_up", how_found=None)
    assert found("follow_up", how_found={"state": "blank", "note": "It was wrong."}) == []
    assert found("follow_up", subjects_count=UNKNOWN) == ["K17 warning subjects_count"]
    unknown = report(subjects_count={**UNKNOWN, "note": "Counting takes a week."})
    assert found("follow_up", known={"previous": unknown}, subjects_count=UNKNOWN) == []


def test_k17_an_answer_narrowed_since_the_last_report() -> None:
    wide = report(data_categories=["Location data", "Health data"])

    assert found("follow_up", known={"previous": wide}) == ["K17 warning data_categories"]
    assert found("follow_up", data_categories=["Health data", "Location data"]) == []


def test_k17_a_question_that_follow_ups_are_not_asked_is_not_withdrawn() -> None:
    reasoned = report(delay_reason="The supplier told us late.")

    assert found("follow_up", known={"previous": reasoned}) == []


def test_k17_is_not_run_without_the_previous_report() -> None:
    assert "K17" in findings("follow_up", known={"previous": None}).not_run
    assert "K17" not in findings().not_run


def test_k18_people_without_a_category() -> None:
    assert found(subject_categories=None) == ["K18 incomplete subject_categories"]
    assert found(subject_categories=UNKNOWN) == []
    assert "K18" in findings(subject_categories=None, subjects_count=UNKNOWN).not_run
    nobody = found(subject_categories=None, data_categories=None, subjects_count=NONE_KNOWN)
    assert nobody == ["K19 incomplete data_categories"]


def test_k19_a_number_without_a_category_of_data() -> None:
    assert found(data_categories=None) == ["K19 incomplete data_categories"]
    assert found(data_categories=None, subjects_count={"state": "redacted"}) == [
        "K19 incomplete data_categories"
    ]
    assert (
        found(
            data_categories=None,
            subject_categories=UNKNOWN,
            subjects_count=None,
            records_count=None,
        )
        == []
    )


def test_k20_categories_without_a_number_of_people() -> None:
    assert found(subjects_count=None) == ["K20 incomplete subjects_count"]
    assert found(subjects_count=None, data_categories={"state": "redacted"}) == [
        "K20 incomplete subjects_count"
    ]
    assert found(subjects_count=UNKNOWN) == []
    only_unknown = {"data_categories": UNKNOWN, "subject_categories": ["Not yet known"]}
    assert found(subjects_count=None, records_count=None, **_as_unknown(only_unknown)) == []


def _as_unknown(answers: dict[str, Any]) -> dict[str, Any]:
    unknown = {"state": "not_yet_known", "value": ["Not yet known"]}
    return dict.fromkeys(answers, unknown)


@pytest.mark.parametrize(
    ("changes", "against"),
    [
        ({"likelihood": "Likely"}, "likely harm"),
        ({"subjects_told": "Yes, we've told affected data subjects"}, "people told"),
        ({"data_categories": ["Health data"]}, "categories"),
        ({"subject_categories": ["Patients"]}, "categories"),
    ],
)
def test_k21_nobody_is_affected_and_yet(changes: dict[str, Any], against: str) -> None:
    nobody: dict[str, Any] = {
        "subjects_count": NONE_KNOWN,
        "data_categories": None,
        "subject_categories": None,
    }

    problems = [each for each in findings(**{**nobody, **changes}).problems if each.id == "K21"]

    assert [each.message for each in problems] == [
        f"correct the number of data subjects: 0, yet {against} recorded"
    ]
    assert "K21 error subjects_count" not in found(**nobody)


def test_k21_is_not_run_without_a_number() -> None:
    assert "K21" in findings(subjects_count=UNKNOWN).not_run
    assert "K21" in findings(subjects_count={"text": "a few"}).not_run


def test_k22_fewer_records_than_people_unexplained() -> None:
    few = {"text": "90", "total": 90}

    assert found(records_count=few) == ["K22 warning records_count"]
    explained = {"state": "answered", "value": few, "note": "One letter for each household."}
    assert found(records_count=explained) == []
    people = {"state": "answered", "value": ANSWERS["subjects_count"], "note": "An upper bound."}
    assert found(records_count=few, subjects_count=people) == []
    parts = {**few, "parts": [{"label": "households", "count": 90}]}
    assert found(records_count=parts) == []


def test_k22_is_not_run_without_both_numbers() -> None:
    assert "K22" in findings(records_count=UNKNOWN).not_run
    assert "K22" in findings(records_count={"text": "many"}).not_run
    assert "K22" in findings(subjects_count={"text": "many"}).not_run


def test_k23_a_line_of_the_breakdown_exceeds_the_total() -> None:
    def counted(*parts: int, **more: Any) -> dict[str, Any]:
        lines = [{"label": f"line {part}", "count": part} for part in parts]
        return {"text": "120", "total": 120, "parts": lines, **more}

    assert found(records_count=counted(121)) == ["K23 error records_count"]
    assert found(records_count=counted(120, 60)) == []
    assert found(records_count=counted(60, 61, disjoint=True)) == ["K23 error records_count"]
    assert found(records_count=counted(60, 59, disjoint=True)) == []
    assert "K23" in findings(records_count=counted(1, total=None)).not_run


def test_k24_other_without_details_and_details_without_other() -> None:
    assert found(data_categories=["Health data", OTHER]) == ["K24 incomplete data_categories_other"]
    assert found(subject_categories=[OTHER]) == ["K24 incomplete subject_categories_other"]
    assert found(data_categories_other="Shoe sizes") == ["K24 warning data_categories"]
    assert found(subject_categories_other="Former staff") == ["K24 warning subject_categories"]
    assert found(data_categories=["Health data", OTHER], data_categories_other="Shoe sizes") == []
    assert found(data_categories_other="x", data_categories={"state": "redacted"}) == []


def test_k25_not_yet_known_beside_something_known() -> None:
    assert found(data_categories=["Health data", "Not yet known"]) == [
        "K25 warning data_categories"
    ]
    assert found(data_categories={"state": "not_yet_known", "value": ["Not yet known"]}) == []


def test_k46_nobody_to_reach() -> None:
    nameless = {"name": "A. Sample"}

    assert found(reporter=nameless) == ["K46 error reporter"]
    assert found(reporter=None) == ["K46 error reporter"]
    assert found(reporter={"state": "redacted"}) == []
    assert found(reporter={"name": "A. Sample", "redacted": ["phone"]}) == []
    assert found(dpo_same=None) == ["K46 error dpo"]
    assert found(dpo_same=None, dpo=nameless) == []
    assert found(dpo_same=None, dpo={"state": "redacted"}) == []


def test_k47_the_initial_report_is_silent_on_consequences_or_measures() -> None:
    assert found(consequences=None) == ["K47 incomplete consequences"]
    assert found(actions="N/A") == ["K47 incomplete actions"]
    assert found(actions={"state": "redacted"}) == []
    assert found("follow_up", actions={"state": "blank", "note": "See the letter."}) == []


def test_problems_come_in_the_order_of_the_form() -> None:
    order = [line.split()[2] for line in found(reporter=None, discovered=None, consequences=None)]

    assert order == ["discovered", "consequences", "reporter"]
