"""An assessment is recorded register by register: one change an act, merged and undone alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.answer import BLANK, Answer
from models.assessment import Assessment
from models.errors import MissingError, ShapeError, UsageError
from models.moment import Moment
from store.assessing import (
    ITEMS,
    SCORED,
    Answered,
    add_group,
    decision,
    find_group,
    place_of,
    remove_group,
    set_assessed,
    signed,
)
from store.casework import new_case
from store.change import SetOp
from store.conflict import conflicts, take
from store.undo import undo
from store.vault import Vault
from tests.store.build import LATER, WALL, make

AT = Moment.parse("2026-01-02T03:04+00:00[Europe/London]")


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with make(tmp_path / "vault")[0] as opened:
        yield opened


@pytest.fixture
def case_id(vault: Vault) -> str:
    return new_case(vault, "Lost tape", wall=WALL)


def text(value: str, note: str | None = None) -> Answer:
    return Answer(state="answered", value=value, note=note)


def assessment(vault: Vault, case_id: str) -> Assessment:
    found = vault.case(case_id).assessment
    assert found is not None
    return found


def test_an_item_is_answered_by_its_number_in_one_change_with_an_author(
    vault: Vault, case_id: str
) -> None:
    before = len(vault.state(case_id).changes)

    answers = {"S1.6": text("A courier lost it."), "extent": Answer(state="not_asked")}
    set_assessed(vault, case_id, Answered(ITEMS, answers), wall=LATER)

    assert len(vault.state(case_id).changes) == before + 1
    assert assessment(vault, case_id).items == {
        "cause": text("A courier lost it."),
        "extent": Answer(state="not_asked"),
    }
    assert signed(vault.state(case_id), ITEMS)["cause"] == ("a.officer", LATER)


def test_what_says_nothing_new_is_no_change(vault: Vault, case_id: str) -> None:
    set_assessed(vault, case_id, Answered(ITEMS, {"cause": text("x")}), wall=WALL)
    before = vault.state(case_id).heads

    same = {"cause": text("x"), "extent": BLANK}
    set_assessed(vault, case_id, Answered(ITEMS, same), wall=WALL)

    assert vault.state(case_id).heads == before


def test_every_version_of_an_assessment_stays_in_the_history(vault: Vault, case_id: str) -> None:
    for word in ("immaterial", "grave"):
        set_assessed(vault, case_id, Answered(ITEMS, {"extent": text(word)}), wall=WALL)

    ops = [op for each in vault.state(case_id).changes for op in each.ops]
    told = [op.value for op in ops if op.field == "assessment/extent"]
    assert told == [text("immaterial").as_json(), text("grave").as_json()]
    undo(vault, case_id, wall=WALL)
    assert assessment(vault, case_id).items["extent"] == text("immaterial")


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (Answered(ITEMS, {"S9.9": text("x")}), MissingError),
        (Answered(ITEMS, {"crime": text("Perhaps")}), ShapeError),
        (Answered(SCORED, {"intent": text("0.25 half")}), ShapeError),
        (Answered(place_of("0" * 16), {"type": text("x")}), MissingError),
    ],
)
def test_what_the_guide_does_not_ask_is_refused_and_nothing_is_saved(
    vault: Vault, case_id: str, told: Answered, error: type[Exception]
) -> None:
    before = vault.state(case_id).heads

    with pytest.raises(error):
        set_assessed(vault, case_id, told, wall=WALL)

    assert vault.state(case_id).heads == before


def test_groups_keep_the_order_in_which_they_were_added(vault: Vault, case_id: str) -> None:
    names = ("Enquiries", " Applications\nof members", "Claims")
    ids = [add_group(vault, case_id, name, wall=WALL) for name in names]

    groups = assessment(vault, case_id).groups

    assert [group.id for group in groups] == ids
    assert [group.name for group in groups] == ["Enquiries", "Applications of members", "Claims"]
    for odd in (" ", "x" * 501):
        with pytest.raises(UsageError, match="a group needs a type"):
            add_group(vault, case_id, odd, wall=WALL)


def test_a_group_after_an_odd_place_begins_the_numbers_again(vault: Vault, case_id: str) -> None:
    first = add_group(vault, case_id, "Names", wall=WALL)
    op = SetOp(f"group/{first}/pos", "zz")
    vault.commit(case_id, [op], shown=vault.state(case_id), wall=WALL)

    second = add_group(vault, case_id, "Cards", wall=WALL)

    assert vault.state(case_id).value(f"group/{second}/pos") == "00000001"


def test_a_group_goes_by_its_number_its_id_or_the_beginning_of_its_type(
    vault: Vault, case_id: str
) -> None:
    first = add_group(vault, case_id, "Claims of 2019", wall=WALL)
    second = add_group(vault, case_id, "Claims of 2020", wall=WALL)
    found = assessment(vault, case_id)

    assert find_group(found, "1").id == first
    assert find_group(found, second[:6]).id == second
    assert find_group(found, "claims of 2020").id == second
    with pytest.raises(UsageError, match="2 groups begin so"):
        find_group(found, "Claims")
    for text_ in ("", "9", "Cards"):
        with pytest.raises(MissingError, match="no such group"):
            find_group(found, text_)
    with pytest.raises(MissingError, match="no such group"):
        find_group(None, "1")


def test_a_group_that_was_taken_out_comes_back_by_an_undo(vault: Vault, case_id: str) -> None:
    group = add_group(vault, case_id, "Names", wall=WALL)
    place = place_of(group)
    set_assessed(vault, case_id, Answered(place, {"R2": text("Yes")}), wall=WALL)

    remove_group(vault, case_id, group, wall=WALL)

    assert vault.case(case_id).assessment is None
    with pytest.raises(MissingError, match="not there any more"):
        set_assessed(vault, case_id, Answered(place, {"R2": text("No")}), wall=WALL)
    with pytest.raises(MissingError, match="no such group"):
        remove_group(vault, case_id, group, wall=WALL)
    undo(vault, case_id, wall=WALL)
    assert assessment(vault, case_id).groups[0].answers["identity"] == text("Yes")


def test_a_decision_has_its_reason_role_and_time_in_one_change(vault: Vault, case_id: str) -> None:
    group = add_group(vault, case_id, "Names", wall=WALL)
    told = decision("Yes", " they can act ", "Privacy officer", AT, part="notify")
    set_assessed(vault, case_id, Answered(place_of(group), told), wall=WALL)
    police = decision("Not yet", "asked to wait", "Chair", AT, part="police")
    set_assessed(vault, case_id, Answered(ITEMS, police), wall=WALL)

    found = assessment(vault, case_id)

    assert found.groups[0].decision.as_json() == {
        "decision": "Yes",
        "reason": "they can act",
        "by": "Privacy officer",
        "at": str(AT),
    }
    assert (found.police.word, found.police.by) == ("Not yet", "Chair")
    for reason in (" ", "x" * (256 * 1024 + 1)):
        with pytest.raises(UsageError, match="a decision needs a reason"):
            decision("Yes", reason, "Chair", AT, part="regulator")


def test_two_who_scored_without_seeing_each_other_are_in_conflict_until_one_chooses(
    vault: Vault, case_id: str
) -> None:
    shown = vault.state(case_id)
    for label in ("0.25 some known recipients", "0.50 an unknown number of recipients, or public"):
        score = Answered(SCORED, {"CB1": text(label)})
        set_assessed(vault, case_id, score, shown=shown, wall=WALL)

    (conflict,) = conflicts(vault.state(case_id))

    assert conflict.label == "Loss of confidentiality"
    assert vault.case(case_id).assessment is None
    take(vault, conflict, 2, wall=WALL)
    severity = assessment(vault, case_id).severity
    assert severity is not None
    assert severity.cb == (2, 8)
