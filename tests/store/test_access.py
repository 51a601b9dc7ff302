"""Changing the passphrase: what opens the vault before, after, and when it went wrong."""

from __future__ import annotations

import resource
import shutil
import stat
from pathlib import Path

import pytest

from models.errors import UsageError
from store.access import unlocked
from store.errors import DiskError, LockedError, NotAVaultError, StoreError, WrongPassphraseError
from store.header import parse_header
from store.kdf import Cost, cost_of
from store.slots import PASSPHRASE
from store.vault import Vault
from tests.store.build import WORDS, closed, make, opened, save, segments, titles

NEW = b"another six words for today"
COST = cost_of(19)


def change(path: Path, present: bytes = WORDS, new: bytes = NEW, cost: Cost = COST) -> None:
    with unlocked(path, bytearray(present)) as access:
        access.change_passphrase(bytearray(new), cost)


def with_new(path: Path) -> Vault:
    return Vault.open(path, bytearray(NEW))


def test_only_the_new_passphrase_opens_the_vault_and_nothing_else_has_changed(
    tmp_path: Path,
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    before = {each: each.read_bytes() for each in path.rglob("*") if each.is_file()}

    change(path)

    after = {each: each.read_bytes() for each in path.rglob("*") if each.is_file()}
    changed = {each.name for each in after if before.get(each) != after[each]}
    assert (changed - {"lock"}, after.keys()) == ({"header"}, before.keys())
    with pytest.raises(WrongPassphraseError):
        opened(path)
    with with_new(path) as vault:
        assert titles(vault) == ["Lost laptop"]


def test_a_forgotten_passphrase_is_replaced_with_the_recovery_key(tmp_path: Path) -> None:
    vault, recovery = make(tmp_path / "vault")
    save(vault, vault.new_case_id(), "Lost laptop")
    vault.close()

    change(tmp_path / "vault", recovery.text.encode())

    with with_new(tmp_path / "vault") as again:
        assert titles(again) == ["Lost laptop"]
    with Vault.open(tmp_path / "vault", bytearray(recovery.text.encode())) as again:
        assert titles(again) == ["Lost laptop"]


def test_the_slot_is_made_anew_and_the_generation_counts(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    before = parse_header((path / "header").read_bytes())

    change(path, cost=cost_of(20))

    after = parse_header((path / "header").read_bytes())
    mine, *others = after.slots
    assert (after.generation, after.created) == (before.generation + 1, before.created)
    assert others == [each for each in before.slots if each.kind != PASSPHRASE]
    assert mine.slot_id != before.slots[0].slot_id
    assert mine.body[12:44] != before.slots[0].body[12:44]  # the salt
    assert int.from_bytes(mine.body[:4], "big") == 20 * 1024
    assert stat.S_IMODE((path / "header").stat().st_mode) == 0o600


def test_an_old_copy_of_the_header_still_opens_with_the_old_passphrase(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    old = (path / "header").read_bytes()
    change(path)

    (path / "header").write_bytes(old)

    with opened(path) as vault:
        assert titles(vault) == ["Lost laptop"]
        assert "header is older" in vault.notices[0]


@pytest.mark.parametrize("new", [b"", b"        ", b"seven77", b"aaaaaaaaaa"])
def test_a_weak_passphrase_changes_nothing(tmp_path: Path, new: bytes) -> None:
    path = closed(tmp_path / "vault")
    before = (path / "header").read_bytes()

    with pytest.raises(UsageError):
        change(path, new=new)

    assert (path / "header").read_bytes() == before
    opened(path).close()


def test_a_wrong_passphrase_changes_nothing(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    before = (path / "header").read_bytes()

    with pytest.raises(WrongPassphraseError):
        change(path, present=b"wrong horse battery")

    assert (path / "header").read_bytes() == before


def test_settings_out_of_limits_change_nothing(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")

    with pytest.raises(StoreError, match="limits"):
        change(path, cost=Cost(1024))

    opened(path).close()


def test_the_passphrase_does_not_change_while_another_session_writes(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    with opened(path), pytest.raises(LockedError):
        change(path)

    opened(path).close()


def test_what_an_interrupted_change_left_is_taken_away(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    shutil.copy(path / "header", path / "header.0badcafe.tmp")

    change(path)

    assert list(path.glob("header*")) == [path / "header"]


def test_the_passphrase_of_a_vault_that_is_damaged_elsewhere_can_be_changed(
    tmp_path: Path,
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    kept = segments(path)[0].read_bytes()
    segments(path)[0].write_bytes(b"")

    change(path)
    segments(path)[0].write_bytes(kept)

    with with_new(path) as vault:
        assert titles(vault) == ["Lost laptop"]


def test_a_folder_without_a_header_is_no_vault(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)

    with pytest.raises(NotAVaultError):
        change(tmp_path / "empty")


def test_a_medium_that_takes_no_file_keeps_the_old_passphrase(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(DiskError, match="not saved"):
            change(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(path.glob("header*")) == [path / "header"]
    opened(path).close()
