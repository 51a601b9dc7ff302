from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import MissingError, UsageError
from models.moment import Moment
from store.casework import close_case, new_case, set_aware
from store.change import SetOp
from tests.store.build import (
    LATER,
    WALL,
    founding,
    make,
    opened,
    save,
)


def test_a_case_is_found_by_id_prefix_slug_and_reference(tmp_path: Path) -> None:
    with make(tmp_path / "vault", founding(side="regulator"))[0] as vault:
        case_id = vault.new_case_id()
        ops = [SetOp("case/title", "Lost laptop"), SetOp("case/reference", "IC-12345-A1B2")]
        ops.append(SetOp("case/side", "regulator"))
        vault.commit(case_id, ops, shown=None, wall=WALL)
        other = vault.new_case_id()
        save(vault, other, "Payroll")

        for text in (case_id, case_id[:6], "lost-laptop", "ic-12345-a1b2", " Lost-Laptop ", "lost"):
            assert vault.find(text) == case_id
        for text in ("", "zz", case_id[:3], "f" * 32):
            with pytest.raises(MissingError):
                vault.find(text)


def test_a_name_that_looks_like_the_beginning_of_an_id_does_not_hide_it(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Lost laptop")
        save(vault, vault.new_case_id(), case_id[:8])

        assert vault.find(case_id[:8]) == case_id


def test_two_cases_of_one_name_are_asked_about(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        ids = [vault.new_case_id(), vault.new_case_id()]
        for case_id in ids:
            save(vault, case_id, "Lost laptop")

        with pytest.raises(UsageError) as caught:
            vault.find("lost-laptop")

    assert all(case_id[:8] in caught.value.hint for case_id in ids)


def test_rows_come_last_changed_first(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        first, second = vault.new_case_id(), vault.new_case_id()
        save(vault, first, "First")
        save(vault, second, "Second")
        shown = vault.state(first)
        vault.commit(first, [SetOp("case/title", "First")], shown=shown, wall=LATER)

        rows = vault.rows()

    assert [row.title for row in rows] == ["First", "Second"]
    assert rows[0].as_json()["wall"] == LATER


def test_a_row_tells_the_clock_and_how_urgent_it_is(tmp_path: Path) -> None:
    aware = Moment.parse("2026-01-01T10:00+00:00[Europe/London]")
    now = Moment.parse("2026-01-02T10:00+00:00[Europe/London]")
    with make(tmp_path / "vault")[0] as vault:
        running, closed_case = new_case(vault, "B", wall=WALL), new_case(vault, "A", wall=WALL)
        other = new_case(vault, "C", wall=WALL)
        set_aware(vault, running, aware, "told by the supplier", wall=WALL)
        close_case(vault, closed_case, now, wall=WALL)
    with opened(tmp_path / "vault") as vault:
        rows = {row.id: row for row in vault.rows()}
        order = vault.index.listing("clock").all()

    assert rows[running].reading(now).left_s == 48 * 3600
    assert rows[running].clock_text(now) == "48h00m left"
    assert rows[closed_case].clock_text(now) == "closed"
    assert [row.id for row in order] == [running, other, closed_case]
