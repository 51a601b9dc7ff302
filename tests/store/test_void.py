"""What is kept without effect is named with why, and a sealed report stays as it was sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.answer import Answer
from models.strictjson import JSON
from store.casework import new_case, set_answers, start_followup
from store.change import AddOp, AnyOp, SetOp
from store.vault import Vault
from store.void import ROLE, SEALED, void_ops, void_reasons
from tests.store.build import LATER, WALL, make, opened
from tests.store.colleague import arrive, set_op
from tests.store.replicas import exchange, two

YES, NO = (Answer(state="answered", value=value) for value in ("Yes", "No"))


def _seal(vault: Vault, case_id: str, *, filed: bool = True) -> None:
    draft = vault.case(case_id).reports[0]
    payload: JSON = {"report": draft.report.as_json()}
    message: JSON = {"kind": "initial_report", "direction": "out", "payload": payload}
    ops: list[AnyOp] = [SetOp(f"report/{draft.rid}/frozen", "b" * 32)]
    ops += [AddOp(f"message/{'b' * 32}", message)] if filed else []
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=WALL)


@pytest.mark.parametrize("filed", [True, False], ids=["sealed", "told in plain words"])
def test_a_report_reads_as_it_was_sealed_whatever_comes_later(
    tmp_path: Path, *, filed: bool
) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        set_answers(vault, case_id, {"cyber": NO}, shown=vault.state(case_id), wall=WALL)
        shown, field = vault.state(case_id), f"report/{vault.case(case_id).reports[0].rid}/cyber"
        _seal(vault, case_id, filed=filed)
    arrive(path, shown, set_op(shown, field, YES.as_json()))

    with opened(path) as vault:
        state, case = vault.state(case_id), vault.case(case_id)

        if not filed:  # nothing here says what it was
            assert case.reports[0].report.answer("cyber") == YES
            assert void_ops(state) == ()
            return
        assert state.conflicts == frozenset()
        assert case.reports[0].report.answer("cyber") == NO
        assert case.odd == ()
        (late,) = void_ops(state)
        assert (late.op.field, late.why) == (field, SEALED)
        assert late.as_json()["why"] == SEALED
        start_followup(vault, case_id, wall=LATER)
        assert vault.case(case_id).reports[1].report.answer("cyber") == NO


def test_what_its_device_may_not_is_named_with_who_and_as_what(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        shown = vault.state(case_id)
        vault.commit(case_id, [SetOp("case/title", "Letter")], shown=shown, wall=WALL)
    arrive(path, shown, set_op(shown, "case/reference", "IC-1"), set_op(shown, "case/zone", "UTC"))

    with opened(path, writable=False) as vault:
        state = vault.state(case_id)

    (found,) = void_ops(state)
    assert (found.by, found.why) == ("mallory, acting as responder", ROLE)
    assert void_reasons(state) == {found.op.op_id: ROLE}


def test_a_sync_tells_what_came_and_has_no_effect(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with ours, theirs:
        case_id = new_case(ours, "Lost letter", wall=WALL)
        exchange(ours, stick)
        exchange(theirs, stick)
        set_answers(theirs, case_id, {"cyber": YES}, shown=theirs.state(case_id), wall=WALL)
        _seal(ours, case_id)
        exchange(theirs, stick)

        report = exchange(ours, stick)

        (line,) = report.lines("quarantined")
        assert "cyber by b.colleague, acting as responder: its report was sealed meanwhile" in line
        assert exchange(ours, stick).lines("quarantined") == ()
