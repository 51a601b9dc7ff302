from __future__ import annotations

import os
import resource
import socket
from pathlib import Path

import pytest

from store import folder, platform
from store.errors import DamagedError, DiskError, NotAVaultError, StoreError
from store.kdf import Cost, stretch
from store.platform import harden
from tests.store.build import passphrase
from tests.tui.terminal import python


def test_a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for data in (b"first", b"", b"third" * 1000):
        folder.write(path, data)
        assert folder.read(path, 10_000) == data

    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    folder.write(path, b"first")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(DiskError, match="not saved") as caught:
            folder.write(path, b"x" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert caught.value.code == 74
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "long").write_bytes(b"x" * 101)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for name in ("folder", "link", "pipe", "long", "socket"):
            with pytest.raises(DamagedError):
                folder.read(tmp_path / name, 100)
    with pytest.raises(FileNotFoundError):
        folder.read(tmp_path / "absent", 100)


def test_a_folder_is_made_once_and_must_be_ours_alone(tmp_path: Path) -> None:
    folder.make(tmp_path / "one")
    folder.make(tmp_path / "one")
    with pytest.raises(NotAVaultError):
        folder.check(tmp_path / "absent")
    with pytest.raises(DiskError):
        folder.make(tmp_path / "absent" / "below")
    (tmp_path / "one").chmod(0o777)
    with pytest.raises(StoreError, match="not private"):
        folder.make(tmp_path / "one")


def test_a_new_file_is_never_an_old_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "file").write_bytes(b"mine")

    for name in ("link", "file"):
        with pytest.raises(FileExistsError):
            platform.create(tmp_path / name)
    assert not (tmp_path / "target").exists()


def test_a_machine_without_the_memory_is_told_so() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + 200 * 1024 * 1024, hard))
    try:
        with pytest.raises(StoreError, match="1024 MiB"):
            stretch(passphrase(), bytes(32), Cost(1024 * 1024, 2, 1))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def test_a_hardened_process_leaves_no_core_and_lets_nobody_read_its_memory() -> None:
    script = (
        "import ctypes, os, resource\nfrom store.platform import harden\n"
        "held = harden()\n"
        "print(*held, oct(os.umask(0)), *resource.getrlimit(resource.RLIMIT_CORE),"
        " ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )

    assert python(script).out.split() == ["umask", "core", "dump", "0o77", "0", "0", "0"]


def test_hardening_twice_is_no_fault() -> None:
    before = os.umask(0o077)
    try:
        assert harden() == harden()
    finally:
        os.umask(before)


def test_a_new_file_never_goes_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"keep me")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    for name in ("there", "link"):
        with pytest.raises(FileExistsError):
            folder.write_new(tmp_path / name, (b"x",))

    assert (tmp_path / "there").read_bytes() == b"keep me"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "there"]


def test_a_new_file_that_the_system_refuses_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(DiskError):
        folder.write_new(tmp_path / "nowhere" / "new", (b"x",))


def test_what_cannot_be_renamed_stays_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250)  # no room for the suffix
    path.write_bytes(b"damaged")

    with pytest.raises(DiskError):
        folder.set_aside(path)
    with pytest.raises(DiskError):
        folder.put_in_place(tmp_path / "none", path)

    folder.set_aside(tmp_path / "none")
    assert path.read_bytes() == b"damaged"
