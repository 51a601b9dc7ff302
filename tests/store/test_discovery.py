from __future__ import annotations

from pathlib import Path

import pytest

from models.answer import Answer
from models.errors import UsageError
from models.moment import Moment
from store.casework import new_case, set_answers, start_followup
from store.discovery import confirm_discovery
from store.vault import Vault
from tests.store.build import WALL, freeze, make

L = "[Europe/London]"
WHOLE = Moment.parse(f"2019-12-18T16:42{L}")


def case_of_halves(vault: Vault, *, sealed: bool) -> str:
    case_id = new_case(vault, "Payroll", wall=WALL)
    _discovered(vault, case_id, f"T16:42{L}")
    freeze(vault, case_id)
    start_followup(vault, case_id, wall=WALL)
    _discovered(vault, case_id, f"2019-12-18{L}")
    if sealed:
        freeze(vault, case_id)
    return case_id


def _discovered(vault: Vault, case_id: str, text: str) -> None:
    answer = Answer(state="answered", value=Moment.parse(text), note="by telephone")
    shown = vault.state(case_id)
    set_answers(vault, case_id, {"discovered": answer}, shown=shown, wall=WALL)


def test_a_confirmed_discovery_stands_whole_in_the_draft_with_its_source(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = case_of_halves(vault, sealed=False)
        assert vault.case(case_id).aware == WHOLE

        assert confirm_discovery(vault, case_id, wall=WALL) == WHOLE

        case = vault.case(case_id)
        assert (case.aware, case.inferred) == (WHOLE, None)
        answer = case.reports[-1].report.answer("discovered")
        assert answer.note == "by telephone"
        assert answer.source == (
            "inferred from two messages: the time from the initial report,"
            " the date from follow-up report 1; confirmed by a.officer"
        )
        with pytest.raises(UsageError, match="no discovery is inferred"):
            confirm_discovery(vault, case_id, wall=WALL)


def test_where_every_report_is_sealed_it_becomes_the_recorded_awareness(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = case_of_halves(vault, sealed=True)

        confirm_discovery(vault, case_id, wall=WALL)

        case = vault.case(case_id)
        assert (case.aware, case.inferred) == (WHOLE, None)
        assert case.aware_reason is not None
        assert case.aware_reason.endswith("confirmed by a.officer")
