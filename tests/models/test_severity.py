"""ENISA's method: every vector, ranges where parts are unknown, and never a silent 0."""

from __future__ import annotations

import pytest

from models.errors import UsageError
from models.guide import SEVERITY, guide
from models.severity import CIRCUMSTANCES, DATA, HINT, Severity, severity
from models.severity import scored as typed_score
from tests.models.assessed import assessed

KIND = {1: "DPC1", 2: "DPC2", 3: "DPC3", 4: "DPC4"}


def scored(**typed: object) -> Severity:
    found = assessed({}, scores=typed).severity
    assert found is not None
    return found


def whole(dpc: int, ei: str, *cb: str) -> Severity:
    """Return a severity with every part known."""
    parts = zip(("CB1", "CB4", "CB2", "CB3"), (*cb, "0.00", "0.00", "0.00", "0.00"), strict=False)
    return scored(**{KIND[dpc]: str(dpc), "EI": ei}, **dict(parts))


@pytest.mark.parametrize(
    ("dpc", "ei", "cb", "quarters", "level"),
    [
        (1, "1.00", ("0.25",), 5, "low"),
        (4, "0.75", ("0.25", "0.50"), 15, "high"),
        (3, "1.00", ("0.25",), 13, "high"),
        (1, "0.25", (), 1, "low"),
        (4, "1.00", ("0.50", "0.50"), 20, "very high"),
        (2, "1.00", (), 8, "medium"),
        (3, "1.00", (), 12, "high"),
        (4, "1.00", (), 16, "very high"),
        (4, "1.00", ("0.50", "0.50", "0.50", "0.50"), 24, "very high"),
    ],
)
def test_a_vector_comes_out_in_quarters_and_at_its_level(
    dpc: int, ei: str, cb: tuple[str, ...], quarters: int, level: str
) -> None:
    found = whole(dpc, ei, *cb)

    assert (found.se, found.levels, found.pending) == ((quarters, quarters), (level,), ())


def test_the_highest_category_counts() -> None:
    found = scored(DPC1="1", DPC3="3", EI="0.50", CB1="0.00", CB2="0.00", CB3="0.00", CB4="0.00")

    assert found.dpc == (3, 3)
    assert found.arithmetic() == "1.50 low = DPC 3 x EI 0.50 + CB 0.00"


def test_what_is_open_makes_a_range_and_is_never_a_silent_nothing() -> None:
    found = scored(DPC3="3", EI="1.00", CB1="0.25")

    assert found.se == (13, 19)
    assert found.levels == ("high", "very high")
    assert found.pending == ("CB2", "CB3", "CB4")
    assert found.arithmetic() == (
        "3.25 .. 4.75 high .. very high = DPC 3 x EI 1.00 + (CB 0.25 .. 1.75)"
    )


def test_a_category_that_is_not_yet_known_may_be_the_gravest() -> None:
    found = scored(DPC1="2", DPC4="Not yet known", EI="0.25")

    assert found.dpc == (2, 4)
    assert found.pending[0] == "DPC4"


def test_without_any_category_the_data_may_be_anything() -> None:
    found = scored(EI="Not yet known", CB2="N/A")

    assert (found.dpc, found.ei, found.cb) == ((1, 4), (1, 4), (0, 6))
    assert found.pending == ("DPC", "EI", "CB1", "CB3", "CB4")


def test_a_category_marked_not_applicable_is_not_involved() -> None:
    assert scored(DPC4="N/A", DPC1="1", EI="N/A").pending[:1] == ("EI",)


def test_nothing_scored_is_no_severity() -> None:
    assert severity({}) is None
    assert assessed({"S1.6": "a cause"}).severity is None


def test_a_score_without_a_reason_is_named() -> None:
    found = scored(DPC1={"text": "1", "why": "a plain list"}, EI="0.25")

    assert found.unreasoned == ("EI",)


def test_flags_are_no_scores() -> None:
    found = scored(FL1="Yes", FL2="No")

    assert (found.many, found.unintelligible, found.se) == (True, False, (1, 24))
    assert scored(DPC1="1").many is None


def test_scripts_get_quarters_and_the_hint_that_the_method_does_not_decide() -> None:
    assert scored(DPC1="1", EI="0.50").as_json() == {
        "se_min": 2,
        "se_max": 10,
        "dpc": [1, 1],
        "ei": [2, 2],
        "cb": [0, 8],
        "levels": ["low", "medium"],
        "pending": ["CB1", "CB2", "CB3", "CB4"],
        "unreasoned": ["DPC1", "EI"],
        "more_than_100": None,
        "unintelligible": None,
        "hint": HINT,
    }


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sensitive", "4", "4 the fact itself (the result)"),
        ("EI", "1", "1.00 maximum: direct (name, birth date and e-mail address)"),
        ("cb1", "0.5", "0.50 an unknown number of recipients, or public"),
        ("CB1", " 0 ", "0.00 none, or exposed with no evidence of access"),
        ("intent", "Unknown", "Not yet known"),
        ("FL1", "yes", "Yes"),
    ],
)
def test_a_score_is_typed_as_its_number(name: str, text: str, value: str) -> None:
    found = typed_score(name, text, "so it was")

    assert (found.value, found.note) == (value, "so it was")


@pytest.mark.parametrize("text", ["", "5", "0.2", "1.5", "0.255", "12", "much"])
def test_a_score_that_the_method_does_not_have_is_refused_with_those_it_has(text: str) -> None:
    with pytest.raises(UsageError, match="CB4 has no such score") as refused:
        typed_score("CB4", text)

    scores = guide(SEVERITY).question("CB4").options
    assert refused.value.hint == "; ".join(scores)


@pytest.mark.parametrize("name", [*DATA, "identification", *CIRCUMSTANCES])
def test_every_option_of_the_method_has_a_score(name: str) -> None:
    question = guide(SEVERITY).question(name)

    found = [scored(**{question.number: label}) for label in question.options]

    assert [question.number in each.pending for each in found] == (
        [False] * (len(question.options) - 1) + [True]
    )
