from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from models.errors import UsageError
from store.device import Device
from store.errors import (
    DamagedError,
    NotAVaultError,
    NotEnrolledError,
    StoreError,
    WrongPassphraseError,
)
from store.header import parse_header, unlock
from store.replica import device_envelope
from store.vault import Vault
from tests.store.build import (
    WALL,
    closed,
    flip,
    founding,
    make,
    opened,
    passphrase,
    save,
    segments,
    titles,
)


def test_a_wrong_passphrase_opens_nothing_and_says_so(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    before = {each: each.read_bytes() for each in path.rglob("*") if each.is_file()}

    with pytest.raises(WrongPassphraseError) as caught:
        Vault.open(path, passphrase(b"wrong horse battery"))

    assert caught.value.code == 77
    after = {each: each.read_bytes() for each in path.rglob("*") if each.is_file()}
    assert {k: v for k, v in after.items() if k.name != "lock"} == {
        k: v for k, v in before.items() if k.name != "lock"
    }
    opened(path).close()  # the failed attempt left no lock behind


def test_the_recovery_secret_opens_the_vault(tmp_path: Path) -> None:
    vault, recovery = make(tmp_path / "vault")
    save(vault, vault.new_case_id(), "Lost laptop")
    vault.close()

    with Vault.open(tmp_path / "vault", bytearray(recovery.text.encode())) as again:
        assert titles(again) == ["Lost laptop"]


def test_another_vaults_recovery_secret_does_not_open_it(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    other, recovery = make(tmp_path / "other")
    other.close()

    with pytest.raises(WrongPassphraseError):
        Vault.open(path, bytearray(recovery.text.encode()))


@pytest.mark.parametrize("words", [b"", b"x", b"        ", b"seven77"])
def test_a_short_passphrase_is_refused(tmp_path: Path, words: bytes) -> None:
    with pytest.raises(UsageError):
        Vault.create(tmp_path / "vault", bytearray(words), founding(), WALL)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "told",
    [
        founding(side="processor"),
        founding(person=" "),
        founding(organisation=""),
        founding(organisation="x" * 121),
        founding(person="x" * 121),
        founding(zone="Mars/Base"),
        founding(kdf_mib=18),
        founding(kdf_mib=1025),
    ],
)
def test_a_vault_cannot_begin_with_nonsense(tmp_path: Path, told: object) -> None:
    with pytest.raises((UsageError, StoreError)):
        make(tmp_path / "vault", told)  # type: ignore[arg-type] # a Founding each

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wall", ["now", "2026-01-02T03:04:05"])
def test_a_vault_cannot_begin_at_no_time(tmp_path: Path, wall: str) -> None:
    with pytest.raises(UsageError):
        Vault.create(tmp_path / "vault", passphrase(), founding(), wall)


def test_a_vault_is_not_made_over_something(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for name in ("file", "full", "link"):
        with pytest.raises(StoreError):
            make(tmp_path / name)


def test_a_vault_may_be_made_in_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    closed(tmp_path / "empty", "Lost laptop")

    assert titles(opened(tmp_path / "empty", writable=False)) == ["Lost laptop"]


def test_a_vault_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(StoreError) as caught:
        make(tmp_path / "file" / "vault")

    assert caught.value.code == 74


def test_what_is_not_a_vault_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)
    (tmp_path / "other").mkdir(mode=0o700)
    (tmp_path / "other" / "header").write_bytes(b"something else entirely" * 20)

    for name in ("absent", "empty", "other"):
        with pytest.raises(NotAVaultError) as caught:
            opened(tmp_path / name)
        assert caught.value.code == 66


def test_every_file_is_private_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = closed(tmp_path / "vault", "Lost laptop")
        with opened(path) as vault:
            vault.put_blob(vault.rows()[0].id, b"evidence")
    finally:
        os.umask(before)

    modes = {stat.S_IMODE(each.lstat().st_mode) for each in path.rglob("*") if each.is_file()}
    folders = {stat.S_IMODE(each.lstat().st_mode) for each in path.rglob("*") if each.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o720, 0o702])
def test_a_vault_that_others_may_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    path = closed(tmp_path / "vault")
    path.chmod(mode)

    with pytest.raises(StoreError, match="not private"):
        opened(path)


def test_a_vault_behind_a_link_is_refused(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    (tmp_path / "link").symlink_to(path)

    with pytest.raises(StoreError, match="link"):
        opened(tmp_path / "link")


@pytest.mark.parametrize("name", ["header", "device.key", "keyring", "journal", "keys"])
def test_a_link_inside_a_vault_is_refused(tmp_path: Path, name: str) -> None:
    path = closed(tmp_path / "vault")
    (path / name).rename(tmp_path / "moved")
    (path / name).symlink_to(tmp_path / "moved")

    with pytest.raises(StoreError):
        opened(path)


@pytest.mark.parametrize("name", ["device.key", "keyring"])
def test_a_flipped_byte_in_a_key_file_is_refused(tmp_path: Path, name: str) -> None:
    path = closed(tmp_path / "vault")
    for offset in (0, 8, 100, (path / name).stat().st_size - 1):
        flip(path / name, offset)

        with pytest.raises(DamagedError):
            opened(path)
        flip(path / name, offset)

    opened(path).close()


@pytest.mark.parametrize("name", ["header", "device.key", "keyring"])
def test_a_vault_that_lacks_a_file_is_not_whole(tmp_path: Path, name: str) -> None:
    path = closed(tmp_path / "vault")
    (path / name).unlink()

    with pytest.raises(NotAVaultError):
        opened(path)


def test_a_vault_without_record_0_is_damaged(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    for segment in segments(path):
        segment.unlink()

    with pytest.raises(DamagedError, match="record 0"):
        opened(path, writable=False)


def test_a_device_that_is_not_enrolled_is_refused(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    raw = (path / "header").read_bytes()
    header = parse_header(raw)
    envelope = device_envelope(unlock(raw, header, passphrase()), header.vault_id)
    (path / "device.key").write_bytes(envelope.seal(Device.generate().dump()))

    with pytest.raises(NotEnrolledError, match="not let into"):
        opened(path, writable=False)
