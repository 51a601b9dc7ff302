"""A change is taken back by another one, over what it wrote and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.answer import Answer
from models.errors import MissingError, UsageError
from models.moment import Moment
from models.strictjson import JSON
from store.attachment import attach
from store.casework import close_case, new_case, set_answers, start_followup
from store.change import AddOp, AnyOp, Change, DelOp, SetOp
from store.conflict import find_conflict, take
from store.fold import CaseState
from store.incident import Statement, add_note
from store.undo import undo, undone_by, why_not
from store.vault import Vault
from tests.store.build import LATER, WALL, make, opened
from tests.store.colleague import arrive, set_op

AT = Moment.parse("2026-01-02T03:04[Europe/London]")
TITLE = "case/title"


def _set(vault: Vault, case_id: str, field: str, value: JSON) -> Change:
    return vault.commit(case_id, [SetOp(field, value)], shown=vault.state(case_id), wall=WALL)


def _held(state: CaseState) -> dict[str, list[bytes]]:
    """What each field holds, deletions apart: the digest of the fields' values."""
    return {
        name: sorted(each.key for each in register.values)
        for name, register in state.fields.items()
        if not all(each.deleted for each in register.values)
    }


def test_the_value_before_comes_back_and_history_keeps_both(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)
        changed = _set(vault, case_id, TITLE, "Stolen laptop")

        done = undo(vault, case_id, wall=LATER)

        state = vault.state(case_id)
        assert vault.case(case_id).title == "Lost laptop"
        assert (done.taken_back, done.change.undo) == (changed, changed.id)
        assert done.change.ops[0].over == (changed.ops[0].op_id,)
        assert state.changes[-2:] == (changed, done.change)
        assert undone_by(state.changes) == {changed.id: done.change.id}
        assert done.change.as_json()["undo"] == changed.id
    with opened(tmp_path / "vault", writable=False) as vault:
        assert vault.state(case_id).changes[-1].undo == changed.id


def test_what_was_not_there_before_is_gone_again(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)
        before = vault.state(case_id).values()
        _set(vault, case_id, "party/p1", {"role": "processor"})

        undo(vault, case_id, wall=LATER)

        assert vault.state(case_id).values() == before


def test_a_deletion_is_taken_back(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)
        vault.commit(case_id, [DelOp(TITLE)], shown=vault.state(case_id), wall=WALL)

        undo(vault, case_id, wall=LATER)

        assert vault.case(case_id).title == "Lost laptop"


def test_one_undo_after_another_goes_back_step_by_step(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        for title in ("two", "three", "four"):
            _set(vault, case_id, TITLE, title)
        seen = []

        for _ in range(3):
            undo(vault, case_id, wall=LATER)
            seen.append(vault.case(case_id).title)

        assert seen == ["three", "two", "one"]
        with pytest.raises(UsageError, match="began the case"):
            undo(vault, case_id, wall=LATER)


def test_an_undo_can_be_undone_and_then_done_again(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        two = _set(vault, case_id, TITLE, "two")
        first = undo(vault, case_id, wall=LATER).change
        second = undo(vault, case_id, first.id[:12], wall=LATER).change
        assert vault.case(case_id).title == "two"
        assert undone_by(vault.state(case_id).changes) == {first.id: second.id}

        done = undo(vault, case_id, wall=LATER)

        assert done.taken_back == two
        assert vault.case(case_id).title == "one"
        with pytest.raises(UsageError, match="no effect"):
            undo(vault, case_id, two.id, wall=LATER)


def test_a_value_written_since_stays_beside_the_former_one(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        two = _set(vault, case_id, TITLE, "two")
        _set(vault, case_id, TITLE, "three")

        done = undo(vault, case_id, two.id[:8], wall=LATER)

        register = vault.state(case_id).fields[TITLE]
        assert {each.value for each in register.values} == {"one", "three"}
        assert done.conflicts == {TITLE}


def test_what_a_colleague_wrote_at_the_same_time_stays(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        shown = vault.state(case_id)
        _set(vault, case_id, TITLE, "mine")
    arrive(path, shown, set_op(shown, TITLE, "theirs"))

    with opened(path) as vault:
        done = undo(vault, case_id, wall=LATER)

        assert vault.case(case_id).title == "theirs"
        assert vault.state(case_id).conflicts == done.conflicts == frozenset()
        with pytest.raises(UsageError, match="began the case"):  # theirs is not mine to take back
            undo(vault, case_id, wall=LATER)


def test_a_choice_between_two_values_is_taken_back_to_both(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        shown = vault.state(case_id)
        _set(vault, case_id, TITLE, "mine")
    arrive(path, shown, set_op(shown, TITLE, "theirs"))

    with opened(path) as vault:
        before = _held(vault.state(case_id))
        take(vault, find_conflict(vault.state(case_id), "title"), 1, wall=LATER)
        done = undo(vault, case_id, wall=LATER)

        assert _held(vault.state(case_id)) == before
        assert done.conflicts == {TITLE}


def test_what_was_added_is_there_for_good(tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(b"x")
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        add_note(vault, case_id, Statement("called them", AT), wall=WALL)
        with pytest.raises(UsageError, match="incident log is there for good"):
            undo(vault, case_id, wall=LATER)
        attach(vault, case_id, tmp_path / "photo", name="", wall=WALL)
        with pytest.raises(UsageError, match="attachment is there for good"):
            undo(vault, case_id, wall=LATER)
        close_case(vault, case_id, AT, wall=WALL)
        with pytest.raises(UsageError, match="event that was recorded"):
            undo(vault, case_id, wall=LATER)
        ops: list[AnyOp] = [AddOp("party/p1", {})]
        party = vault.commit(case_id, ops, shown=None, wall=WALL)

        assert "added is there for good" in why_not(vault.state(case_id), party)


def test_nothing_of_a_sealed_report_is_taken_back(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        answers = {"cyber": Answer(state="answered", value="No")}
        set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=WALL)
        draft = vault.case(case_id).draft
        assert draft is not None
        _set(vault, case_id, f"report/{draft.rid}/frozen", "b" * 32)

        for change in vault.state(case_id).changes[1:]:
            with pytest.raises(UsageError, match="its report is sealed"):
                undo(vault, case_id, change.id, wall=LATER)


def test_a_follow_up_can_be_taken_back_until_somebody_writes_on_it(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        draft = vault.case(case_id).draft
        assert draft is not None
        _set(vault, case_id, f"report/{draft.rid}/frozen", "b" * 32)
        before = vault.state(case_id).values()
        start_followup(vault, case_id, wall=WALL)

        undo(vault, case_id, wall=LATER)

        assert vault.state(case_id).values() == before
        start_followup(vault, case_id, wall=WALL)
        began = vault.state(case_id).changes[-1]
        answers = {"cyber": Answer(state="answered", value="No")}
        set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=WALL)
        with pytest.raises(UsageError, match="written on since"):
            undo(vault, case_id, began.id, wall=LATER)
        undo(vault, case_id, wall=LATER)  # the answer first
        undo(vault, case_id, wall=LATER)
        assert vault.state(case_id).values() == before


@pytest.mark.parametrize("text", ["0000", "abc", "x" * 64])
def test_a_change_that_is_not_there_is_missing(tmp_path: Path, text: str) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)

        with pytest.raises(MissingError):
            undo(vault, case_id, text, wall=LATER)


def test_a_device_that_wrote_nothing_has_nothing_to_take_back(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = vault.new_case_id()
        vault.put_blob(case_id, b"brings the case's key")
    shown = CaseState(case_id, {}, (), ())
    arrive(path, shown, set_op(shown, TITLE, "theirs"))

    with opened(path) as vault, pytest.raises(MissingError, match="nothing of yours"):
        undo(vault, case_id, wall=LATER)


def test_an_op_without_effect_is_not_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        shown = vault.state(case_id)
    change = arrive(path, shown, set_op(shown, "case/reference", "IC-1"))

    with opened(path) as vault, pytest.raises(UsageError, match="no effect"):
        undo(vault, case_id, change.id, wall=LATER)


_ops = st.lists(
    st.tuples(st.sampled_from([TITLE, "case/zone", "party/p1"]), st.sampled_from("abc")),
    min_size=1,
    max_size=3,
    unique_by=lambda each: each[0],
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(_ops, st.booleans()), min_size=1, max_size=6))
def test_an_undo_right_after_a_change_restores_every_field(
    tmp_path_factory: pytest.TempPathFactory, saves: list[tuple[list[tuple[str, str]], bool]]
) -> None:
    with make(tmp_path_factory.mktemp("undo") / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        stale = vault.state(case_id)
        for ops, late in saves:
            before = vault.state(case_id)
            held, shown = _held(before), stale if late else before
            vault.commit(case_id, [SetOp(*op) for op in ops], shown=shown, wall=WALL)

            if _held(vault.state(case_id)) != held:
                undo(vault, case_id, vault.state(case_id).changes[-1].id, wall=LATER)

            assert _held(vault.state(case_id)) == held
            vault.commit(case_id, [SetOp(*op) for op in ops], shown=shown, wall=WALL)
