from __future__ import annotations

from dataclasses import replace

import pytest

from models import register
from models.case import Case, case_view
from models.statistics import BY, COLUMNS, Entry, entry, rows, tally
from models.strictjson import JSON
from models.vocabulary import (
    CYBER_TYPES,
    DECISIONS,
    OTHER_TYPES,
    RELABELLED,
    SECTORS,
    TYPES,
    classification,
    relabelled,
    size,
)
from tests.models.ico_options import OPTIONS
from tests.twin import FOLLOW_UP, INITIAL, SENT


def fields(**more: JSON) -> dict[str, JSON]:
    """The twin's case: two reports, sent in time."""
    told: dict[str, JSON] = {"case/title": "Training records", "case/form": "ico-2019"}
    for rid, found in (("r0", INITIAL), ("r1", FOLLOW_UP)):
        body = found.as_json()
        told |= {f"report/{rid}/{name}": body[name] for name in ("form", "kind", "number")}
        told |= {f"report/{rid}/{qid}": a.as_json() for qid, a in found.answers.items()}
    told["report/r0/frozen"] = "b0"
    told["event/e0"] = {"name": "sent", "message": "b0", "at": str(SENT), "by": "us"}
    told["case/aware"] = {"moment": "2019-12-18T16:42[Europe/London]", "reason": "both copies"}
    return {**told, **more}


def twin(**more: JSON) -> Case:
    return case_view("1" * 32, fields(**more))


def test_the_twin_is_counted_in_the_words_of_the_dataset() -> None:
    classed: JSON = {"type": "Unauthorised access", "sector": "Education and childcare"}

    found = entry(twin(**{"case/class": classed}))

    assert found == Entry(
        reference="11111111",
        year=2019,
        quarter=4,
        subject_types=("Employees", "Unknown"),
        data_types=("Basic personal identifiers", "Identification data"),
        decision="Not Yet Assigned",
        category="Cyber",
        type="Unauthorised access",
        size="100k and above",
        sector="Education and childcare",
        time="24 hours to 72 hours",
    )


def test_what_nobody_said_is_unknown() -> None:
    bare = entry(case_view("2" * 32, {"case/title": "New"}))

    assert (bare.year, bare.quarter, bare.period) == (0, 0, "not reported")
    assert (bare.time, bare.size, bare.category) == ("Unknown", "Unknown", "Unknown")
    assert (bare.subject_types, bare.data_types) == (("Unknown",), ("Unknown",))
    assert (bare.decision, bare.type, bare.sector) == (
        "Not Yet Assigned", "Not Provided", "Unassigned",
    )  # fmt: skip


def test_the_vocabulary_is_that_of_the_dataset() -> None:
    assert (len(TYPES), len(DECISIONS), len(SECTORS)) == (22, 5, 23)
    assert not set(CYBER_TYPES) & set(OTHER_TYPES)
    assert set(RELABELLED) <= {line.strip() for line in OPTIONS.splitlines()}


@pytest.mark.parametrize(
    ("total", "label"),
    [
        (None, "Unknown"), (0, "Unknown"), (1, "1 to 9"), (9, "1 to 9"), (10, "10 to 99"),
        (99, "10 to 99"), (100, "100 to 1k"), (999, "100 to 1k"), (1_000, "1k to 10k"),
        (99_999, "10k to 100k"), (100_000, "100k and above"), (10**18, "100k and above"),
    ],
)  # fmt: skip
def test_a_number_of_people_has_a_label(total: int | None, label: str) -> None:
    assert size(total) == label


def test_other_is_no_label_of_the_dataset() -> None:
    assert relabelled(("Health data", "Other (please give details below)")) == ("Health data",)
    assert relabelled(("Other (please give details below)",)) == ("Unknown",)


@pytest.mark.parametrize("odd", [None, 5, {"type": "Aliens"}, {"type": 5, "sector": ["Health"]}])
def test_a_class_that_is_not_of_the_vocabulary_is_none(odd: JSON) -> None:
    assert classification(odd) == classification({})


def test_cases_are_counted_once_for_each_label() -> None:
    one = entry(twin())
    other = replace(one, size="1 to 9", data_types=("Health data", "Health data"), quarter=1)

    assert tally([one, one, other], "size") == (("100k and above", 2), ("1 to 9", 1))
    assert dict(tally([other], "data")) == {"Health data": 1}
    assert [label for label, _ in tally([one, other], "quarter")] == ["2019 Q1", "2019 Q4"]
    assert {name for name in BY if not tally([one], name)} == set()


def test_the_dataset_has_a_row_for_each_characteristic() -> None:
    one = replace(entry(twin()), subject_types=("Employees", "Users"), data_types=("A", "B"))

    told = [dict(zip(COLUMNS, row, strict=True)) for row in rows([one])]

    assert len(told) == 4
    assert {each["BI Reference"] for each in told} == {"11111111"}
    assert (told[0]["Year"], told[0]["Quarter"]) == ("2019", "Qtr 4")
    bare = [*rows([entry(case_view("2" * 32, {}))])]
    assert bare[0][1:3] == ("", "")


def test_a_received_case_counts_when_it_came_in() -> None:
    came: JSON = {"name": "received", "message": None, "at": "2020-02-03T10:00Z", "by": "us"}
    theirs = case_view("3" * 32, {"case/side": "regulator", "event/e": came})

    assert entry(theirs).period == "2020 Q1"


def test_a_decision_in_a_word_of_the_dataset_counts_as_that_word() -> None:
    decided: dict[str, JSON] = {"at": "2020-03-02T10:00Z", "outcome": "No further action"}

    assert entry(twin(**{"decision/d": decided})).decision == "No Further Action"
    classed: JSON = {"decision": "Informal Action Taken"}
    both = twin(**{"decision/d": decided, "case/class": classed})
    assert entry(both).decision == "Informal Action Taken"
    other: JSON = {**decided, "outcome": "Closed"}
    assert entry(twin(**{"decision/d": other})).decision == "Not Yet Assigned"


def test_a_report_in_one_band_or_another_is_in_neither() -> None:
    aware: JSON = {"moment": "2019-12-19[Europe/London]", "reason": "vague"}
    vague = twin(**{"case/aware": aware})

    assert len(vague.reading(None).bands) == 2
    assert entry(vague).time == "Unknown"


def test_the_register_says_facts_effects_and_remedies() -> None:
    told = dict(zip(register.COLUMNS, register.row(twin()), strict=True))

    assert told["title"] == "Training records"
    assert told["time to report"] == "49h34m on_time"
    assert told["reported"] == str(SENT)
    assert "hosts learning material" in told["facts"]
    assert told["why late or not reported"].startswith("The delay arose before we knew")
    assert told["decision"] == ""


def test_the_register_says_why_nothing_was_reported() -> None:
    quiet = case_view(
        "4" * 32, {"case/title": "List", "case/state": "closed", "case/unreported": "No risk."}
    )

    told = dict(zip(register.COLUMNS, register.row(quiet), strict=True))
    statement: dict[str, JSON] = {"form": "oaic-ndb", "kind": "initial", "number": 0}
    ndb = case_view("5" * 32, {f"report/r0/{k}": v for k, v in statement.items()})
    assert dict(zip(register.COLUMNS, register.row(ndb), strict=True))["effects"] == ""

    assert (told["reported"], told["time to report"]) == ("", "not reported")
    assert told["why late or not reported"] == "No risk."
