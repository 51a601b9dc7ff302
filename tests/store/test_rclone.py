"""`sync rclone:REMOTE:PATH` over the real rclone: a local remote, WebDAV on the loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from models.errors import UsageError
from store import team
from store.change import BlobOp
from store.destruction import look, order_shred, shred_now
from store.device import card_line, read_card_line
from store.errors import DiskError
from store.joining import clone, find_vault, join_remote
from store.rclone import RcloneMissingError, Remote
from store.sync import sync_remote
from tests.store.build import WALL, make, opened, passphrase, save, titles
from tests.store.replicas import digests, home, newcomer
from tests.store.test_destruction import day
from tests.store.test_sync import closing

needs_rclone = pytest.mark.skipif(shutil.which("rclone") is None, reason="rclone is not installed")


@pytest.fixture(autouse=True)
def _own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))


def configured(monkeypatch: pytest.MonkeyPatch, kind: str, **options: str) -> Remote:
    """A remote called `office` of that kind, told by the environment."""
    monkeypatch.setenv("RCLONE_CONFIG", os.devnull)
    monkeypatch.setenv("RCLONE_CONFIG_OFFICE_TYPE", kind)
    for name, value in options.items():
        monkeypatch.setenv(f"RCLONE_CONFIG_OFFICE_{name.upper()}", value)
    return Remote.parse("rclone:office:")


@contextmanager
def served(kind: str, folder: Path, *options: str) -> Iterator[str]:
    """`rclone serve` of a folder on the loopback; its address."""
    if kind not in _servers():
        pytest.skip(f"this rclone does not serve {kind}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = ["rclone", "serve", kind, str(folder), "--addr", address, *options]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:  # noqa: S603 - our own
        try:
            _wait_for(address)
            yield address
        finally:
            server.terminate()


def _servers() -> str:
    return _told("serve", "--help").partition("Flags:")[0]


def _told(*words: str) -> str:
    command = ["rclone", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return done.stdout.strip()


def _wait_for(address: str) -> None:
    host, _, port = address.partition(":")
    end = monotonic() + 20
    while monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
    pytest.fail("rclone serve did not start")


def two_meet(tmp_path: Path, remote: Remote) -> None:
    """Two people let each other in, work and converge over a remote."""
    ours, _ = make(tmp_path / "ours")
    with closing(ours):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        assert sync_remote(ours, remote, wall=WALL).lines("medium")
        vault_id = find_vault(remote.vaults(), ours.number)
        device = clone(tmp_path / "theirs", passphrase(), vault_id, newcomer())
        card = read_card_line(card_line(device, "b", vault_id), vault_id)
        team.add(ours, card, ("responder",), wall=WALL)
        sync_remote(ours, remote, wall=WALL)
        # another machine has caches of its own: nothing comes but by way of the remote
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(tmp_path / "their caches"))
            joined = join_remote(tmp_path / "theirs", passphrase(), remote)
            with opened(tmp_path / "theirs") as theirs:
                sync_remote(theirs, remote, wall=WALL, joined=joined)
                assert titles(theirs) == ["Laptop"]
                save(theirs, case_id, "Stolen laptop")
                assert not sync_remote(theirs, remote, wall=WALL).found
                expected = digests(theirs)
        report = sync_remote(ours, remote, wall=WALL)

        assert [each.changes for each in report.new] == [1]
        assert digests(ours) == expected
        assert sync_remote(ours, remote, wall=WALL).copied == 0


@needs_rclone
def test_two_people_meet_over_a_remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "far").mkdir()
    configured(monkeypatch, "local")
    remote = Remote.parse(f"rclone:office:{tmp_path}/far/")

    two_meet(tmp_path, remote)


@needs_rclone
def test_a_shred_reaches_the_remote_and_the_folder_that_stands_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").mkdir()
    configured(monkeypatch, "local")
    remote = Remote.parse(f"rclone:office:{tmp_path}/far/")
    with closing(made := make(tmp_path / "ours")[0]):
        case_id = made.new_case_id()
        save(made, case_id, "Laptop")
        blob = made.put_blob(case_id, b"names")
        op = BlobOp("file/0011223344556677", {**blob, "name": "list"})
        made.commit(case_id, [op], shown=made.state(case_id), wall=WALL)
        sync_remote(made, remote, wall=WALL)
        theirs = str(blob["blob"])
        (key,) = (each.key_id for each in made.history.keys_of(case_id))

        def held(name: str) -> list[str]:
            found = [each for each in tmp_path.rglob(name) if each.is_file()]
            return sorted(each.relative_to(tmp_path).parts[0] for each in found)

        assert held(key) == held(theirs) == ["caches", "far", "ours"]
        order_shred(made, case_id, "old", wall=WALL)
        shred_now(made, case_id, wall=WALL)
        assert held(key) == held(theirs) == ["far"]
        sync_remote(made, remote, wall=WALL)
        assert held(key) == ["far"]
        for number in range(1, 8):
            look(made, wall=day(number))

        report = sync_remote(made, remote, wall=day(8))

        assert sorted(report.removed) == sorted([f"blobs/{theirs[:2]}/{theirs}", f"keys/{key}"])
        assert held(key) == held(theirs) == []
        odd = home(made, tmp_path / "far") / "keys" / "a[1]{b}*?"
        odd.write_text("x")
        beside = odd.with_name("a1bcd")
        beside.write_text("x")
        remote.delete(made.replica.vault_id, (*report.removed, "keys/a[1]{b}*?"))  # gone already
        assert (odd.exists(), beside.exists()) == (False, True)


@needs_rclone
def test_two_people_meet_over_webdav(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "far").mkdir()
    with served("webdav", tmp_path / "far") as address:
        remote = configured(monkeypatch, "webdav", url=f"http://{address}")

        two_meet(tmp_path, remote)


@needs_rclone
def test_two_people_meet_over_sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "far").mkdir()
    with served("sftp", tmp_path / "far", "--user", "office", "--pass", "words") as address:
        host, _, port = address.partition(":")
        told = {"host": host, "port": port, "user": "office", "pass": _told("obscure", "words")}
        remote = configured(monkeypatch, "sftp", **told)

        two_meet(tmp_path, remote)


@needs_rclone
def test_two_people_meet_over_s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "far" / "bucket").mkdir(parents=True)
    with served("s3", tmp_path / "far", "--auth-key", "office,words") as address:
        told = {"provider": "Rclone", "access_key_id": "office", "secret_access_key": "words"}
        configured(monkeypatch, "s3", endpoint=f"http://{address}", **told)
        remote = Remote.parse("rclone:office:bucket/vaults")

        two_meet(tmp_path, remote)


@needs_rclone
def test_a_copy_that_is_short_at_the_remote_is_healed_by_who_has_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").mkdir()
    configured(monkeypatch, "local")
    remote = Remote.parse(f"rclone:office:{tmp_path}/far")
    ours, _ = make(tmp_path / "ours")
    with closing(ours):
        save(ours, ours.new_case_id(), "Laptop")
        sync_remote(ours, remote, wall=WALL)
        (victim, *_) = sorted((tmp_path / "far").rglob("*.seg"))
        whole = victim.read_bytes()
        victim.write_bytes(whole[:100])
        shutil.rmtree(tmp_path / "caches")

        sync_remote(ours, remote, wall=WALL)

        assert victim.read_bytes() == whole
        assert not list((tmp_path / "far").rglob("*.damaged"))


@needs_rclone
def test_a_remote_that_cannot_be_reached_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = configured(monkeypatch, "nonsense\x1b[31m")
    ours, _ = make(tmp_path / "ours")
    with closing(ours), pytest.raises(DiskError, match="rclone could not copy") as caught:
        sync_remote(ours, remote, wall=WALL)

    assert "\x1b" not in caught.value.message
    assert "\n" not in caught.value.message


@needs_rclone
def test_what_could_not_be_delivered_is_told_and_comes_with_the_next_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").mkdir()
    configured(monkeypatch, "local")
    remote = Remote.parse(f"rclone:office:{tmp_path}/far")
    ours, _ = make(tmp_path / "ours")
    with closing(ours):
        place = tmp_path / "far" / ours.id
        (place / "medium" / "no file").mkdir(parents=True)
        stopped = sync_remote(ours, remote, wall=WALL)
        shutil.rmtree(place / "medium")
        again = sync_remote(ours, remote, wall=WALL)

    assert stopped.stopped
    assert not again.stopped
    assert list(place.rglob("*.seg"))


@pytest.mark.parametrize(
    "text", ["rclone:", "rclone:office", "rclone:-x:y", "rclone:a:\x1b", "rclone::sftp:"]
)
def test_what_is_no_remote_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no place of rclone"):
        Remote.parse(text)


def test_without_rclone_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RcloneMissingError, match="not installed") as caught:
        Remote.parse("rclone:office:")

    assert caught.value.code == 69


def test_without_a_cache_home_it_is_in_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))

    place = Remote("office:", "rclone").staging(bytes(32))

    assert place.is_relative_to(tmp_path / ".cache" / "breachcase")
