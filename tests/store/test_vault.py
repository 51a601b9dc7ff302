from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.errors import UsageError
from models.strictjson import JSON
from store.change import AddOp, DelOp, SetOp
from store.device import Device
from store.errors import (
    DamagedError,
    ReadOnlyError,
    UnknownCaseError,
)
from store.settings import settings_of
from tests.store.build import (
    LATER,
    WALL,
    closed,
    founding,
    make,
    opened,
    save,
    titles,
)


def test_a_saved_case_is_there_after_reopening(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Payroll e-mail", "Lost laptop")

    with opened(path) as vault:
        assert titles(vault) == ["Lost laptop", "Payroll e-mail"]
        assert vault.notices == ()


def test_the_vault_says_who_it_belongs_to(tmp_path: Path) -> None:
    with make(tmp_path / "vault", founding(side="regulator", person="c.officer"))[0] as vault:
        settings = vault.settings

        assert (settings.person, settings.side, settings.role) == (
            "c.officer",
            "regulator",
            "case_officer",
        )
        assert (settings.organisation, settings.zone) == ("Marram Housing Trust", "Europe/London")
        assert len(vault.id) == 64
        assert [len(group) for group in vault.number.split()] == [5] * 6
        assert vault.writable


def test_the_office_keys_are_the_same_after_reopening(tmp_path: Path) -> None:
    vault, _ = make(tmp_path / "vault")
    first = vault.office
    vault.close()

    with opened(tmp_path / "vault", writable=False) as again:
        office = again.office

    assert office.signing.private_bytes_raw() == first.signing.private_bytes_raw()
    assert office.identity == first.identity
    assert office.next_commitment == first.next_commitment
    assert len(office.next_commitment) == 32


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")

    with opened(path, writable=False) as vault:
        case_id = vault.rows()[0].id
        with pytest.raises(ReadOnlyError):
            vault.commit(case_id, [SetOp("case/title", "x")], shown=None, wall=WALL)
        with pytest.raises(ReadOnlyError):
            vault.put_blob(case_id, b"x")
        assert not vault.writable


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    vault, _ = make(tmp_path / "vault")

    vault.close()
    vault.close()

    with pytest.raises(ReadOnlyError):
        save(vault, vault.new_case_id(), "Lost laptop")


def test_an_unknown_case_is_named_so(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        with pytest.raises(UnknownCaseError):
            vault.state("0" * 32)
        with pytest.raises(UnknownCaseError):
            vault.get_blob("0" * 32, "0" * 64)
        with pytest.raises(UnknownCaseError):
            vault.commit("0" * 32, [SetOp("case/title", "x")], shown=vault.log_state(), wall=WALL)


def test_a_foreign_case_gets_an_id_of_our_own(tmp_path: Path) -> None:
    with make(tmp_path / "one")[0] as one, make(tmp_path / "two")[0] as two:
        ours = one.foreign_case_id(bytes(32), "their-id")

        assert ours == one.foreign_case_id(bytes(32), "their-id")
        assert ours != one.foreign_case_id(bytes(32), "other-id")
        assert ours != one.foreign_case_id(bytes([1] * 32), "their-id")
        assert ours != two.foreign_case_id(bytes(32), "their-id")
        assert len(ours) == 32


def test_a_sealed_report_takes_no_edit(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        vault.commit(case_id, [SetOp("report/r1/kind", "initial")], shown=None, wall=WALL)
        frozen = SetOp("report/r1/frozen", "b1")
        vault.commit(case_id, [frozen], shown=vault.state(case_id), wall=WALL)
        shown = vault.state(case_id)

        for op in (SetOp("report/r1/kind", "x"), DelOp("report/r1/frozen"), frozen):
            with pytest.raises(UsageError, match="sealed"):
                vault.commit(case_id, [op], shown=shown, wall=WALL)
        vault.commit(case_id, [SetOp("report/r2/kind", "follow_up")], shown=shown, wall=WALL)

        assert vault.state(case_id).values()["report/r1/kind"] == "initial"


@pytest.mark.parametrize(
    "op",
    [
        SetOp("case/reference", "IC-1"),
        AddOp("decision/d1", {}),
        SetOp("message/m1", {}),
        SetOp("device/d1", {}),
        SetOp("unheard/of", 1),
        SetOp("case/../../etc", 1),
        SetOp("", 1),
        SetOp("case/" + "x" * 200, 1),
    ],
)
def test_an_op_that_is_not_the_responders_is_refused(tmp_path: Path, op: SetOp | AddOp) -> None:
    with make(tmp_path / "vault")[0] as vault, pytest.raises(UsageError):
        vault.commit(vault.new_case_id(), [op], shown=None, wall=WALL)


def test_what_is_no_change_is_refused(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        with pytest.raises(UsageError, match="nothing"):
            vault.commit(vault.new_case_id(), [], shown=None, wall=WALL)
        with pytest.raises(UsageError, match="hex"):
            vault.commit("../header", [SetOp("case/title", "x")], shown=None, wall=WALL)
        deep: JSON = []
        for _ in range(40):
            deep = [deep]
        for value in ("x" * 9_000_000, "x" * 3_000_000, "\ud800", deep, 2**60):
            op = SetOp("case/title", value)
            with pytest.raises(UsageError, match="too much"):
                vault.commit(vault.new_case_id(), [op], shown=None, wall=WALL)
        assert vault.rows() == ()


def test_contacts_live_in_the_vault_log(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        op = SetOp("contact/c1/card", "line")
        change = vault.commit(vault.log_id, [op], shown=vault.log_state(), wall=WALL)

        assert vault.log_state().values()["contact/c1/card"] == "line"
        assert change.role == "admin"
        assert vault.rows() == ()


def test_the_history_tells_who_did_what(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "First")
        shown = vault.state(case_id)
        ops = [SetOp("case/title", "Second")]
        vault.commit(case_id, ops, shown=shown, wall=LATER, why="typing error")

    with opened(tmp_path / "vault", writable=False) as vault:
        first, second = vault.state(case_id).changes

    assert (first.who, first.role, first.wall, first.why) == ("a.officer", "responder", WALL, "")
    assert second.parents == (first.id,)
    assert (second.seq, second.lam) == (first.seq + 1, first.lam + 1)
    told = second.as_json()
    assert told["why"] == "typing error"
    assert told["ops"] == [
        {"op": "set", "field": "case/title", "value": "Second", "over": [f"{first.id}:0"]}
    ]


def test_a_reader_writes_nothing_behind(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    shutil.rmtree(path / "cache" / "cases")

    with opened(path, writable=False) as vault:
        vault.write_behind()
        assert titles(vault) == ["One"]

    assert not (path / "cache" / "cases").exists()


def test_settings_come_from_the_founding_only() -> None:
    card = Device.generate().card("a.officer", ("admin",))
    founded = founding().as_json()

    assert settings_of(founded, card).role == "reader"
    with pytest.raises(DamagedError):
        settings_of({"side": 1}, card)
