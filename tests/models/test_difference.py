from __future__ import annotations

from typing import Any

import pytest

from models.answer import Answer
from models.errors import ShapeError
from models.report import Report, diff, diff_json
from tests.build import report_with
from tests.twin import FOLLOW_UP, INITIAL

OTHER = "Other (please give details below)"
LONDON = "[Europe/London]"


def test_the_follow_up_of_the_twin_differs_as_the_two_real_copies_do() -> None:
    found = {change.question: change.kind for change in diff(INITIAL, FOLLOW_UP)}

    assert found == {
        "case_reference": "added",
        "discovered": "changed",
        "data_categories": "widened",
        "data_categories_other": "widened",
        "subject_categories": "added",
        "subject_categories_other": "added",
        "likelihood": "added",
        "likelihood_details": "added",
        "delay_reason": "removed",
        "prior_measures": "added",
        "actions": "changed",
        "prevention_steps": "added",
        "subjects_told_details": "changed",
        "others_told_which": "widened",
    }


def test_blank_absent_and_n_a_are_no_difference() -> None:
    empty = report_with()
    blank = report_with(spoken_to={"state": "blank"}, case_reference={"state": "not_applicable"})

    assert diff(empty, blank) == ()
    assert diff(blank, report_with(spoken_to="N/A")) == ()


def test_changes_come_in_the_order_of_the_form_as_json() -> None:
    before = report_with(cyber="Yes")
    after = report_with(discovered="2019-12-18", cyber="No")

    assert diff_json(diff(before, after)) == {
        "changes": [
            {
                "question": "cyber",
                "before": {"state": "answered", "value": "Yes"},
                "after": {"state": "answered", "value": "No"},
                "kind": "changed",
            },
            {
                "question": "discovered",
                "before": None,
                "after": {"state": "answered", "value": "2019-12-18"},
                "kind": "added",
            },
        ]
    }
    assert diff_json(diff(after, report_with(cyber="No"))) == {
        "changes": [
            {
                "question": "discovered",
                "before": {"state": "answered", "value": "2019-12-18"},
                "after": None,
                "kind": "removed",
            }
        ]
    }


@pytest.mark.parametrize(
    ("qid", "less", "more"),
    [
        ("data_categories", ["Health data"], ["Health data", "Location data"]),
        ("data_categories", ["Health data", OTHER], ["Health data", "Location data"]),
        ("others_told_which", [{"name": "Police"}], [{"name": "police"}, {"name": "Union"}]),
        ("prevention_steps", [{"text": "Train"}], [{"text": "Train"}, {"text": "Encrypt"}]),
        ("data_categories_other", "photographs", "Photographs; voices"),
        ("discovered", f"2019-12-18{LONDON}", f"2019-12-18T16:42{LONDON}"),
        ("discovered", "2019-12-18T16:42", f"2019-12-18T16:42{LONDON}"),
    ],
)
def test_a_list_that_grew_is_widened_and_one_that_shrank_is_narrowed(
    qid: str, less: Any, more: Any
) -> None:
    small, large = report_with(**{qid: less}), report_with(**{qid: more})

    assert [change.kind for change in diff(small, large)] == ["widened"]
    assert [change.kind for change in diff(large, small)] == ["narrowed"]


@pytest.mark.parametrize(
    ("qid", "before", "after"),
    [
        ("data_categories", ["Health data"], ["Location data"]),
        ("data_categories", ["Health data"], ["Health data", OTHER]),
        ("data_categories", ["Health data"], {"state": "redacted"}),
        ("others_told_which", [{"name": "Police"}], [{"name": "Police", "planned": True}]),
        ("actions", "one", "one, two"),
        ("data_categories_other", "photographs,", "photographs"),
        ("discovered", f"T16:42{LONDON}", f"2019-12-18{LONDON}"),
        ("discovered", f"2019-12-18{LONDON}", f"2019-12-17T16:42{LONDON}"),
        ("data_categories", {"state": "not_yet_known"}, ["Health data"]),
    ],
)
def test_anything_else_is_changed(qid: str, before: Any, after: Any) -> None:
    found = diff(report_with(**{qid: before}), report_with(**{qid: after}))

    assert [change.kind for change in found] == ["changed"]


def test_a_note_on_nothing_is_a_change() -> None:
    noted = report_with(actions={"state": "blank", "note": "see the letter"})

    assert [change.kind for change in diff(report_with(), noted)] == ["changed"]


def test_reports_of_two_forms_are_not_compared() -> None:
    other = Report.model_construct(form="oaic-2014", kind="initial", number=0, answers={})

    with pytest.raises(ShapeError, match="two forms"):
        diff(report_with(), other)


def test_a_report_does_not_differ_from_itself() -> None:
    assert diff(FOLLOW_UP, FOLLOW_UP) == ()
    assert Answer(state="blank").void
