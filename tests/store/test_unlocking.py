"""Unlocked for a while: what the kernel keeps, what ends it, and where there is no keyring."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import UsageError
from store import platform, unlocking
from store.access import unlocked
from store.kdf import cost_of
from store.rekey import rekey
from store.unlocking import LONGEST, NoKeyringError, drop, keep, kept
from store.vault import Vault
from tests.store.build import LATER, closed, opened_key, passphrase, titles

NOW = 1_764_000_000
REPO = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A closed vault on a system that keeps keys; nothing of it is kept afterwards."""
    try:
        platform.hold_key("breachcase:test", b"test", 1)
    except OSError as error:
        pytest.skip(f"this system keeps no keys for us: {error.strerror}")
    made = closed(tmp_path / "vault", "Lost laptop")
    yield made
    drop(made, opened_key(made)[1])


def hold(path: Path, seconds: int = 900) -> int:
    key, vault_id = opened_key(path)
    return keep(path, vault_id, key, seconds, NOW)


def test_an_unlocked_vault_opens_in_another_process_without_being_asked(path: Path) -> None:
    assert kept(path) is None

    assert hold(path) == NOW + 900

    held = kept(path)
    assert held is not None
    assert held.until == NOW + 900
    with Vault.open(path, held.opener) as vault:
        assert (titles(vault), vault.notices) == (["Lost laptop"], ())
    script = "import sys; from pathlib import Path; from store.unlocking import kept\n"
    script += "print(kept(Path(sys.argv[1])) is not None)"
    command = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout == "True\n"


def test_the_kernel_ends_it_by_itself(path: Path) -> None:
    key, vault_id = opened_key(path)
    name = unlocking._name(path, vault_id)  # noqa: SLF001 -- less than the least that a person may ask for
    platform.hold_key(name, unlocking._KEPT.pack(key, NOW), 1)  # noqa: SLF001 -- as above
    assert kept(path) is not None
    end = time.monotonic() + 4

    while kept(path) is not None and time.monotonic() < end:
        pass

    assert kept(path) is None


def test_it_is_kept_for_the_possessor_alone_with_an_end_and_under_the_vaults_id(path: Path) -> None:
    hold(path)

    (line,) = (
        each
        for each in Path("/proc/keys").read_text(encoding="utf-8").splitlines()
        if opened_key(path)[1].hex() in each
    )

    _, _, _, end, mask, *_ = line.split()
    assert mask == "3b000000"  # nothing to user, group and others
    assert end in {"15m", "14m"}


def test_two_vaults_and_two_copies_of_one_do_not_mix(path: Path, tmp_path: Path) -> None:
    other = closed(tmp_path / "other")
    copy = tmp_path / "copy"
    hold(path)
    subprocess.run(["cp", "-a", str(path), str(copy)], check=True)  # noqa: S603, S607 - the system's

    assert kept(path) is not None
    assert (kept(other), kept(copy)) == (None, None)


def test_lock_ends_it_and_it_can_be_unlocked_again(path: Path) -> None:
    vault_id = opened_key(path)[1]
    hold(path)
    hold(path)  # once more: the new one counts

    assert drop(path, vault_id)
    assert not drop(path, vault_id)

    assert kept(path) is None
    hold(path)
    assert kept(path) is not None


@pytest.mark.parametrize("change", ["passwd", "rm", "rekey"])
def test_a_new_passphrase_a_slot_taken_out_and_new_keys_end_it(path: Path, change: str) -> None:
    hold(path)

    if change == "rekey":
        rekey(path, passphrase(), wall=LATER)
    else:
        with unlocked(path, passphrase()) as access:
            if change == "passwd":
                access.change_passphrase(passphrase(), cost_of(19))
            else:
                access.remove(access.header.slots[1])

    assert kept(path) is None
    assert not drop(path, opened_key(path)[1])


def test_a_key_that_is_not_the_headers_is_as_none(path: Path) -> None:
    _, vault_id = opened_key(path)
    keep(path, vault_id, bytes(32), 60, NOW)

    assert kept(path) is None


def test_what_another_program_put_there_is_as_none(path: Path) -> None:
    platform.hold_key(unlocking._name(path, opened_key(path)[1]), b"short", 60)  # noqa: SLF001 -- to forge it

    assert kept(path) is None


@pytest.mark.parametrize("seconds", [0, 59, LONGEST + 1])
def test_less_than_a_minute_and_more_than_twelve_hours_are_refused(
    tmp_path: Path, seconds: int
) -> None:
    with pytest.raises(UsageError, match="1m to 12h"):
        keep(tmp_path, bytes(32), bytes(32), seconds, NOW)


# where the kernel refuses: what stands in for it is the one system call


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EPERM, errno.EDQUOT])
def test_where_the_kernel_refuses_one_line_says_so_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")

    def refuses(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(platform, "_call", refuses)

    with pytest.raises(NoKeyringError, match="keeps no key") as caught:
        hold(path)
    assert (caught.value.code, "\n" in caught.value.message) == (69, False)
    assert kept(path) is None
    assert not drop(path, opened_key(path)[1])
    assert not unlocking.can_keep()


def test_on_another_system_no_call_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    found = os.uname()
    told = os.uname_result(("Darwin", found.nodename, "24.0", "", "arm64"))
    monkeypatch.setattr(os, "uname", lambda: told)
    monkeypatch.setattr(platform, "_call", None)

    with pytest.raises(NoKeyringError):
        hold(path)
    assert kept(path) is None


def test_a_process_that_ends_half_way_leaves_no_key_without_an_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = platform._call  # noqa: SLF001 -- the boundary to the kernel
    done: list[int] = []

    def ends(number: int, *arguments: object) -> int:
        if len(done) == 3:  # before the link into the user keyring
            raise OSError(errno.EINTR, "ended")
        done.append(number)
        return call(number, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(platform, "_call", ends)
        with pytest.raises(NoKeyringError):
            hold(path)

    assert kept(path) is None
