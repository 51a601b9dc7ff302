"""The chain of a device's closed segments, as it lies in a folder, with its heads and branches."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from store import folder
from store.errors import DamagedError
from store.head import LARGEST, NAME, Head, parse_head
from store.roll import rolled

CLOSED: Final = ".seg"
DIGITS: Final = 8  # hex digits of a SHA-256 in a file name
HEADS: Final = re.compile(NAME + r"(-[0-9a-f]{8})?")
SEGMENT: Final = re.compile(r"[0-9]{10}-[0-9a-f]{8}\.seg")


@dataclass(frozen=True, slots=True)
class Link:
    """A segment in the chain of its device: number, SHA-256 of it and of the one before (hex)."""

    device: str
    seq: int
    digest: str
    previous: str

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return segment_name(self.seq, self.digest)


def segment_name(seq: int, digest: str) -> str:
    """Return the name of a closed segment's file, without its suffix."""
    return f"{seq:010d}-{digest[:DIGITS]}"


def closed_names(home: Path) -> set[str]:
    """Return the names of a device's closed segments, without their suffix, also of rolled ones."""
    if not home.is_dir():
        return set()
    return {each.stem for each in home.iterdir() if each.suffix == CLOSED} | rolled(home)[0].keys()


def forked_at(names: set[str]) -> int:
    """Return the first number that two closed segments have, 0 where none does."""
    counts = Counter(name.partition("-")[0] for name in names)
    return min(
        (int(seq) for seq, count in counts.items() if count > 1 and seq.isdecimal()), default=0
    )


def fork_notice(device: str, seq: int) -> str:
    """Return what is said of a device whose chain is forked."""
    return (
        f"device {device[:DIGITS]} is forked from segment {seq}: it wrote on two copies of the "
        "vault; both histories are kept; each copy needs its own device (breachcase team renew)"
    )


def head_files(home: Path) -> list[Path]:
    """Return the head of a device, then those of other branches where its chain is forked."""
    return sorted(each for each in home.iterdir() if is_head(each.name))


def is_head(name: str) -> bool:
    """Whether a file of that name is a head of ours, and no copy that a mover made of one."""
    return bool(HEADS.fullmatch(name))


def load_head(home: Path) -> Head:
    """Return the head of a device; raise FileNotFoundError and DamagedError."""
    return parse_head(folder.read(home / NAME, LARGEST))


def load_heads(home: Path) -> dict[Path, Head]:
    """Return the heads of a device that can be read, by file."""
    found = {}
    for path in head_files(home):
        with contextlib.suppress(FileNotFoundError, DamagedError):
            found[path] = parse_head(folder.read(path, LARGEST))
    return found


def place_of(head: Head, others: dict[str, Head]) -> str | None:
    """Return the name under which `head` goes beside `others`, None where one of them covers it.

    It takes the place of one that it goes on from. On a branch of its own it gets a name of its
    own, so that nobody's history goes.
    """
    if any(other.covers(head) for other in others.values()):
        return None
    for name, other in others.items():
        if head.covers(other):
            return name
    return f"{NAME}-{hashlib.sha256(head.raw).hexdigest()[:DIGITS]}" if others else NAME


def keep_head(home: Path, head: Head) -> None:
    """File a head where it belongs; raise DiskError."""
    name = place_of(head, {path.name: each for path, each in load_heads(home).items()})
    if name is not None:
        folder.write(home / name, head.raw)
