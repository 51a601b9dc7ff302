"""What says one thing between it and was changed apart is reviewed together, on every replica."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import MissingError, UsageError
from models.strictjson import JSON
from store.casework import new_case
from store.change import Change, Op, SetOp
from store.coupled import GROUPS, find_review, keep, reviews
from store.fold import CaseState, LiveValue, Register
from tests.store.build import LATER, WALL, make, opened
from tests.store.colleague import arrive, set_op
from tests.store.replicas import exchange, two

FORM = "report/r/form"


def change(name: str, *fields: str, after: str = "", who: str = "", kind: str = "set") -> Change:
    value: JSON = {"name": "sent"} if kind == "add" else name
    ops = tuple(
        Op(f"{name}:{number}", kind, field, value, ()) for number, field in enumerate(fields)
    )
    return Change(
        id=name, case_id="c", device="d", seq=1, parents=tuple(after), lam=1, wall=WALL,
        who=who or name, role="responder", ops=ops, why="", raw=b"",
    )  # fmt: skip


def state(*changes: Change, void: frozenset[str] = frozenset(), sealed: bool = False) -> CaseState:
    told = {"report/r/form": "ico-2019", **({"report/r/frozen": "b"} if sealed else {})}
    fields = {
        name: Register((LiveValue(value, "x:0", "", "", ""),), ("x:0",))
        for name, value in told.items()
    }
    parents = {each for one in changes for each in one.parents}
    heads = tuple(each.id for each in changes if each.id not in parents)
    return CaseState("c", fields, changes, heads, void)


def told(found: CaseState) -> list[str]:
    return [each.text for each in reviews(found)]


APART = (
    change("a", "report/r/discovered", "report/r/occurred"),
    change("b", "report/r/discovered", after="a"),
    change("c", "report/r/delay_reason", after="a"),
)


def test_members_changed_side_by_side_are_to_be_reviewed() -> None:
    (found,) = reviews(state(*APART))

    assert found.text == "times: b changed discovered; c changed delay_reason"
    assert find_review(state(*APART), "times") == found
    assert found.as_json()["group"] == "times"
    with pytest.raises(MissingError):
        find_review(state(*APART), "counts")


@pytest.mark.parametrize(
    "last",
    [
        change("d", "report/r/occurred", after="bc"),
        change("d", "case/aware", after="bc"),
    ],
)
def test_a_save_of_any_member_by_somebody_who_has_seen_both_clears_it(last: Change) -> None:
    assert told(state(*APART, last)) == []


def test_a_save_of_something_else_does_not() -> None:
    last = change("d", "case/title", after="bc")
    more = change("e", "report/r/occurred", after="c")

    assert told(state(*APART, last)) == ["times: b changed discovered; c changed delay_reason"]
    assert told(state(*APART, more)) == [
        "times: b changed discovered; e changed delay_reason, occurred"
    ]


def test_what_was_written_one_after_the_other_or_to_one_field_is_not_told() -> None:
    line = (*APART[:2], replace(APART[2], parents=("b",)))
    same = (*APART[:2], change("c", "report/r/discovered/note", after="a"))

    assert told(state(*line)) == []
    assert told(state(*same)) == []


def test_other_groups_events_and_decisions_are_told_too() -> None:
    first = change("a", "case/title")

    assert told(
        state(
            first,
            change("b", "report/r/subjects_count", "report/r/discovered", after="a"),
            change("c", "report/r/data_categories/x", after="a"),
            change("d", "event/e1", after="a", kind="add"),
        )
    ) == [
        "times: b changed discovered; d changed sent",
        "counts: b changed subjects_count; c changed data_categories",
    ]
    assert told(
        state(
            first,
            change("b", "decision/d1", after="a"),
            change("c", "report/r/prevention_steps/x", after="a"),
            change("d", "event/e1", after="a"),
        )
    ) == ["measures: b changed decision; c changed prevention_steps"]


def test_ops_without_effect_and_sealed_reports_do_not_count() -> None:
    assert told(state(*APART, void=frozenset({"c:0"}))) == []
    assert told(state(*APART, sealed=True)) == []


@given(st.integers(0, 10_000))
def test_it_is_the_definition_whatever_the_order(seed: int) -> None:
    """By the definition: pairs side by side with no later member that has seen both."""
    chance = random.Random(seed)  # noqa: S311 -- a test's
    names = "abcdefgh"
    members = sorted(GROUPS["times"] - {"event/sent", "case/aware"})
    made: list[Change] = []
    for number, name in enumerate(names):
        parents = "".join(sorted(chance.sample(names[:number], min(number, chance.randint(0, 2)))))
        field = chance.choice([*(f"report/r/{each}" for each in members), "case/title"])
        made.append(change(name, field, after=parents))
    before: dict[str, set[str]] = {}
    for each in made:
        before[each.id] = set(each.parents).union(*(before[one] for one in each.parents))
    ours = [each for each in made if each.ops[0].field != "case/title"]
    apart = any(
        one.ops[0].field != other.ops[0].field
        and one.id not in before[other.id]
        and other.id not in before[one.id]
        and not any({one.id, other.id} <= before[last.id] for last in ours)
        for one in ours
        for other in ours
    )

    found = reviews(state(*made))
    chance.shuffle(made)

    assert bool(found) == apart
    turned = reviews(state(*made))
    assert [set(each.sides) for each in turned] == [set(each.sides) for each in found]


def test_keeping_what_was_reviewed_is_one_save_and_clears_it(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        shown = vault.state(case_id)
        rid = vault.case(case_id).reports[0].rid
        discovered, occurred = (f"report/{rid}/{name}" for name in ("discovered", "occurred"))
        yes: JSON = {"state": "redacted"}
        vault.commit(case_id, [SetOp(discovered, yes)], shown=shown, wall=WALL)
    arrive(path, shown, set_op(shown, occurred, yes))

    with opened(path) as vault:
        found = find_review(vault.state(case_id), "times")
        assert {each.fields for each in found.sides} == {(discovered,), (occurred,)}
        keep(vault, case_id, found, wall=LATER)

        assert reviews(vault.state(case_id)) == ()
        assert vault.state(case_id).value(occurred) == yes
        with pytest.raises(UsageError, match="since it was shown"):
            keep(vault, case_id, found, wall=LATER)


def test_what_is_in_conflict_is_resolved_before_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        shown = vault.state(case_id)
        rid = vault.case(case_id).reports[0].rid
        fields = [f"report/{rid}/{name}" for name in ("discovered", "occurred")]
        ops = [SetOp(field, {"state": "redacted"}) for field in fields]
        vault.commit(case_id, ops, shown=shown, wall=WALL)
    arrive(path, shown, *(set_op(shown, field, {"state": "blank"}) for field in fields))

    with opened(path) as vault, pytest.raises(UsageError, match="in conflict"):
        keep(vault, case_id, find_review(vault.state(case_id), "times"), wall=LATER)


def test_a_sync_tells_what_is_to_be_reviewed(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with ours, theirs:
        case_id = new_case(ours, "Lost letter", wall=WALL)
        exchange(ours, stick)
        exchange(theirs, stick)
        rid = ours.case(case_id).reports[0].rid
        for vault, name in ((ours, "discovered"), (theirs, "occurred")):
            op = SetOp(f"report/{rid}/{name}", {"state": "redacted"})
            vault.commit(case_id, [op], shown=vault.state(case_id), wall=WALL)
        exchange(theirs, stick)

        report = exchange(ours, stick)

        (line,) = report.lines("reviews")
        assert report.found
        assert "Lost letter" in line or "lost-letter" in line
        assert "a.officer changed discovered" in line
        assert "b.colleague changed occurred" in line
        exchange(theirs, stick)
        assert reviews(theirs.state(case_id)) == reviews(ours.state(case_id))
