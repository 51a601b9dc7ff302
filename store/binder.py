"""Writing a row pack: chunks are sealed as they are full, then the table of contents.

Source: docs/format-vault.md, "Row pack".
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

from store import folder
from store.chunks import ChunkWriter, Seal
from store.pack import CHUNK, MAGIC, TOLD, turned
from store.slip import SORTS, Slip, Sort


def write_pack(path: Path, seal: Seal, covers: str, slips: Iterable[Slip]) -> None:
    """Put a pack of `slips`, in the order of their first keys, in the place of the one at `path`.

    A crash leaves one of the two. Raises DiskError, and DamagedError from the slips.
    """
    folder.replace(path, _Binder(seal, covers).bind(slips))


class _Binder:
    """Writes a pack: chunks as they are full, then what is cut anywhere."""

    def __init__(self, seal: Seal, covers: str) -> None:
        self._file = ChunkWriter(MAGIC, seal)
        self._covers = covers

    def bind(self, slips: Iterable[Slip]) -> Iterator[bytes]:
        """Yield the file piece by piece."""
        yield MAGIC
        ids: list[bytes] = []
        covers = bytearray()
        keys: dict[Sort, list[bytes]] = {sort: [] for sort in SORTS[1:]}
        sheets = [_Sheet(part) for part in ("rows", "texts", f"keys/{SORTS[0]}")]
        for slip in slips:
            for sheet, record in zip(sheets, (slip.row, slip.text, slip.keys[0]), strict=True):
                yield from self._add(sheet, record)
            ids.append(bytes.fromhex(slip.id))
            covers += bytes.fromhex(slip.covers)
            for sort, key in zip(SORTS[1:], slip.keys[1:], strict=True):
                keys[sort].append(key)
        for sheet in sheets:
            yield self._cut(sheet)
        yield from self._file.flat("covers", bytes(covers), CHUNK)
        yield from self._file.flat(f"order/{SORTS[0]}", _packed(range(len(ids))), CHUNK)
        for sort in SORTS[1:]:
            yield from self._order(sort, keys.pop(sort))
        places = sorted(range(len(ids)), key=ids.__getitem__)
        yield from self._file.flat("ids", b"".join(ids[place] for place in places), CHUNK)
        yield from self._file.flat("places", _packed(places), CHUNK)
        yield self._file.end({**TOLD, "count": len(ids), "covers": self._covers})

    def _order(self, sort: Sort, keys: list[bytes]) -> Iterator[bytes]:
        sheet = _Sheet(f"keys/{sort}")
        order = sorted(range(len(keys)), key=keys.__getitem__)
        for number in order:
            yield from self._add(sheet, keys[number])
        yield self._cut(sheet)
        yield from self._file.flat(f"order/{sort}", _packed(order), CHUNK)

    def _add(self, sheet: _Sheet, record: bytes) -> Iterator[bytes]:
        if sheet.records and sheet.size + len(record) > CHUNK:
            yield self._cut(sheet)
        sheet.records.append(record)
        sheet.size += len(record)

    def _cut(self, sheet: _Sheet) -> bytes:
        records = sheet.records
        ends = [4 * (len(records) + 2)]
        for record in records:
            ends.append(ends[-1] + len(record))
        data = struct.pack(">I", len(records)) + _packed(ends) + b"".join(records)
        first, sheet.first = sheet.first, sheet.first + len(records)
        sheet.records, sheet.size = [], 0
        return self._file.chunk(sheet.part, data, first)


class _Sheet:
    """The records of a part that wait for their chunk to be full."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.first = 0
        self.size = 0
        self.records: list[bytes] = []


def _packed(numbers: Iterable[int]) -> bytes:
    return turned(array("i", numbers)).tobytes()
