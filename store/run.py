"""A run of the feed index: where the frames of some segments lie, sorted by case.

Source: docs/format-vault.md, "Feed index".
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, Self

from store import folder
from store.chunks import ID_SIZE, Chunks, ChunkWriter, Seal
from store.segment import HEADER_SIZE, SegmentHeader, parse_header

MAGIC: Final = b"BCFEED1\0"
NO_CASE: Final = bytes(ID_SIZE)  # of frames whose case key was not at hand
_TOLD: Final = {"v": 1}
_SEGMENT: Final = struct.Struct(f">{HEADER_SIZE}s32sQqq32sI")
_ROW: Final = struct.Struct(f">{ID_SIZE}sIIII{ID_SIZE}s32s")
_CASE, _NUMBER = slice(0, ID_SIZE), slice(ID_SIZE, ID_SIZE + 4)
_ROWS: Final = 64 * 1024 // _ROW.size  # in a chunk
_CHUNK: Final = 1024 * 1024  # bytes of a part that is read as a whole
_KEPT: Final = 128  # chunks of rows that stay in memory

Stamp = tuple[int, int, int]
"""Size in bytes, and the times in ns at which a file's content and its entry were changed last."""


@dataclass(frozen=True, slots=True)
class Told:
    """A closed segment: header, SHA-256 of the file (hex), stamp, how many records, their tally.

    The tally is the SHA-256 of the change ids of those records, in the order of their frames.
    """

    header: SegmentHeader
    digest: str
    stamp: Stamp
    tally: bytes
    count: int

    def pack(self) -> bytes:
        """Return the bytes that a run has of it."""
        digest = bytes.fromhex(self.digest)
        return _SEGMENT.pack(self.header.pack(), digest, *self.stamp, self.tally, self.count)


@dataclass(frozen=True, slots=True)
class Row:
    """A frame: its case, the number of its segment in the run, its place there, its ids (hex)."""

    case_id: str
    number: int
    index: int
    offset: int
    size: int
    key_id: str
    change_id: str

    def pack(self) -> bytes:
        """Return the bytes of the row; they sort by case, segment, frame."""
        place = self.number, self.index, self.offset, self.size
        ids = bytes.fromhex(self.key_id), bytes.fromhex(self.change_id)
        return _ROW.pack(bytes.fromhex(self.case_id), *place, *ids)

    @classmethod
    def of(cls, raw: bytes) -> Self:
        """Return the row in `raw`."""
        case_id, number, index, offset, size, key_id, change_id = _ROW.unpack(raw)
        return cls(case_id.hex(), number, index, offset, size, key_id.hex(), change_id.hex())


class Run:
    """An open run. Reading rows raises DamagedError."""

    def __init__(self, path: Path, chunks: Chunks) -> None:
        self.path = path
        self._chunks = chunks
        self.log_id: str = chunks.contents["log"]
        self.count: int = chunks.contents["count"]
        self.segments = tuple(map(_told, _SEGMENT.iter_unpack(chunks.whole("segments"))))
        self._firsts = chunks.firsts("rows")
        self._kept: dict[int, bytes] = {}

    def rows(self, case_id: str) -> Iterator[Row]:
        """Yield the rows of a case, in the order of their segments and frames."""
        wanted, first = bytes.fromhex(case_id), int(case_id, 16)
        # what a chunk begins with may begin in the one before it
        for number in range(max(bisect_left(self._firsts, first) - 1, 0), len(self._firsts)):
            if self._firsts[number] > first:
                return
            data = self._chunk(number)
            rows = range(len(data) // _ROW.size)
            for at in rows[bisect_left(rows, wanted, key=partial(_case_of, data)) :]:
                raw = _row(data, at)
                if raw[_CASE] != wanted:
                    return
                yield Row.of(raw)

    def cases(self, holds: Callable[[int], bool]) -> Iterator[str]:
        """Yield each case with a row in a segment whose number `holds`, once, sorted."""
        last = NO_CASE
        for raw in self.packed():
            if raw[_CASE] != last and holds(int.from_bytes(raw[_NUMBER], "big")):
                last = raw[_CASE]
                yield last.hex()

    def packed(self) -> Iterator[bytes]:
        """Yield the bytes of all rows, sorted."""
        for number in range(len(self._firsts)):
            data = self._chunk(number)
            yield from (_row(data, at) for at in range(len(data) // _ROW.size))

    def _chunk(self, number: int) -> bytes:
        if number not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.popitem()
            self._kept[number] = self._chunks.unseal("rows", number)
        return self._kept[number]


def open_run(path: Path, seal: Seal) -> Run:
    """Return the run in the file `path`; raise FileNotFoundError, DamagedError."""
    return Run(path, Chunks.open(path, MAGIC, seal, _TOLD))


def write_run(
    path: Path, seal: Seal, log_id: str, segments: Iterable[Told], rows: Iterable[bytes]
) -> None:
    """Write a run, whole or not at all; the packed `rows` come sorted. Raises DiskError.

    Also DamagedError from the rows. It is not synced: its loss costs time only.
    """
    folder.replace(path, _pieces(seal, log_id, segments, rows), durable=False)


def renumbered(rows: Iterable[bytes], numbers: Sequence[int | None]) -> Iterator[bytes]:
    """Yield packed rows with the numbers that their segments get, without those that get none."""
    for raw in rows:
        number = numbers[int.from_bytes(raw[_NUMBER], "big")]
        if number is not None:
            yield raw[_CASE] + number.to_bytes(4, "big") + raw[_NUMBER.stop :]


def _pieces(
    seal: Seal, log_id: str, segments: Iterable[Told], rows: Iterable[bytes]
) -> Iterator[bytes]:
    file = ChunkWriter(MAGIC, seal)
    yield MAGIC
    count, left = 0, iter(rows)
    while held := tuple(islice(left, _ROWS)):
        count += len(held)
        yield file.chunk("rows", b"".join(held), int.from_bytes(held[0][_CASE], "big"))
    yield from file.flat("segments", b"".join(each.pack() for each in segments), _CHUNK)
    yield file.end({**_TOLD, "log": log_id, "count": count})


def _told(found: tuple[bytes, bytes, int, int, int, bytes, int]) -> Told:
    header, digest, size, changed, altered, tally, count = found
    return Told(parse_header(header), digest.hex(), (size, changed, altered), tally, count)


def _case_of(data: bytes, at: int) -> bytes:
    return _row(data, at)[_CASE]


def _row(data: bytes, at: int) -> bytes:
    return data[at * _ROW.size : (at + 1) * _ROW.size]
