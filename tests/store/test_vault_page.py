"""docs/format-vault.md is enough to read a vault by; what released formats wrote still opens."""

from __future__ import annotations

import json
import shutil
import struct
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from models.errors import CaseError, UsageError
from store import backup, errors, rclone, role, unlocking
from store.casekey import CaseKey
from store.errors import StoreError
from store.header import parse_header, unlock
from store.keyring import Keyring
from store.record import read_body
from store.recovery import RecoverySecret
from store.replica import FOLDERS
from store.segment import SegmentCipher
from store.segment import parse_header as parse_segment
from store.vault import Vault
from store.verify import verify
from tests.store import old_vault, page_example
from tests.store.build import WALL, save
from tests.store.page_reader import PAGE, PageReader, vault_number

FORMATS = sorted(each.name for each in old_vault.VAULTS.iterdir())
Told = dict[str, Any]


def told(name: str) -> Told:
    found: Told = json.loads((old_vault.VAULTS / name / "expected.json").read_text())
    return found


@pytest.fixture(params=FORMATS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Told]:
    """A vault as a release left it, ours alone again: git keeps neither modes nor empty folders."""
    path = tmp_path / "vault"
    shutil.copytree(old_vault.VAULTS / request.param / "vault", path)
    for each in (path, *path.rglob("*")):
        each.chmod(0o700 if each.is_dir() else 0o600)
    return path, told(request.param)


def words(expected: Told, name: str = "passphrase") -> bytearray:
    return bytearray(expected[name].encode())


@pytest.mark.parametrize("writable", [False, True])
@pytest.mark.parametrize("opener", ["passphrase", "recovery"])
def test_a_vault_of_a_released_format_opens_as_it_was(
    old: tuple[Path, Told], opener: str, *, writable: bool
) -> None:
    path, expected = old

    with Vault.open(path, words(expected, opener), writable=writable) as vault:
        found = old_vault.content(vault)

        notices = vault.notices
    # a key proves less than a passphrase: the vault number is to be compared then
    if opener == "recovery":
        (first,) = notices
        assert first.startswith("a key opened this copy, first seen here")
    else:
        assert notices == ()
    assert found == {name: expected[name] for name in found}


def test_a_vault_of_a_released_format_goes_on(old: tuple[Path, Told]) -> None:
    path, expected = old
    with Vault.open(path, words(expected)) as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "New in an old vault")
        vault.rotate_office(RecoverySecret(expected["recovery"]), wall=WALL)

    with Vault.open(path, words(expected)) as vault:
        assert vault.case(case_id).slug
        assert {*expected["cases"]} < {row.id for row in vault.rows()}
    assert verify(path, words(expected), lambda *_: None).faults == ()


def test_a_vault_that_asks_for_a_newer_reader_is_refused_by_name(old: tuple[Path, Told]) -> None:
    path, expected = old
    raw = (path / "header").read_bytes()
    newer = bytearray(raw)
    struct.pack_into(">HH", newer, 8, 9, 9)
    newer[-64:-32] = sha256(newer[:-64]).digest()
    (path / "header").write_bytes(newer)

    with pytest.raises(StoreError, match="format 9 is newer") as caught:
        Vault.open(path, words(expected))

    assert caught.value.hint


def test_a_reader_written_from_the_page_finds_the_same(old: tuple[Path, Told]) -> None:
    path, expected = old

    found = PageReader(path, expected["passphrase"].encode())

    assert (found.vault.hex(), vault_number(found.vault)) == (expected["vault"], expected["number"])
    assert {*found.devices} == {*expected["devices"]}
    assert {*found.removed} == {n for n, each in expected["devices"].items() if each["removed"]}
    assert {*found.cases} == {*expected["cases"]}
    for case_id, state in expected["cases"].items():
        assert ordered(found.cases[case_id]) == ordered(state["values"])
        several = {field for field, values in found.cases[case_id].items() if len(values) > 1}
        assert several == {*state["conflicts"]}
    assert ordered(found.log) == ordered(expected["log"]["values"])


def ordered(values: dict[str, list[Any]]) -> dict[str, list[str]]:
    return {
        field: sorted(json.dumps(each, sort_keys=True) for each in found)
        for field, found in values.items()
    }


def test_the_worked_example_of_the_page_is_made_again_from_primitives() -> None:
    assert f"```text\n{page_example.page()}\n```" in PAGE


def test_the_worked_example_opens() -> None:
    made = page_example.example()
    raw = made["header"]
    header = parse_header(raw)
    segment = SegmentCipher(
        parse_segment(made["segment header"]), Keyring(header.vault_id, {1: page_example.EPOCH_KEY})
    )
    [frame] = segment.walk(made["segment header"] + made["frame"] + made["trailer"])
    assert frame.body is not None
    case_key = CaseKey(page_example.CASE.hex(), page_example.CASE_KEY)

    change = read_body(frame.body, case_key, header.vault_id, page_example.DEVICE.hex())

    assert unlock(raw, header, bytearray(page_example.WORDS)) == page_example.REPLICA_KEY
    assert change.is_signed(page_example.PUBLIC, header.vault_id)
    assert [(op.field, op.value) for op in change.ops] == [("case/title", "Lost laptop")]


def cells(heading: str) -> list[list[str]]:
    """The rows of the tables under a heading of the page, down to the next one of its rank."""
    rank = heading.partition(" ")[0]
    _, _, rest = PAGE.partition(f"\n{heading}\n")
    section = rest.partition(f"\n{rank} ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_page_has_every_error_of_a_vault_with_its_exit_code() -> None:
    told = {
        name: int(code)
        for names, code, *_ in cells("## Errors")
        if code.isdigit()
        for name in names.split(", ")
    }
    known: dict[str, type[CaseError]] = {
        name: each
        for module in (errors, backup, rclone, unlocking)
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, (StoreError, UsageError))
    }

    assert told == {name: each.code for name, each in known.items()}


def test_the_page_says_what_stands_under_every_family_that_a_role_may_write() -> None:
    tables = (*cells("## Record"), *cells("### Answers"), *cells("### Fields of a case"))
    told = {name.partition("/")[0] for row in tables for name in row[0].split(", ")}

    families = {name.partition("/")[0] for name, *_ in (*role.LOG, *role.CASE)} - {"key"}

    assert families <= told


def test_the_page_has_every_folder_of_a_vault() -> None:
    told = " ".join(row[0] for row in cells("## Files"))

    assert [each for each in FOLDERS if f"`{each}/" not in told] == []
