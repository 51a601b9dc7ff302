from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import UsageError
from models.strictjson import JSON
from store.casework import new_case
from store.change import SetOp, Setting
from store.errors import UnknownCaseError
from store.hold import FAMILY, hold_case, holds, lift_hold
from tests.store.build import LATER, WALL, insider, make, opened


def test_a_case_is_held_with_a_reason_until_the_hold_is_lifted(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id, other = (new_case(vault, name, wall=WALL) for name in ("one", "two"))

        hold_case(vault, case_id, " claim 12 ", wall=LATER)

        (hold,) = holds(vault)[case_id]
        assert (hold.reason, hold.who, hold.wall) == ("claim 12", "a.officer", LATER)
        assert hold.as_json()["reason"] == "claim 12"
        assert other not in holds(vault)
        with pytest.raises(UsageError, match="already"):
            hold_case(vault, case_id, "again", wall=LATER)
    with opened(tmp_path / "vault") as vault:
        lift_hold(vault, case_id, "settled", wall=LATER)

        assert holds(vault) == {}
        assert vault.log_state().changes[-1].why == "settled"
        with pytest.raises(UsageError, match="not held"):
            lift_hold(vault, case_id, "", wall=LATER)
        hold_case(vault, case_id, "another claim", wall=LATER)
        assert case_id in holds(vault)


@pytest.mark.parametrize("reason", ["", " \n", "x" * 2001])
def test_a_hold_needs_a_reason(tmp_path: Path, reason: str) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)

        with pytest.raises(UsageError, match="reason"):
            hold_case(vault, case_id, reason, wall=WALL)

        assert holds(vault) == {}


def test_only_a_case_that_is_there_can_be_held(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        for act in (hold_case, lift_hold):
            with pytest.raises(UnknownCaseError):
                act(vault, "0" * 32, "x", wall=WALL)


def test_a_hold_that_was_set_while_another_was_lifted_still_counts(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        hold_case(vault, case_id, "claim 12", wall=WALL)
        shown = vault.log_state()
        lift_hold(vault, case_id, "", wall=WALL)
    inside, field = insider(path), FAMILY + case_id
    over: list[JSON] = [*shown.fields[field].op_ids]
    setting = Setting(shown.case_id, shown.heads, shown.changes[-1].lam + 1, LATER)
    op: dict[str, JSON] = {"o": "set", "f": field, "v": "of another version", "over": over}
    change = inside.change(setting, [op], role="admin")
    inside.append((change, change.raw), case_id=shown.case_id)

    with opened(path) as vault:
        (hold,) = holds(vault)[case_id]
        assert (hold.reason, hold.who) == ("", "mallory")
        lift_hold(vault, case_id, "", wall=LATER)
        assert holds(vault) == {}


def test_a_hold_is_not_a_matter_of_the_case_itself(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)

        with pytest.raises(UsageError, match="not for the role"):
            vault.commit(case_id, [SetOp(FAMILY + case_id, {})], shown=None, wall=WALL)
