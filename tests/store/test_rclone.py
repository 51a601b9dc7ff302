"""`sync rclone:REMOTE:PATH` over the real rclone: a local remote, WebDAV on the loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
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
from store.rclone import RcloneMissingError, Remote, Staged, find_program
from store.repair import repair
from store.sync import sync_remote
from tests.store.build import WALL, day, flip, make, opened, passphrase, save, titles
from tests.store.replicas import closing, digests, home, newcomer

needs_rclone = pytest.mark.skipif(find_program() is None, reason="rclone is not installed")


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
    """`rclone serve` of a folder on the loopback, by one that can; its address."""
    program = next((each for each in _programs() if kind in _servers(each)), None)
    if program is None:
        pytest.skip(f"no rclone here serves {kind}")
    with running([program, "serve", kind, str(folder), "--addr", "{address}", *options]) as address:
        yield address


@contextmanager
def running(command: list[str]) -> Iterator[str]:
    """A server on the loopback while the test runs; `{address}` stands for where it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    words = [word.format(address=address) for word in command]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as server:  # noqa: S603 - our own
        try:
            _wait_for(address)
            yield address
        finally:
            server.terminate()


def _programs() -> list[str]:
    """The rclone of the PATH, and the one among the peers: Debian's serves no S3."""
    beside = shutil.which("rclone", path=str(Path(sys.prefix, "bin")))
    return [each for each in (shutil.which("rclone"), beside) if each]


def _servers(program: str) -> str:
    return _told(program, "serve", "--help").partition("Flags:")[0]


def _told(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return done.stdout.strip()


def _wait_for(address: str) -> None:
    host, _, port = address.partition(":")
    end = monotonic() + 20
    while monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
    pytest.fail("the server did not start")


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
        told = {
            "host": host,
            "port": port,
            "user": "office",
            "pass": _told(_programs()[0], "obscure", "words"),
        }
        remote = configured(monkeypatch, "sftp", **told)

        two_meet(tmp_path, remote)


def generated(path: Path) -> Path:
    """A new key of ssh-keygen's."""
    _told("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path))
    return path


@contextmanager
def sshd(folder: Path) -> Iterator[dict[str, str]]:
    """OpenSSH's own server with its SFTP subsystem on the loopback; how rclone reaches it."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("ssh-keygen") is None:
        pytest.skip("openssh-server is not installed")
    host_key, key = generated(folder / "host"), generated(folder / "user")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where sshd as root insists on being shut in
    # the path of the configuration is absolute: each connection starts the program again
    (folder / "sshd_config").write_text(
        f"HostKey {host_key}\nPidFile none\nAuthorizedKeysFile {key}.pub\nStrictModes no\n"
        "UsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
        "Subsystem sftp internal-sftp\n"
    )
    command = [program, "-D", "-f", str(folder / "sshd_config"), "-o", "ListenAddress {address}"]
    with running(command) as address:
        host, _, port = address.partition(":")
        told = (folder / "host.pub").read_text()
        (folder / "known").write_text(f"[{host}]:{port} {told}")
        user = pwd.getpwuid(os.geteuid()).pw_name
        known = {
            "shell_type": "none",
            "known_hosts_file": str(folder / "known"),
            "key_file": str(key),
        }
        yield {"host": host, "port": port, "user": user, **known}


@needs_rclone
def test_a_vault_goes_to_a_real_sshd_and_comes_back_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").mkdir()
    ours, _ = make(tmp_path / "ours")
    with closing(ours), sshd(tmp_path) as told:
        configured(monkeypatch, "sftp", **told)
        remote = Remote.parse(f"rclone:office:{tmp_path}/far")
        save(ours, ours.new_case_id(), "Laptop")
        copied = sync_remote(ours, remote, wall=WALL).copied
        shutil.rmtree(tmp_path / "caches")  # what comes now comes from there
        report = sync_remote(ours, remote, wall=WALL)

        assert find_vault(remote.vaults(), ours.number) == bytes.fromhex(ours.id)
        assert (report.copied, report.duplicate, report.found) == (0, 2, False)
    there = {each.name for each in (tmp_path / "far").rglob("*") if each.is_file()}
    assert len(there) == copied + 1  # with the medium's own id


@needs_rclone
def test_two_people_meet_over_s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "far" / "bucket").mkdir(parents=True)
    with served("s3", tmp_path / "far", "--auth-key", "office,words") as address:
        # what serves S3 is also asked for it: Debian's rclone 1.60 cannot reach it
        monkeypatch.setenv("PATH", f"{Path(sys.prefix, 'bin')}:{os.environ['PATH']}")
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
@pytest.mark.parametrize("pattern", ["*.seg", "blobs/*/*"])
def test_a_flipped_bit_at_the_remote_is_set_aside_there_and_healed_by_who_has_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    (tmp_path / "far").mkdir()
    configured(monkeypatch, "local")
    remote = Remote.parse(f"rclone:office:{tmp_path}/far")
    ours, _ = make(tmp_path / "ours")
    with closing(ours):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        told = ours.put_blob(case_id, b"names" * 1000)
        ours.commit(case_id, [BlobOp("evidence/1", told)], shown=ours.state(case_id), wall=WALL)
        sync_remote(ours, remote, wall=WALL)
        victim = max((tmp_path / "far").rglob(pattern))
        whole = victim.read_bytes()
        flip(victim, 120)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches of another machine"))
            report = sync_remote(ours, remote, wall=WALL)
            # here everything is whole, so nobody but a newcomer reads that copy
            root = remote.staging(bytes.fromhex(ours.id))
            Staged(root, bytes.fromhex(ours.id), remote).set_aside(
                str(victim.relative_to(tmp_path / "far" / ours.id))
            )
        gone = not victim.exists()
        sync_remote(ours, remote, wall=WALL)

        assert not report.lines("damaged")
        assert gone
        assert victim.read_bytes() == whole
        assert len([*victim.parent.glob("*.damaged")]) == 1


@needs_rclone
def test_what_is_damaged_here_is_repaired_from_a_remote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").mkdir()
    configured(monkeypatch, "local")
    place = f"rclone:office:{tmp_path}/far"
    ours, _ = make(tmp_path / "ours")
    with closing(ours):
        save(ours, ours.new_case_id(), "Laptop")
        sync_remote(ours, Remote.parse(place), wall=WALL)
    shutil.rmtree(tmp_path / "caches")
    flip(min((tmp_path / "ours").glob("journal/*/*.seg")), 200)

    found = repair(tmp_path / "ours", passphrase(), place, lambda *_: None)

    assert (len(found.healed), found.verdict.faults) == (1, ())


@needs_rclone
def test_what_is_damaged_in_the_staging_folder_only_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").mkdir()
    configured(monkeypatch, "local")
    remote = Remote.parse(f"rclone:office:{tmp_path}/far")
    ours, _ = make(tmp_path / "ours")
    with closing(ours):
        save(ours, ours.new_case_id(), "Laptop")
        sync_remote(ours, remote, wall=WALL)
        vault_id = bytes.fromhex(ours.id)
        root = remote.staging(vault_id)
        victim = max(root.rglob("*.seg"))
        whole = victim.read_bytes()
        for damage in (lambda: flip(victim, 120), lambda: victim.write_bytes(b"")):
            damage()
            name = str(victim.relative_to(root / ours.id))
            Staged(root, vault_id, remote).set_aside(name)

            assert victim.read_bytes() == whole
        Staged(root, vault_id, remote).set_aside("keys/none of that name")
    assert not [*(tmp_path / "far").rglob("*.damaged")]


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
    monkeypatch.setattr(sys, "prefix", "/nonexistent")
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


def test_the_rclone_beside_us_is_taken_where_the_path_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "bin" / "rclone"
    beside.parent.mkdir()
    beside.write_text("#!/bin/sh\n")
    beside.chmod(0o700)
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))

    assert Remote.parse("rclone:office:").program == str(beside)
