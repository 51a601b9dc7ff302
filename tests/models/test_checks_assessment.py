"""K49, K50, K53 (the text sent), K54, K55, K56: what an assessment says beside the report."""

from __future__ import annotations

from typing import Any

import pytest

from models.checks import Evidence, check
from models.moment import Moment
from models.report import report_from_json
from tests.models.assessed import assessed
from tests.models.evidence import answer, findings, found

GRAVE = {"DPC4": "4", "EI": "1.00 maximum", "CB1": "0.25"}
MILD = {"DPC4": "1", "EI": "0.25", "CB1": "0.50", "CB2": "0.00", "CB3": "0.00", "CB4": "0.00"}
STATEMENT = {
    "what_happened": "A list of members was sent to the wrong supplier.",
    "data_categories": "Contact information",
    "recommended_steps": "Watch your statements.",
}
SYDNEY = "[Australia/Sydney]"


def beside(
    items: dict[str, Any] | None = None, *groups: dict[str, Any], scores: Any = None
) -> dict[str, Any]:
    """Return an assessment as what is known beside a report."""
    return {"assessment": assessed(items, *groups, scores=scores)}


def told(known: dict[str, Any], **changes: Any) -> list[str]:
    """Return what the checks of this module find."""
    return [each for each in found(known=known, **changes) if each[:3] >= "K49"]


def test_without_an_assessment_none_of_them_runs() -> None:
    not_run = findings(known={"assessment": None}).not_run

    assert not_run == ("K45", "K49", "K50", "K55", "K56")


# --- K49


def test_k49_a_high_severity_while_nobody_is_told() -> None:
    grave = beside(scores=GRAVE)

    assert told(grave) == ["K49 warning subjects_told"]
    assert told(grave, subjects_told=None) == ["K49 warning subjects_told"]
    assert told(grave, subjects_told="Yes, we've told affected data subjects") == []


def test_k49_a_severity_that_may_be_high_is_not_one() -> None:
    assert told(beside(scores={"DPC4": "4"})) == []


def test_k49_a_low_severity_of_sensitive_data_in_public() -> None:
    assert told(beside(scores=MILD)) == ["K49 warning subjects_told"]
    assert told(beside(scores={**MILD, "CB1": "0.25"})) == []
    assert told(beside(scores={**MILD, "DPC4": "N/A", "DPC1": "1"})) == []


def test_k49_is_not_run_without_scores() -> None:
    assert "K49" in findings(known=beside({"S1.6": "a cause"})).not_run


# --- K50


def test_k50_a_group_is_encrypted_and_nobody_speaks_of_the_key() -> None:
    assert told(beside({}, {"R11": "Yes", "D1": "No"})) == ["K50 warning subjects_told"]
    assert told(beside({}, {"R11": "Yes", "R12": "Safe", "D1": "No"})) == []
    assert told(beside({}, {"R11": "No", "D1": "No"})) == []


def test_k50_the_flag_unintelligible_without_a_reason() -> None:
    bare = beside(scores={"FL2": "Yes"})
    public = beside(scores={"FL2": "Yes", "CB1": "0.50"})

    messages = [findings(known=each).problems[0].message for each in (bare, public)]

    assert [message.split(":")[0] for message in messages] == [
        "say why the data is unintelligible",
        "unintelligible data with unknown recipients",
    ]
    assert told(beside(scores={"FL2": {"text": "Yes", "why": "the key is safe"}})) == []


def test_k50_is_not_run_where_nobody_says_whether_it_is_encrypted() -> None:
    assert "K50" in findings(known=beside({}, {"R1": "Names"})).not_run


# --- K53


def of_statement(letter: str | None, **changes: Any) -> list[str]:
    parts = {**STATEMENT, **changes}
    document: dict[str, Any] = {
        "form": "oaic-ndb",
        "kind": "initial",
        "number": 0,
        "answers": {name: answer(given) for name, given in parts.items()},
    }
    alone = Evidence.of_report(report_from_json(document))
    group = {"R1": "Members"} if letter is None else {"R1": "Members", "M3": letter}
    known = Evidence(
        **{name: getattr(alone, name) for name in Evidence.__slots__ if name != "assessment"},
        assessment=assessed({}, group),
    )
    return [
        f"{each.id} {each.severity} {each.question}"
        for each in check(known).problems
        if each.id == "K53" and each.severity == "warning"
    ]


def test_k53_a_letter_that_does_not_carry_the_statement() -> None:
    assert of_statement("A list of members was sent away. Watch your statements.") == [
        "K53 warning what_happened"
    ]


def test_k53_a_letter_may_be_wrapped_otherwise_and_say_more() -> None:
    letter = (
        "Dear member,\nA list of members\nwas sent to the wrong supplier.\n\n"
        "Contact information\n\nWatch  your statements. Call us."
    )

    assert of_statement(letter) == []
    assert of_statement(letter, recommended_steps=None) == []
    assert of_statement(None) == []


# --- K54


def of_assessment(
    now: str | None, suspected: str | None, items: dict[str, Any] | None = None, **changes: Any
) -> tuple[list[str], bool]:
    """Return what K54 says of an Australian case, and whether it ran."""
    known = {
        "rule_id": "au-ndb-26wk",
        "now": Moment.parse(now) if now else None,
        "suspected": Moment.parse(suspected) if suspected else None,
        "aware": None,
        **beside(items or {"S1.6": "a cause"}),
        **changes,
    }
    result = findings(known=known)
    said = [f"{each.severity}: {each.message}" for each in result.problems if each.id == "K54"]
    return said, "K54" not in result.not_run


def test_k54_the_assessment_is_nearly_due_then_overdue() -> None:
    since = f"2026-03-01T23:00{SYDNEY}"
    soon = f"2026-03-26T00:30{SYDNEY}"

    assert of_assessment(f"2026-03-25T23:59{SYDNEY}", since) == ([], True)
    assert of_assessment(soon, since) == (
        ["warning: the assessment has 5 days left of 30 after the suspicion"],
        True,
    )
    assert of_assessment(f"2026-03-31T23:59{SYDNEY}", since)[0][0].startswith("warning")
    assert of_assessment(f"2026-04-01T00:00{SYDNEY}", since)[0] == [
        "error: the assessment is overdue: 30 days after the suspicion are over"
    ]


def test_k54_belief_or_a_closed_step_ends_the_assessment() -> None:
    since, late = f"2026-03-01{SYDNEY}", f"2026-05-01T09:00{SYDNEY}"

    assert of_assessment(late, since, {"T2": "Closed"}) == ([], True)
    assert of_assessment(late, since, aware=Moment.parse(late)) == ([], True)
    assert of_assessment(late, since, {"T2": "Open"})[0] != []
    assert of_assessment(late, since, assessment=None)[0] != []


@pytest.mark.parametrize(
    ("now", "suspected"),
    [
        (None, "2026-03-01Z"),
        ("2026-03-30T09:00Z", None),
        ("2026-03-30T09:00Z", "T09:00"),
        ("T09:00Z", "2026-03-01"),
        ("9999-12-31T23:59Z", f"2026-03-01{SYDNEY}"),
    ],
)
def test_k54_is_not_run_without_both_days(now: str | None, suspected: str | None) -> None:
    suspected = suspected.replace("Z", "[UTC]") if suspected else None

    assert of_assessment(now, suspected) == ([], False)


def test_k54_is_of_australian_cases_only() -> None:
    assert "K54" not in findings().not_run


# --- K55 and K56


def test_k55_a_real_risk_and_a_decision_not_to_notify() -> None:
    result = findings(known=beside({}, {"D1": "No"}, {"R8": "Yes", "D1": "No"}))

    assert [(each.id, each.question, each.message) for each in result.problems] == [
        (
            "K55",
            "",
            "group 2: a real risk of serious harm is recorded, and the decision is not to notify",
        )
    ]
    assert result.problems[0].source == "OAIC guide 2014, factor N1"


@pytest.mark.parametrize(
    ("decided", "step", "objected"),
    [
        ({}, "Closed", True),
        ({}, "Open", False),
        ({"D1": "Not yet"}, "Closed", True),
        ({"D1": {"text": "Not yet", "why": "the police asked"}}, "Closed", False),
        ({"D1": "No"}, "Skipped", False),
        ({"D1": "Yes"}, "Merged into another", False),
    ],
)
def test_k55_no_decision_although_step_2_is_closed(
    decided: dict[str, Any], step: str, *, objected: bool
) -> None:
    known = beside({"T2": step}, {"R1": "Names", **decided})

    assert told(known) == (["K55 warning "] if objected else [])


def test_k56_indirect_notice_without_one_of_the_three_reasons() -> None:
    website = {"M1": "Letter; Website", "D1": "Yes"}

    assert told(beside({}, website)) == ["K56 incomplete "]
    assert told(beside({}, {**website, "M2": "Contact details are not known"})) == []
    assert told(beside({}, {"M1": "Letter", "D1": "Yes"})) == []
    assert {"K55", "K56"} <= set(findings(known=beside({"S1.6": "a cause"})).not_run)
