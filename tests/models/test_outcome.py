"""The worked examples F1 to F9 of the OAIC's guide, and the rule beside what was decided."""

from __future__ import annotations

from typing import Any

import pytest

from models.outcome import individuals_hint, outcome, police_hint, regulator_hint, risk_hint
from tests.models.assessed import assessed, of, worked

NAMES = [f"F{number}" for number in range(1, 10)]
GRAVE = {"R2": "Yes", "R3": "High"}


def told(example: dict[str, Any]) -> dict[str, Any]:
    *groups, regulator, police = outcome(of(example))
    return {
        "groups": [each.word for each in groups],
        "regulator": regulator.word,
        "police": police.word,
        "disagrees": [each.name for each in (*groups, regulator, police) if each.disagrees],
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_worked_example_comes_out_as_the_guide_says(name: str) -> None:
    example = worked(name)

    assert told(example) == example["expected"]


def test_f1_stays_undecided_although_the_rule_would_notify() -> None:
    group, regulator, police = outcome(of(worked("F1")))

    assert [group.word, regulator.word, police.word] == ["undecided"] * 3
    assert group.hint.word == "yes"


def test_f4_tells_the_individual_and_not_the_regulator() -> None:
    group, regulator, _ = outcome(of(worked("F4")))

    assert (group.word, regulator.word) == ("yes", "no")
    assert regulator.hint.why == (
        "a real risk of serious harm, but few people and an accident (O1)"
    )


def test_f6_tells_the_regulator_at_once_and_the_individuals_after_the_hold() -> None:
    example = worked("F6")
    before = [each.word for each in outcome(of(example))]
    example["items"]["H4"] = "2014-03-08T09:00[Australia/Sydney]"

    assert before == ["held", "yes", "yes"]
    assert [each.word for each in outcome(of(example))] == ["yes", "yes", "yes"]


def test_f5_and_f7_differ_by_encryption() -> None:
    lost, sealed = worked("F5")["groups"][0], worked("F7")["groups"][0]
    encrypted = {**lost, "R11": "Yes", "R12": "Safe"}

    hints = [risk_hint(assessed({}, each).groups[0]) for each in (lost, encrypted, sealed)]

    assert [hint.word for hint in hints] == ["yes", "no", "no"]
    assert hints[1] == hints[2]


def test_f8_turns_on_the_recipient() -> None:
    fax = worked("F8")["groups"][0]
    criminal = {**fax, "R10": "Criminal, or suspected so"}

    hints = [risk_hint(assessed({}, each).groups[0]).word for each in (fax, criminal)]

    assert hints == ["no", "yes"]


def test_f9_decides_for_each_group_and_two_of_them_get_letters_of_their_own() -> None:
    groups = of(worked("F9")).groups

    letters = [str(group.answers["letter"].value) for group in groups if "letter" in group.answers]

    assert [group.name for group in groups] == ["Enquiries", "Applications", "Claims"]
    assert [group.decision.word for group in groups] == ["No", "Yes", "Yes"]
    assert len(set(letters)) == 2


def test_a_decision_against_the_rule_is_named_and_stands() -> None:
    example = worked("F2")
    example["groups"][0]["D1"] = "No"
    example["items"]["D1"] = "No"

    group, regulator, _ = outcome(of(example))

    assert (group.word, group.disagrees) == ("no", True)
    assert (regulator.word, regulator.disagrees) == ("no", True)
    assert group.as_json() == {
        "who": "0000000000000001",
        "name": "Names, addresses, card details",
        "outcome": "no",
        "hint": "yes",
        "hint_why": "a real risk of serious harm is recorded (N1)",
        "disagrees": True,
    }


def test_a_hold_does_not_hide_that_the_rule_would_not_notify() -> None:
    hold = {"H1": "Police"}

    group, _, _ = outcome(assessed(hold, {"R8": "No", "D1": "Yes"}))

    assert (group.word, group.disagrees) == ("held", True)


@pytest.mark.parametrize(
    ("group", "word"),
    [
        ({}, "undecided"),
        (GRAVE, "yes"),
        ({**GRAVE, "R2": "No"}, "no"),
        ({"R3": "High"}, "undecided"),
        ({**GRAVE, "R11": "Yes"}, "undecided"),
        ({**GRAVE, "R11": "Yes", "R12": "Not yet known"}, "undecided"),
        ({**GRAVE, "R11": "Yes", "R12": "Exposed"}, "yes"),
        ({"R2": "Yes", "R5": "Malicious"}, "yes"),
        ({"R2": "Yes", "R5": "Theft possible"}, "undecided"),
        ({"R2": "Yes", "R5": "Theft possible", "R6": "no"}, "undecided"),
        ({"R2": "Yes", "R5": "Theft possible", "R6": "yes"}, "yes"),
        ({"R2": "Yes", "R10": "Restrained or otherwise dangerous person"}, "yes"),
        ({**GRAVE, "R8": "Undecided"}, "yes"),
        ({**GRAVE, "R8": "No"}, "no"),
    ],
)
def test_the_risk_table_is_a_hint_until_somebody_states_the_risk(
    group: dict[str, str], word: str
) -> None:
    assert individuals_hint(assessed({}, {"R1": "Data", **group}).groups[0]).word == word


@pytest.mark.parametrize(
    ("groups", "word"),
    [
        ((), "undecided"),
        (({"R8": "Undecided"},), "undecided"),
        (({"R8": "No"},), "no"),
        (({"R8": "Yes", "R14": "101", "R5": "Unintentional"},), "yes"),
        (({"R8": "Yes", "R14": "100", "R5": "Unintentional"},), "no"),
        (({"R8": "Yes", "R14": "1", "R5": "Malicious"},), "yes"),
        (({"R8": "No", "R14": "5000"}, {"R8": "Yes", "R14": "1"}), "no"),
    ],
)
def test_the_regulator_is_told_of_more_than_an_isolated_mishap(
    groups: tuple[dict[str, str], ...], word: str
) -> None:
    assert regulator_hint(assessed({"S1.6": "A cause"}, *groups)).word == word


@pytest.mark.parametrize(
    ("crime", "cause", "word"),
    [
        ("Yes", "Unintentional", "yes"),
        ("No", "Malicious", "no"),
        ("Not yet known", "Theft possible", "undecided"),
        ("Not yet known", "Unintentional", "no"),
        ("Not yet known", None, "undecided"),
        ("No", None, "no"),
    ],
)
def test_the_police_are_told_where_a_crime_is_suspected(
    crime: str, cause: str | None, word: str
) -> None:
    groups = ({"R5": cause},) if cause else ()

    assert police_hint(assessed({"S1.11": crime}, *groups)).word == word
