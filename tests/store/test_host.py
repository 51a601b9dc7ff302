"""What the machine is said to do: read from a root that looks like one machine or another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store import host
from store.host import Mount, clear_swaps, mount_of
from tests.store.faults import REPO

TABLE = "Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
LOOK = "from store import host, platform\n{}print(host.is_dumpable(), host.writes_cores())\n"


def machine(root: Path, swaps: str | None = "", mounts: str | None = "") -> Path:
    """The root of a machine with these swaps and mounts."""
    (root / "proc/self").mkdir(parents=True)
    (root / "dev").mkdir()
    if swaps is not None:
        (root / "proc/swaps").write_text(TABLE + swaps, encoding="utf-8")
    if mounts is not None:
        (root / "proc/self/mountinfo").write_text(mounts, encoding="utf-8")
    return root


def block(root: Path, name: str, uuid: str = "", on: tuple[str, ...] = ()) -> None:
    """A block device of the machine and what it lies on."""
    place = root / "sys/class/block" / name
    (place / "slaves").mkdir(parents=True)
    for each in on:
        (place / "slaves" / each).mkdir()
    if uuid:
        (place / "dm").mkdir()
        (place / "dm/uuid").write_text(uuid + "\n", encoding="ascii")


def swap(name: str, kind: str = "partition") -> str:
    return f"{name}\t\t{kind}\t8388604\t\t0\t\t-2\n"


@pytest.mark.parametrize(("before", "said"), [("", "True"), ("platform.harden();", "False False")])
def test_a_hardened_process_is_told_from_one_that_is_not(before: str, said: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LOOK.format(before)],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith(said)


def test_whether_a_page_can_be_pinned_is_tried() -> None:
    assert host.can_pin() in {True, False}


def test_a_machine_without_swap_has_none_that_is_clear(tmp_path: Path) -> None:
    assert clear_swaps(machine(tmp_path)) == ()


def test_a_system_that_lists_no_swap_cannot_tell(tmp_path: Path) -> None:
    assert clear_swaps(machine(tmp_path, None)) is None


def test_a_plain_partition_is_clear_and_compressed_memory_is_not(tmp_path: Path) -> None:
    root = machine(tmp_path, swap("/dev/sda2") + swap("/dev/zram0"))
    block(root, "sda2")

    assert clear_swaps(root) == ("/dev/sda2",)


def test_an_encrypted_device_and_a_volume_on_one_are_not_clear(tmp_path: Path) -> None:
    root = machine(tmp_path, swap("/dev/dm-0") + swap("/dev/dm-1") + swap("/dev/dm-2"))
    block(root, "dm-0", "CRYPT-PLAIN-swap")
    block(root, "dm-1", "LVM-abc", on=("dm-0",))
    block(root, "dm-2", "LVM-def", on=("dm-0", "sda3"))
    block(root, "sda3")

    assert clear_swaps(root) == ("/dev/dm-2",)


def test_devices_that_lie_on_each_other_end(tmp_path: Path) -> None:
    root = machine(tmp_path, swap("/dev/dm-0"))
    block(root, "dm-0", "LVM-abc", on=("dm-0",))

    assert clear_swaps(root) == ("/dev/dm-0",)


def test_a_swap_file_is_as_clear_as_the_device_it_lies_on(tmp_path: Path) -> None:
    root = machine(tmp_path, swap(r"/swap\040file", "file") + swap("/gone", "file"))
    (root / "swap file").write_bytes(b"")
    device = (root / "swap file").stat().st_dev
    numbers = f"{os.major(device)}:{os.minor(device)}"
    (root / "sys/dev/block").mkdir(parents=True)
    block(root, "dm-0", "CRYPT-LUKS2-root")
    (root / "sys/dev/block" / numbers).symlink_to(root / "sys/class/block/dm-0")

    assert clear_swaps(root) == ("/gone",)


def test_the_deepest_and_latest_mount_counts(tmp_path: Path) -> None:
    where = tmp_path / "media" / "a stick"
    where.mkdir(parents=True)
    blank = str(where).replace(" ", r"\040")
    lines = [
        "1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
        f"2 1 8:2 / {blank} rw,relatime - ext4 /dev/sdb1 rw",
        f"3 1 8:3 / {blank} ro,nosuid - vfat /dev/sdc1 ro",
        "4 1 8:4 / /nowhere/else rw - nfs4 server:/ rw",
        "no line of that table",
        "5 1 - too short",
    ]
    root = machine(tmp_path / "root", mounts="\n".join(lines))

    assert mount_of(where / "vault", root) == Mount(str(where), "vfat", read_only=True)
    assert mount_of(tmp_path, root) == Mount("/", "ext4", read_only=False)
    assert mount_of(tmp_path, machine(tmp_path / "other", mounts=None)) is None


@pytest.mark.parametrize(
    ("kind", "network", "modes"),
    [
        ("ext4", False, True),
        ("nfs4", True, True),
        ("fuse.sshfs", True, True),
        ("vfat", False, False),
    ],
)
def test_what_a_file_system_keeps_is_known_by_its_kind(
    kind: str, *, network: bool, modes: bool
) -> None:
    mount = Mount("/", kind, read_only=False)

    assert (mount.is_network, mount.keeps_modes) == (network, modes)


def test_this_machine_can_be_looked_at() -> None:
    assert host.python().startswith("3.")
    assert " " in host.system()
