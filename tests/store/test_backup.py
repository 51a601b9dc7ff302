"""A backup: whole and verified under its name, or no backup at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import folder, platform
from store.access import unlocked
from store.backup import back_up
from store.errors import (
    DamagedError,
    DiskError,
    LockedError,
    NotAVaultError,
    StoreError,
    WrongPassphraseError,
)
from store.kdf import cost_of
from store.vault import Vault
from store.verify import verify
from tests.store.build import closed, flip, opened, passphrase, save, segments, titles
from tests.store.faults import REPO, mounted, small_disk, why_not_traced


def quiet(_what: str, _done: int, _total: int) -> None:
    pass


def kept(path: Path) -> dict[str, bytes]:
    """Everything in a vault that a backup takes."""
    files = (each for each in path.rglob("*") if each.is_file())
    named = {each.relative_to(path).as_posix(): each.read_bytes() for each in files}
    own = ("lock", "cache/", "ballast")
    return {name: data for name, data in named.items() if not name.startswith(own)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = closed(tmp_path / "vault", "Lost laptop", "Wrong address")
    with opened(made) as vault:
        case_id = vault.rows()[0].id
        vault.put_blob(case_id, b"evidence " * 1000)
    return made


def test_a_backup_opens_with_everything_in_it(path: Path, tmp_path: Path) -> None:
    done = back_up(path, tmp_path / "copy", quiet)

    copy = kept(tmp_path / "copy")
    assert copy == kept(path)
    assert (done.files, done.size) == (len(copy), sum(map(len, copy.values())))
    verdict = verify(tmp_path / "copy", passphrase(), quiet)
    assert (verdict.faults, verdict.notice) == ((), "")
    path.rename(tmp_path / "lost")
    with opened((tmp_path / "copy").rename(path)) as vault:
        assert titles(vault) == ["Lost laptop", "Wrong address"]
        save(vault, vault.new_case_id(), "After the restore")
    with opened(path, writable=False) as vault:
        assert len(titles(vault)) == 3


def test_a_backup_is_private_under_any_umask_and_leaves_nothing_beside_it(
    path: Path, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        back_up(path, tmp_path / "copy", quiet)
    finally:
        os.umask(before)

    modes = {stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "copy").rglob("*")}
    assert modes == {0o600, 0o700}
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o700
    assert sorted(each.name for each in tmp_path.iterdir()) == ["copy", "vault"]


def test_what_a_newer_version_put_there_is_kept_and_what_others_put_there_is_not(
    path: Path, tmp_path: Path
) -> None:
    (path / "later").mkdir(mode=0o700)
    (path / "later" / "part").write_bytes(b"of a newer version")
    (path / ".stfolder").mkdir()
    (path / "journal" / ".DS_Store").write_bytes(b"a mover's")
    (path / "header.0a1b2c3d.tmp").write_bytes(b"a crash's")

    back_up(path, tmp_path / "copy", quiet)

    copy = tmp_path / "copy"
    assert (copy / "later" / "part").read_bytes() == b"of a newer version"
    assert not (copy / ".stfolder").exists()
    assert not list(copy.rglob(".DS_Store"))
    assert not list(copy.rglob("*.tmp"))


def test_a_backup_opens_with_the_passphrase_of_its_time(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "copy", quiet)
    with unlocked(path, passphrase()) as access:
        access.change_passphrase(bytearray(b"another six words"), cost_of(19))

    Vault.open(tmp_path / "copy", passphrase(), writable=False).close()
    with pytest.raises(WrongPassphraseError):
        Vault.open(path, passphrase(), writable=False)


def test_a_crashed_session_is_backed_up_as_it_lies(path: Path, tmp_path: Path) -> None:
    vault = opened(path)
    save(vault, vault.new_case_id(), "Unclosed")
    vault._lock.release()  # type: ignore[union-attr] # noqa: SLF001 - as its end by the kernel does

    back_up(path, tmp_path / "copy", quiet)

    with opened(tmp_path / "copy") as restored:
        assert "Unclosed" in titles(restored)


def test_damage_is_copied_as_it_is(path: Path, tmp_path: Path) -> None:
    flip(segments(path)[1], 200)

    back_up(path, tmp_path / "copy", quiet)

    assert verify(tmp_path / "copy", passphrase(), quiet).faults


def test_no_backup_is_made_while_another_process_writes(path: Path, tmp_path: Path) -> None:
    with opened(path), pytest.raises(LockedError):
        back_up(path, tmp_path / "copy", quiet)

    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("there", ["folder", "file", "dangling"])
def test_nothing_is_written_over(path: Path, tmp_path: Path, there: str) -> None:
    target = tmp_path / "copy"
    if there == "folder":
        target.mkdir()
    elif there == "file":
        target.write_bytes(b"mine")
    else:
        target.symlink_to(tmp_path / "nowhere")

    with pytest.raises(Exception, match="is there already") as caught:
        back_up(path, target, quiet)

    assert caught.value.code == 73  # type: ignore[attr-defined] # a CaseError
    assert not (tmp_path / "nowhere").exists()


def test_a_place_that_is_none_is_refused(path: Path, tmp_path: Path) -> None:
    for target in (tmp_path / "no" / "copy", path / "copy", path / "keys" / "copy"):
        with pytest.raises(Exception, match=r"no folder to put|inside the vault") as caught:
            back_up(path, target, quiet)
        assert caught.value.code == 2  # type: ignore[attr-defined] # a CaseError


def test_a_folder_that_is_no_vault_is_not_backed_up(path: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)
    with pytest.raises(NotAVaultError):
        back_up(tmp_path / "empty", tmp_path / "copy", quiet)
    flip(path / "header", 100)
    with pytest.raises(DamagedError):
        back_up(path, tmp_path / "copy", quiet)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["empty", "vault"]


@pytest.mark.parametrize("trick", ["link", "pipe", "linked folder"])
def test_a_planted_link_or_pipe_leads_nowhere(path: Path, tmp_path: Path, trick: str) -> None:
    (tmp_path / "secret").write_bytes(b"another file of the person")
    planted = path / "keys" / "planted"
    match trick:
        case "link":
            planted.symlink_to(tmp_path / "secret")
        case "pipe":
            os.mkfifo(planted)
        case _:
            planted.symlink_to(tmp_path)

    with pytest.raises(StoreError):
        back_up(path, tmp_path / "copy", quiet)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["secret", "vault"]


def test_a_medium_that_writes_other_bytes_is_found_out(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = platform.write_all

    def lossy(descriptor: int, data: bytes) -> None:
        honest(descriptor, data[:-1] + bytes([data[-1] ^ 1]))

    monkeypatch.setattr(platform, "write_all", lossy)

    with pytest.raises(DamagedError, match="not written as it is"):
        back_up(path, tmp_path / "copy", quiet)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["vault"]


def test_a_folder_that_cannot_be_read_is_not_passed_over(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = os.scandir

    def refusing(place: Path | int) -> Iterator[os.DirEntry[str]]:
        if str(place).endswith("/keys"):
            raise PermissionError(13, "Permission denied")
        return honest(place)

    monkeypatch.setattr(os, "scandir", refusing)

    with pytest.raises(DiskError, match="permission denied"):
        back_up(path, tmp_path / "copy", quiet)

    assert not (tmp_path / "copy").exists()


def test_a_name_that_does_not_reach_the_medium_is_taken_back(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = platform.sync_folder

    def failing(place: Path) -> None:
        if place == tmp_path:
            raise OSError(5, "Input/output error")
        honest(place)

    monkeypatch.setattr(platform, "sync_folder", failing)

    with pytest.raises(DiskError, match="input/output error"):
        back_up(path, tmp_path / "copy", quiet)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["vault"]


def test_an_interrupted_backup_leaves_nothing(path: Path, tmp_path: Path) -> None:
    def interrupt(_what: str, done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(path, tmp_path / "copy", interrupt)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["vault"]


def test_a_full_disk_leaves_no_half_backup(path: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "stick", "16k") as stick:
        with pytest.raises(DiskError) as caught:
            back_up(path, stick / "copy", quiet)
        left = list(stick.iterdir())

    assert caught.value.full
    assert "no space left" in caught.value.message
    assert left == []


def test_a_vault_on_a_read_only_medium_is_backed_up(path: Path, tmp_path: Path) -> None:
    path.chmod(0o700)
    with mounted(tmp_path / "medium", "--bind", str(path)) as medium:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(medium)], check=True)  # noqa: S603, S607 - the system's

        back_up(medium, tmp_path / "copy", quiet)

    assert kept(tmp_path / "copy") == kept(path)


@pytest.mark.parametrize(
    "call", ["fdatasync:signal=KILL:when=1", "fdatasync:signal=KILL:when=6", "rename:signal=KILL"]
)
def test_a_killed_backup_is_never_mistaken_for_one(path: Path, tmp_path: Path, call: str) -> None:
    if why_not_traced():
        pytest.skip(why_not_traced())
    command = [sys.executable, "-m", "tests.store.copier", str(path), str(tmp_path / "copy")]
    watch = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", f"inject={call}"]

    done = subprocess.run([*watch, *command], cwd=REPO, capture_output=True, check=False)  # noqa: S603 - our own

    assert b"done" not in done.stdout, done.stderr
    assert not (tmp_path / "copy").exists()
    [left] = (each for each in tmp_path.iterdir() if each.name.endswith(folder.TEMPORARY))
    if not call.startswith("rename"):
        with pytest.raises(NotAVaultError):
            opened(left)
    assert back_up(path, tmp_path / "copy", quiet).files
