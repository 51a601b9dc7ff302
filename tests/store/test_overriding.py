from __future__ import annotations

from pathlib import Path

import pytest

from models.answer import Answer
from models.case import case_view
from models.errors import MissingError, UsageError
from models.moment import Moment
from models.problem import Findings
from store.casework import close_case, new_case, set_answers
from store.overriding import find_problem, lift_override, override_check
from store.vault import Vault
from tests.store.build import LATER, WALL, make, opened

NOW = Moment.parse("2026-01-03T10:00Z")


def findings(vault: Vault, case_id: str) -> Findings:
    return vault.case(case_id).findings(NOW)


def test_an_overridden_gap_stands_with_its_reason_and_is_open_no_more(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)
        problem = find_problem(vault.case(case_id), "k47", "consequences", NOW)
        override_check(vault, vault.case(case_id), problem, " They follow. ", wall=LATER)
    with opened(tmp_path / "vault") as vault:
        by_question = {each.question: each for each in findings(vault, case_id).problems}

        assert by_question["consequences"].override == "They follow."
        assert not by_question["consequences"].open
        assert by_question["actions"].open
        assert by_question["consequences"].as_json()["override"] == "They follow."
        assert "override" not in by_question["actions"].as_json()

        lift_override(vault, vault.case(case_id), by_question["consequences"], wall=LATER)

        assert all(each.open for each in findings(vault, case_id).problems)


def test_an_error_cannot_be_overridden_and_a_reason_is_needed(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)
        error = find_problem(vault.case(case_id), "K04", None, NOW)
        gap = find_problem(vault.case(case_id), "K47", "actions", NOW)

        with pytest.raises(UsageError, match="only warnings and gaps"):
            override_check(vault, vault.case(case_id), error, "why not", wall=LATER)
        with pytest.raises(UsageError, match="reason"):
            override_check(vault, vault.case(case_id), gap, " ", wall=LATER)
        with pytest.raises(UsageError, match="not overridden"):
            lift_override(vault, vault.case(case_id), gap, wall=LATER)


def test_a_check_is_named_with_its_question_where_it_stands_at_several(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)

        with pytest.raises(UsageError, match="2 questions") as told:
            find_problem(vault.case(case_id), "K47", None, NOW)
        assert told.value.hint == "--question: consequences, actions"
        with pytest.raises(MissingError):
            find_problem(vault.case(case_id), "K01", None, NOW)


def test_the_reason_for_no_report_is_kept_with_the_closing(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        quiet, told = (new_case(vault, name, wall=WALL) for name in ("one", "two"))
        close_case(vault, quiet, NOW, wall=LATER)
        close_case(vault, told, NOW, wall=LATER, unreported="No risk to anybody.")

        assert "K48" in {each.id for each in findings(vault, quiet).problems}
        assert vault.case(told).unreported == "No risk to anybody."
        assert "K48" not in {each.id for each in findings(vault, told).problems}

        gap = find_problem(vault.case(quiet), "K48", "", NOW)
        override_check(vault, vault.case(quiet), gap, "Company data only.", wall=LATER)

        assert vault.state(quiet).value("override/ico-2019/K48") == {
            "reason": "Company data only.", "number": 0,
        }  # fmt: skip


def test_an_override_is_of_one_report_and_an_odd_one_of_none(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)
        shown = vault.state(case_id)
        set_answers(
            vault, case_id, {"cyber": Answer(state="answered", value="No")}, shown=shown, wall=WALL
        )
        fields = dict(vault.state(case_id).values())

    other = case_view(
        case_id,
        {
            **fields,
            "override/ico-2019/K47/actions": {"reason": "x", "number": 3},
            "override/ico-2019/K47/consequences": "x",
        },
    )

    assert all(each.open for each in other.findings(NOW).problems)
    assert other.odd == ("override/ico-2019/K47/consequences",)
