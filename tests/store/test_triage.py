from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import MissingError, UsageError
from models.moment import Moment
from models.strictjson import JSON
from store.casework import new_case
from store.change import AddOp
from store.triage import assign, mark_seen, set_priority
from tests.store.build import WALL, make, opened

AT = Moment.parse("2026-01-02T03:04+00:00[Europe/London]")


def test_a_priority_and_its_reason_are_kept_in_the_history_and_the_list(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)

        set_priority(vault, case_id, "urgent", " children's data \x1b", wall=WALL)
        set_priority(vault, case_id, "high", wall=WALL)

        assert vault.case(case_id).priority == vault.rows()[0].priority == "high"
        assert [each.why for each in vault.state(case_id).changes] == ["", "children's data", ""]
        with pytest.raises(UsageError, match="priority"):
            set_priority(vault, case_id, "whenever", wall=WALL)


def test_a_case_is_given_to_a_person_and_to_nobody(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)

        assign(vault, case_id, " C.\n Officer ", wall=WALL)
        assert vault.rows()[0].assignee == "C. Officer"
        assign(vault, case_id, "", wall=WALL)

        assert vault.case(case_id).assignee == ""
        assert vault.case(case_id).odd == ()
        with pytest.raises(UsageError, match="120"):
            assign(vault, case_id, "x" * 121, wall=WALL)


def test_a_letter_that_somebody_looked_at_waits_no_more(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)
        letter: JSON = {"kind": "information_response", "direction": "in", "created": WALL}
        ops = [AddOp(f"message/{name * 16}", letter) for name in ("a1", "b2", "b3")]
        vault.commit(case_id, ops, shown=None, wall=WALL)
        assert vault.rows()[0].waits == 3
    with opened(path) as vault:
        assert vault.rows()[0].waits == 3  # as the cache has it

        (one,) = mark_seen(vault, case_id, "a1a1", AT, wall=WALL)

        assert one.text == "read the information response"
        assert vault.rows()[0].waits == 2
        assert len(mark_seen(vault, case_id, "", AT, wall=WALL)) == 2
        with pytest.raises(MissingError):
            mark_seen(vault, case_id, "", AT, wall=WALL)


def test_one_register_is_read_without_the_others(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)
        stale = vault.state(case_id)
        for name in ("A", "B"):
            vault.commit(case_id, [AddOp(f"log/{name}", name)], shown=stale, wall=WALL)
        set_priority(vault, case_id, "high", wall=WALL)

        state = vault.state(case_id)

        assert state.value("case/priority") == "high"
        assert state.value("case/nothing") is None
