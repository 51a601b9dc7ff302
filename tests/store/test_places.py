"""Something else in the place of each part of a vault: one line names it, and nothing hangs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from store.errors import StoreError
from tests.store.build import closed, make, opened, save

FILES = ["header", "device.key", "keyring", "lock"]
FOLDERS = ["journal", "keys", "grants", "blobs", "cache", "drafts"]
STRANGER = 12_345


def link(path: Path) -> None:
    path.rename(path.parent.parent / "moved")
    path.symlink_to(path.parent.parent / "moved")


def dangling(path: Path) -> None:
    path.rename(path.parent.parent / "moved")
    path.symlink_to(path.parent.parent / "nowhere")


def pipe(path: Path) -> None:
    path.rename(path.parent.parent / "moved")
    os.mkfifo(path, 0o600)


def folder_instead(path: Path) -> None:
    path.rename(path.parent.parent / "moved")
    path.mkdir(mode=0o700)


def file_instead(path: Path) -> None:
    path.rename(path.parent.parent / "moved")
    path.write_bytes(b"")


def group_writes(path: Path) -> None:
    path.chmod(path.stat().st_mode | 0o020)


def all_write(path: Path) -> None:
    path.chmod(path.stat().st_mode | 0o002)


def foreign(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    os.chown(path, STRANGER, STRANGER)


COMMON = [link, dangling, pipe, group_writes, all_write, foreign]


def refused(path: Path, name: str, *, writable: bool) -> str:
    with pytest.raises(StoreError) as caught:
        opened(path, writable=writable).close()
    assert "\n" not in caught.value.message
    assert name in caught.value.message, caught.value.message
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("put", [*COMMON, folder_instead])
def test_a_file_of_our_own_must_be_a_private_file(
    tmp_path: Path, name: str, put: Callable[[Path], None]
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    put(path / name)

    assert "not private" in refused(path, name, writable=True)
    if name == "lock":
        opened(path, writable=False).close()  # reading takes no lock
    else:
        refused(path, name, writable=False)


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("put", [*COMMON, file_instead])
@pytest.mark.parametrize("writable", [True, False])
def test_a_folder_must_be_a_private_folder(
    tmp_path: Path, name: str, put: Callable[[Path], None], *, writable: bool
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    put(path / name)

    assert "not private" in refused(path, name, writable=writable)


@pytest.mark.parametrize("put", [link, pipe, group_writes, all_write, foreign])
def test_the_vault_itself_must_be_a_private_folder(
    tmp_path: Path, put: Callable[[Path], None]
) -> None:
    (tmp_path / "above").mkdir()
    path = closed(tmp_path / "above" / "vault", "Lost laptop")
    put(path)

    assert "not private" in refused(path, "vault", writable=False)


@pytest.mark.parametrize("put", [link, dangling, pipe, file_instead, all_write, foreign])
def test_the_folder_of_a_device_must_be_a_private_folder(
    tmp_path: Path, put: Callable[[Path], None]
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    [home] = (path / "journal").iterdir()
    put(home)

    assert "not private" in refused(path, home.name, writable=True)


@pytest.mark.parametrize("pattern", ["journal/*/*2-*.seg", "journal/*/head"])
@pytest.mark.parametrize("put", [link, dangling, pipe, folder_instead])
def test_what_is_no_plain_file_in_the_journal_is_named_and_the_rest_is_read(
    tmp_path: Path, pattern: str, put: Callable[[Path], None]
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    with opened(path) as vault:
        save(vault, vault.new_case_id(), "Wrong address")
    [found] = path.glob(pattern)
    put(found)

    with opened(path, writable=False) as vault:
        assert any("unreadable" in line for line in vault.notices), vault.notices
        assert "Wrong address" in {row.title for row in vault.rows()}


@pytest.mark.parametrize("put", [link, dangling, pipe, folder_instead, file_instead])
def test_what_is_no_plain_case_key_is_named_and_the_rest_is_read(
    tmp_path: Path, put: Callable[[Path], None]
) -> None:
    vault, _ = make(tmp_path / "vault")
    with vault:
        [log_key] = (tmp_path / "vault" / "keys").iterdir()
        for title in ("Lost laptop", "Wrong address"):
            save(vault, vault.new_case_id(), title)
    put(next(each for each in (tmp_path / "vault" / "keys").iterdir() if each != log_key))

    with opened(tmp_path / "vault", writable=False) as again:
        assert any("case key" in line for line in again.notices), again.notices
        assert len(again.rows()) == 1
