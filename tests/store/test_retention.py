"""When a case is reviewed; what is suggested; and cases that look alike."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from models.errors import UsageError
from models.form import load_pack, typed_answer
from models.moment import Moment
from models.strictjson import JSON
from store.alike import alike_among, alike_cases
from store.casework import close_case, new_case, reopen_case, set_answers
from store.change import SetOp
from store.hold import hold_case, holds
from store.retention import due_reviews, review_date, set_review, set_years, years_kept
from store.row import Row
from store.vault import Vault
from tests.store.build import WALL, make, opened

PACK = load_pack("ico-2019")


def due(vault: Vault, today: str) -> list[tuple[str, str, bool, bool]]:
    found = due_reviews(vault, vault.rows(), holds(vault), today)
    return [(each.row.title, each.on, each.suggested, each.held) for each in found]


def row(vault: Vault, case_id: str) -> Row:
    return next(each for each in vault.rows() if each.id == case_id)


def dated(vault: Vault, title: str, **told: str) -> str:
    case_id = new_case(vault, title, wall=WALL)
    answers = {
        name: typed_answer(PACK.question(name), text, "Europe/London")
        for name, text in told.items()
    }
    set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=WALL)
    return case_id


def test_a_case_is_due_for_review_from_its_date_on_whatever_its_state(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        one, other = (new_case(vault, title, wall=WALL) for title in ("Laptop", "Stick"))
        set_review(vault, one, dt.date(2031, 1, 1), "six years", wall=WALL)
        set_review(vault, other, dt.date(2030, 1, 1), "five years", wall=WALL)
        hold_case(vault, one, "claim", wall=WALL)

        assert due(vault, "2029-12-31") == []
        assert due(vault, "2031-01-01") == [
            ("Stick", "2030-01-01", False, False),
            ("Laptop", "2031-01-01", False, True),
        ]
        (first, _) = due_reviews(vault, vault.rows(), (), "2031-01-01")
        assert first.as_json()["review"] == "2030-01-01"
        with pytest.raises(UsageError, match="reason"):
            set_review(vault, one, dt.date(2031, 1, 1), " ", wall=WALL)
    with opened(tmp_path / "v") as vault:
        assert len(due(vault, "2031-01-01")) == 2


def test_a_number_of_years_suggests_a_date_for_closed_cases_only(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        one, other = (new_case(vault, title, wall=WALL) for title in ("Laptop", "Stick"))
        close_case(vault, one, Moment.parse("2024-02-29T10:00[Europe/London]"), wall=WALL)
        assert due(vault, "2099-01-01") == []

        set_years(vault, 6, wall=WALL)

        assert due(vault, "2099-01-01") == [("Laptop", "2030-03-01", True, False)]
        set_review(vault, one, dt.date(2040, 1, 1), "a claim may come", wall=WALL)
        assert due(vault, "2099-01-01") == [("Laptop", "2040-01-01", False, False)]
        close_case(vault, other, Moment.parse("T10:00[Europe/London]"), wall=WALL)
        assert review_date(row(vault, other), 6) == ("", False)
        assert review_date(row(vault, other), None) == ("", False)
        reopen_case(vault, one, "more came", Moment.parse("2025-01-01[Europe/London]"), wall=WALL)
        assert row(vault, one).closed == ""


@pytest.mark.parametrize("years", [0, 101])
def test_a_number_of_years_has_limits_and_can_be_taken_away(tmp_path: Path, years: int) -> None:
    with make(tmp_path / "v")[0] as vault:
        with pytest.raises(UsageError, match="1 to 100"):
            set_years(vault, years, wall=WALL)
        with pytest.raises(UsageError, match="no number"):
            set_years(vault, None, wall=WALL)
        set_years(vault, 7, wall=WALL)
        assert years_kept(vault.log_state()) == 7
        set_years(vault, None, wall=WALL)
        assert years_kept(vault.log_state()) is None


def test_an_odd_review_of_another_program_is_none(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        case_id = new_case(vault, "Laptop", wall=WALL)
        odd: list[JSON] = ["2020-01-01", {"date": 3}, {"date": "soon"}]
        for value in odd:
            shown = vault.state(case_id)
            vault.commit(case_id, [SetOp("case/review", value)], shown=shown, wall=WALL)

            assert row(vault, case_id).review == ""
        log = vault.log_state()
        vault.commit(
            vault.log_id, [SetOp("setting/retention", {"years": "6"})], shown=log, wall=WALL
        )
        assert years_kept(vault.log_state()) is None


def test_cases_that_look_alike_are_found_by_their_dates(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        one = dated(vault, "Laptop left on a train", discovered="2019-12-18T16:42")
        two = dated(vault, "Train: laptop left", discovered="2019-12-19T09:00")
        dated(vault, "Laptop left on a train", discovered="2019-12-24T09:00")
        lonely = dated(vault, "Letter to a neighbour", discovered="2019-12-18T09:00")

        (found,) = alike_cases(vault, one, "2026-01-02")

        assert found.line == f"looks like {two[:8]} Train: laptop left: " + ", ".join(found.reasons)
        assert found.as_json()["reasons"] == ["discovery a day apart", "similar title"]
        vault.index._hottest = 1  # noqa: SLF001 - so that there is a pack
        vault.write_behind()
        assert len(vault.index._hot) == 0  # noqa: SLF001
        dated(vault, "Laptop in a train", discovered="2019-12-17T09:00")
        found_again = alike_cases(vault, one, "2026-01-02")
        assert {each.row.title for each in found_again} == {
            "Laptop in a train",
            "Train: laptop left",
        }
        among = alike_among(vault.rows(), {one, lonely, "x"})
        assert [(name, [each.row.id for each in like]) for name, like in among.items()] == [
            (one, [each.row.id for each in found_again])
        ]
        new = new_case(vault, "Laptop left on train", wall=WALL)
        assert alike_cases(vault, new, "2026-01-02") == ()
        assert [each.row.id for each in alike_cases(vault, new, "2019-12-20")] == [two]
        assert alike_cases(vault, new, "no date") == ()
