"""What the machine around a vault does for it, or to it; only looked at, nothing is changed.

Each function takes the root of the file system that it reads, so that any machine can be told.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import re
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path("/")
_GET_DUMPABLE: Final = 3  # PR_GET_DUMPABLE of prctl(2)
_CRYPT: Final = "CRYPT-"  # how the device mapper names an encrypted device
_MEMORY: Final = re.compile(r"zram[0-9]+")  # compressed memory, no medium
_ESCAPE: Final = re.compile(r"\\([0-7]{3})")  # how the kernel writes a blank in a path
_DEEPEST: Final = 8  # devices on devices
_MOUNT_FIELDS: Final = 5
_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "davfs"}
)
_NO_MODES: Final = frozenset({"vfat", "msdos", "exfat"})


def is_dumpable() -> bool:
    """Whether other processes of this user may read our memory; True where nobody can say."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    return prctl is None or bool(prctl(_GET_DUMPABLE, 0, 0, 0, 0))


def writes_cores() -> bool:
    """Whether a crash of this process may write its memory to disk."""
    return resource.getrlimit(resource.RLIMIT_CORE)[0] != 0


def can_pin() -> bool:
    """Whether one page of memory can be kept out of swap; nothing stays pinned."""
    page = mmap.mmap(-1, mmap.PAGESIZE)
    place = ctypes.c_char.from_buffer(page)
    address = ctypes.c_void_p(ctypes.addressof(place))
    system = ctypes.CDLL(None)
    pinned = bool(system.mlock(address, ctypes.c_size_t(mmap.PAGESIZE)) == 0)
    system.munlock(address, ctypes.c_size_t(mmap.PAGESIZE))
    del place
    page.close()
    return pinned


def clear_swaps(root: Path = ROOT) -> tuple[str, ...] | None:
    """Return the swap devices and files that are not known to be encrypted; None: cannot be told.

    Source: proc_swaps(5); the device mapper's uuid begins with CRYPT- on an encrypted device.
    """
    try:
        lines = (root / "proc/swaps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    names = [_unescaped(line.split()[0]) for line in lines[1:] if line.strip()]
    return tuple(name for name in names if not _is_safe_swap(root, name))


def _is_safe_swap(root: Path, name: str) -> bool:
    path = root / name.removeprefix("/")
    block = path.resolve().name if path.is_block_device() or "/dev/" in name else ""
    if block and _MEMORY.fullmatch(block):
        return True
    if not block:
        try:
            block = (root / f"sys/dev/block/{_numbers(path)}").resolve().name
        except OSError:
            return False
    return _is_encrypted(root / "sys/class/block", block, _DEEPEST)


def _numbers(path: Path) -> str:
    device = path.stat().st_dev
    return f"{os.major(device)}:{os.minor(device)}"


def _is_encrypted(blocks: Path, name: str, depth: int) -> bool:
    """Whether a block device is encrypted, or all that it lies on."""
    try:
        uuid = (blocks / name / "dm/uuid").read_text(encoding="ascii", errors="replace")
    except OSError:
        uuid = ""
    if uuid.startswith(_CRYPT):
        return True
    slaves = sorted((blocks / name / "slaves").glob("*")) if depth else []
    return bool(slaves) and all(_is_encrypted(blocks, each.name, depth - 1) for each in slaves)


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system: where, of which kind, and whether it is read-only."""

    place: str
    kind: str
    read_only: bool

    @property
    def is_network(self) -> bool:
        """Whether another machine holds the files, so that a lock may not be seen by all."""
        return self.kind in _NETWORK or self.kind.startswith("fuse.")

    @property
    def keeps_modes(self) -> bool:
        """Whether files have owners and modes there at all."""
        return self.kind not in _NO_MODES


def mount_of(path: Path, root: Path = ROOT) -> Mount | None:
    """Return the file system that `path` lies on; None where the system does not tell.

    Source: proc_pid_mountinfo(5).
    """
    try:
        said = (root / "proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    real = path.resolve()
    found: Mount | None = None
    for line in said.splitlines():
        mount = _mount(line)
        over = mount is not None and real.is_relative_to(mount.place)
        # the last of equals counts: it was mounted over the others
        if mount and over and (found is None or len(mount.place) >= len(found.place)):
            found = mount
    return found


def _mount(line: str) -> Mount | None:
    before, dash, after = line.partition(" - ")
    fields, kind = before.split(" "), after.split(" ")
    if not dash or len(fields) <= _MOUNT_FIELDS:
        return None
    options = fields[_MOUNT_FIELDS].split(",")
    return Mount(_unescaped(fields[4]), kind[0], "ro" in options)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), text)


def system() -> str:
    """Return the name and release of the kernel, such as `Linux 6.1.0`."""
    told = os.uname()
    return f"{told.sysname} {told.release}"


def python() -> str:
    """Return the version of Python that runs, such as `3.11.7`."""
    return ".".join(str(number) for number in sys.version_info[:3])
