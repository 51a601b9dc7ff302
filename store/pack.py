"""The row pack: one sealed file of slips in the order of their deadlines, read chunk by chunk.

Source: docs/format-vault.md, "Row pack".
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Final, overload

from models.version import VERSION as PROGRAM
from store.chunks import ID_SIZE, Chunks, Seal
from store.slip import SORTS, Slip, Sort

MAGIC: Final = b"BCPACK1\0"
CHUNK: Final = 1024 * 1024  # bytes
TEXT_KEPT: Final = 128  # chunks of search text that stay in memory
_KEPT: Final = 16  # of any other part
TOLD: Final = {"v": 1, "by": PROGRAM}
_COVERS: Final = 32  # bytes
_EMPTY: Final = {"name": "", "count": 0, "covers": "", "parts": {}}


class Column(Sequence[bytes]):
    """One record for each case, cut into chunks of whole records that are unsealed when needed.

    Reading raises DamagedError. What is looked at first stays in memory, up to `kept` chunks.
    """

    def __init__(
        self, load: Callable[[int], bytes], firsts: Sequence[int], count: int, kept: int = _KEPT
    ) -> None:
        self._load = load
        self._firsts = firsts
        self._count = count
        self._kept = kept
        self._chunks: dict[int, tuple[bytes, Sequence[int]]] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(self._count))]
        data, ends, at = self._find(index)
        return data[ends[at] : ends[at + 1]]

    def finder(self, words: Sequence[bytes]) -> Callable[[int], bool]:
        """Return what tells of a record whether each of `words` is in it.

        A chunk without one of them is looked through once, not record by record.
        """
        chunk_of, checked = self._chunk_of(), dict[int, bool]()

        def holds(index: int) -> bool:
            number = chunk_of[index]
            fertile = checked.get(number)
            if fertile is False:
                return False
            data, ends = self._chunks.get(number) or self._chunk(number)
            if fertile is None:
                checked[number] = all(data.find(word, ends[0]) >= 0 for word in words)
            at = index - self._firsts[number]
            start, end = ends[at], ends[at + 1]
            return checked[number] and all(data.find(word, start, end) >= 0 for word in words)

        return holds

    def having(self, words: Sequence[bytes]) -> Iterator[int]:
        """Yield the numbers of the records with any of `words` in them, some perhaps twice.

        All is looked through once, for what the words begin with in common.
        """
        alike = takewhile(lambda letters: len({*letters}) == 1, zip(*words, strict=False))
        common = bytes(letters[0] for letters in alike)
        for number, first in enumerate(self._firsts):
            data, ends = self._chunks.get(number) or self._chunk(number)
            found = data.find(common, ends[0])
            while found >= 0:
                if data.startswith(tuple(words), found):
                    yield first + bisect_right(ends, found) - 1
                found = data.find(common, found + 1)

    def warm(self) -> None:
        """Unseal as much as stays in memory."""
        for number in range(min(len(self._firsts), self._kept)):
            if number not in self._chunks:
                self._chunk(number)

    @property
    def cold(self) -> bool:
        """Whether `warm` has anything to do."""
        return len(self._chunks) < min(len(self._firsts), self._kept)

    def _find(self, index: int) -> tuple[bytes, Sequence[int], int]:
        number = bisect_right(self._firsts, index) - 1
        found = self._chunks.get(number) or self._chunk(number)
        return found[0], found[1], index - self._firsts[number]

    def _chunk_of(self) -> array[int]:
        """Return the number of the chunk that each record lies in."""
        ends = [*self._firsts[1:], self._count]
        numbers = array("i")
        for number, (first, end) in enumerate(zip(self._firsts, ends, strict=False)):
            numbers += array("i", [number]) * (end - first)
        return numbers

    def _chunk(self, number: int) -> tuple[bytes, Sequence[int]]:
        data = self._load(number)
        (count,) = struct.unpack_from(">I", data)
        ends = _numbers(data[4 : 4 * (count + 2)])
        if len(self._chunks) >= self._kept:
            # the newest goes: a walk over more than fits would else find nothing of it left
            self._chunks.popitem()
        self._chunks[number] = data, ends
        return data, ends


class Pack:
    """An open pack. `covers` is the digest of the journal it was made from, `name` its own id."""

    def __init__(self, chunks: Chunks) -> None:
        contents = chunks.contents
        self._chunks = chunks
        self.name: str = contents["name"]
        self.count: int = contents["count"]
        self.covers: str = contents["covers"]
        self._whole: dict[str, bytes] = {}
        self.rows = self._column("rows")
        self.texts = self._column("texts", TEXT_KEPT)
        self.keys: dict[Sort, Column] = {sort: self._column(f"keys/{sort}") for sort in SORTS}

    def order(self, sort: Sort) -> array[int]:
        """Return the numbers of the rows in an order."""
        return _numbers(self._read(f"order/{sort}"))

    def number(self, case_id: str) -> int | None:
        """Return the number of the row of a case, None where there is none."""
        wanted = bytes.fromhex(case_id)
        at = bisect_left(range(self.count), wanted, key=self._id)
        if at == self.count or self._id(at) != wanted:
            return None
        return _numbers(self._read("places")[4 * at : 4 * at + 4])[0]

    def ids(self) -> Iterator[str]:
        """Yield the ids of all cases, in their order."""
        return (self._id(at).hex() for at in range(self.count))

    def beginning(self, prefix: str) -> Iterator[str]:
        """Yield the ids that begin with `prefix`, hex digits."""
        at = bisect_left(range(self.count), prefix, key=lambda at: self._id(at).hex())
        for place in range(at, self.count):
            case_id = self._id(place).hex()
            if not case_id.startswith(prefix):
                return
            yield case_id

    def covered(self, number: int) -> str:
        """Return the digest of the records that a row was made from."""
        return self._read("covers")[number * _COVERS : (number + 1) * _COVERS].hex()

    def slip(self, number: int) -> Slip:
        """Return the slip of a row."""
        return Slip.of(self.rows[number], self.texts[number], self.covered(number))

    def _id(self, at: int) -> bytes:
        return self._read("ids")[at * ID_SIZE : (at + 1) * ID_SIZE]

    def _column(self, part: str, kept: int = _KEPT) -> Column:
        load = partial(self._chunks.unseal, part)
        return Column(load, self._chunks.firsts(part), self.count, kept)

    def _read(self, part: str) -> bytes:
        if part not in self._whole:
            self._whole[part] = self._chunks.whole(part)
        return self._whole[part]


def empty(seal: Seal) -> Pack:
    """Return the pack of no case, which needs no file."""
    return Pack(Chunks(-1, seal, _EMPTY))


def open_pack(path: Path, seal: Seal) -> Pack:
    """Return the pack in the file `path`, its table of contents verified and nothing else yet.

    Raises FileNotFoundError, and DamagedError also for one that another version wrote.
    """
    return Pack(Chunks.open(path, MAGIC, seal, TOLD))


def _numbers(data: bytes) -> array[int]:
    return turned(array("i", data))


def turned(numbers: array[int]) -> array[int]:
    """Return numbers between this machine's byte order and the file's."""
    if sys.byteorder == "little":  # pragma: no branch - the format is big-endian
        numbers.byteswap()
    return numbers
