"""A file of sealed chunks with a sealed table of contents at its end, read chunk by chunk.

Source: docs/format-vault.md, "Row pack".
"""

from __future__ import annotations

import json
import os
import struct
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Self

from store import platform
from store.envelope import Envelope
from store.errors import DamagedError

END: Final = struct.Struct(">Q")
TOC: Final = "toc"
ID_SIZE: Final = 16  # bytes
_MOST: Final = 64 * 1024 * 1024  # bytes of a table of contents

Seal = Callable[[str], Envelope]
"""Gives the envelope of a part of the file by its id."""


class Chunks:
    """The sealed chunks of an open file, by part and number. Reading raises DamagedError."""

    def __init__(self, descriptor: int, seal: Seal, contents: dict[str, Any]) -> None:
        self._descriptor = descriptor
        self._seal = seal
        self.contents = contents
        self._name: str = contents["name"]
        self._parts: dict[str, list[list[int]]] = contents["parts"]

    @classmethod
    def open(cls, path: Path, magic: bytes, seal: Seal, told: dict[str, Any]) -> Self:
        """Return the file at `path`, its table of contents verified and nothing else yet.

        Raises FileNotFoundError, and DamagedError also where the table does not say `told`.
        """
        try:
            descriptor = platform.open_existing(path)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise _unreadable(error) from error
        try:
            contents = _contents(descriptor, magic, seal, told)
        except BaseException:
            os.close(descriptor)
            raise
        chunks = cls(descriptor, seal, contents)
        # a list on the screen may read an old pack for a while after a new one took its place
        weakref.finalize(chunks, os.close, descriptor)
        return chunks

    def count(self, part: str) -> int:
        """Return how many chunks a part has."""
        return len(self._parts.get(part, ()))

    def firsts(self, part: str) -> list[int]:
        """Return what each chunk of a part begins with."""
        return [first for _, _, first in self._parts.get(part, ())]

    def unseal(self, part: str, number: int) -> bytes:
        """Return a chunk."""
        offset, size, _ = self._parts[part][number]
        sealed = _read_at(self._descriptor, size, offset)
        return self._seal(f"{self._name}/{part}/{number}").unseal(sealed, b"")

    def whole(self, part: str) -> bytes:
        """Return all chunks of a part as one."""
        return b"".join(self.unseal(part, at) for at in range(self.count(part)))


class ChunkWriter:
    """Seals chunks one after the other and notes where each of them lies."""

    def __init__(self, magic: bytes, seal: Seal) -> None:
        self._seal = seal
        self._name = os.urandom(ID_SIZE).hex()
        self._offset = len(magic)
        self._parts: dict[str, list[list[int]]] = {}

    def chunk(self, part: str, data: bytes, first: int) -> bytes:
        """Return the next chunk of a part, sealed; `first` is what it begins with."""
        chunks = self._parts.setdefault(part, [])
        sealed = self._seal(f"{self._name}/{part}/{len(chunks)}").seal(data, b"")
        chunks.append([self._offset, len(sealed), first])
        self._offset += len(sealed)
        return sealed

    def flat(self, part: str, data: bytes, size: int) -> Iterator[bytes]:
        """Yield a part that is cut every `size` bytes."""
        for start in range(0, len(data), size):
            yield self.chunk(part, data[start : start + size], start)

    def end(self, told: dict[str, Any]) -> bytes:
        """Return the table of contents, which says `told` too, and its length."""
        contents = {**told, "name": self._name, "parts": self._parts}
        sealed = self._seal(TOC).seal(json.dumps(contents).encode("ascii"), b"")
        return sealed + END.pack(len(sealed))


def _contents(descriptor: int, magic: bytes, seal: Seal, told: dict[str, Any]) -> dict[str, Any]:
    whole = os.fstat(descriptor).st_size
    end = _read_at(descriptor, END.size, max(whole - END.size, 0))
    size = int.from_bytes(end, "big")
    if _read_at(descriptor, len(magic), 0) != magic or size > min(whole, _MOST):
        raise DamagedError("this is no file of sealed chunks")
    sealed = _read_at(descriptor, size, max(whole - END.size - size, 0))
    contents: dict[str, Any] = json.loads(seal(TOC).unseal(sealed, b""))
    if not contents.items() >= told.items():
        raise DamagedError("the file of sealed chunks is of another version")
    return contents


def _read_at(descriptor: int, size: int, offset: int) -> bytes:
    try:
        return os.pread(descriptor, size, offset)
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> DamagedError:
    return DamagedError(f"a file of the cache cannot be read: {error.strerror}")
