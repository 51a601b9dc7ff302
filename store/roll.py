"""A roll: many closed segments of one device in one file, each of them byte for byte.

Source: docs/format-vault.md, "Roll".
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from store import folder
from store.errors import DamagedError

SUFFIX: Final = ".roll"
NAME: Final = re.compile(r"[0-9]{10}-[0-9]{10}-[0-9a-f]{8}\.roll")
LARGEST: Final = 32 * 1024 * 1024  # bytes of a roll
_DIGITS: Final = 8
_MAGIC: Final = b"BCROLL1\0"
_SEGMENT: Final = b"BCSEGM1\0\0\1"  # what each of them begins with
_SEQ: Final = slice(58, 66)
_HEAD: Final = struct.Struct(">8sI32s")
_ENTRY: Final = struct.Struct(">Q32sI")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a segment lies: a file, or `size` bytes of a roll from `start` on; its name's stem."""

    path: Path
    stem: str
    start: int = 0
    size: int = 0


def entries(file: BinaryIO) -> Iterator[tuple[str, int, int]]:
    """Yield stem, start and size of each segment in a roll; raise DamagedError.

    What its table says is believed of no segment: that is known by its own hash and signature.
    """
    head = file.read(_HEAD.size)
    magic, count, digest = _HEAD.unpack(head) if len(head) == _HEAD.size else (b"", 0, b"")
    table = file.read(count * _ENTRY.size) if count <= LARGEST // _ENTRY.size else b""
    if (magic, digest) != (_MAGIC, hashlib.sha256(table).digest()):
        raise DamagedError("it is no roll of segments")
    start = len(head) + len(table)
    for seq, sha256, size in _ENTRY.iter_unpack(table):
        yield _stem(seq, sha256), start, size
        start += size


def _sought(raw: bytes) -> Iterator[tuple[str, int, int]]:
    """Yield what `entries` does, from the segments themselves: one byte must not hide them all."""
    start = raw.find(_SEGMENT)
    while start >= 0:
        following = raw.find(_SEGMENT, start + 1)
        part = raw[start : following if following >= 0 else len(raw)]
        seq = int.from_bytes(part[_SEQ], "big")
        yield _stem(seq, hashlib.sha256(part).digest()), start, len(part)
        start = following


def _stem(seq: int, sha256: bytes) -> str:
    return f"{seq:010d}-{sha256.hex()[:_DIGITS]}"


def rolled(home: Path) -> tuple[dict[str, Place], list[Path]]:
    """Return the segments in the rolls of a device by stem, and the rolls with a damaged table."""
    found: dict[str, Place] = {}
    damaged: list[Path] = []
    for path in sorted(each for each in home.iterdir() if NAME.fullmatch(each.name)):
        for stem, start, size in _entries_of(path, damaged):
            found.setdefault(stem, Place(path, stem, start, size))
    return found, damaged


def _entries_of(path: Path, damaged: list[Path]) -> list[tuple[str, int, int]]:
    try:
        try:
            with folder.opened(path, LARGEST) as file:
                return [*entries(file)]
        except DamagedError:
            damaged.append(path)
            return [*_sought(folder.read(path, LARGEST))]
    except (FileNotFoundError, DamagedError):
        return []


def rolled_name(first: int, last: int, raw: bytes) -> str:
    """Return the name of the file of a roll."""
    return f"{first:010d}-{last:010d}-{hashlib.sha256(raw).hexdigest()[:_DIGITS]}{SUFFIX}"


def is_whole(name: str, raw: bytes) -> bool:
    """Whether a roll is what its name says."""
    return name.endswith(f"-{hashlib.sha256(raw).hexdigest()[:_DIGITS]}{SUFFIX}")


def pack(segments: Sequence[tuple[int, bytes]]) -> bytes:
    """Return a roll of segments, (number, bytes) each."""
    table = [_ENTRY.pack(seq, hashlib.sha256(raw).digest(), len(raw)) for seq, raw in segments]
    head = _HEAD.pack(_MAGIC, len(table), hashlib.sha256(b"".join(table)).digest())
    return b"".join((head, *table, *(raw for _, raw in segments)))
