"""Drafts: what stands in open fields, sealed, on disk before it is saved.

Bytes: docs/format-vault.md, "Drafts".
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from models.strictjson import JSON
from store import cobblestone, folder, platform
from store.errors import StoreError
from store.kdf import derive

MAGIC: Final = b"BCDRAFT1"
SALT_SIZE: Final = 32
HEADER_SIZE: Final = len(MAGIC) + SALT_SIZE
STEP: Final = 256  # bytes; what a frame's body is padded to
LARGEST_TEXT: Final = 2 * 1024 * 1024  # bytes of UTF-8; a field takes far less

_LENGTH: Final = 4
_LARGEST_FRAME: Final = 6 * LARGEST_TEXT + 64 * 1024  # JSON writes a control as six bytes
_LARGEST_FILE: Final = 64 * 1024 * 1024
_NAME: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of an open text: ids of case and report, and the question.

    Of a dialog `report` is empty, of one that is of no case `case` too; `field` says which it is.
    """

    case: str
    report: str
    field: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that was open: where, what, and the wall clock when it was typed."""

    slot: Slot
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a frame says: `text` stands in a field now; None: it was saved or discarded."""

    slot: Slot
    text: str | None
    at: str

    @property
    def weight(self) -> int:
        """The bytes of the text."""
        return len((self.text or "").encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """K_drafts of one replica."""

    key: bytes
    vault_id: bytes

    @classmethod
    def of_replica(cls, replica_key: bytes, vault_id: bytes) -> Seal:
        """Return the seal of the drafts of a replica."""
        return cls(derive(replica_key, vault_id, b"breachcase/vault/1/drafts"), vault_id)

    def frame(self, salt: bytes, index: int, typed: Typed) -> bytes:
        """Return a frame: length u32 | sealed(length u32 | JSON | zero bytes to a step)."""
        said = json.dumps(_as_json(typed), ensure_ascii=False, separators=(",", ":"))
        body = said.encode("utf-8", "surrogatepass")
        body = len(body).to_bytes(_LENGTH, "big") + body
        body = body.ljust(-(-len(body) // STEP) * STEP, b"\0")
        sealed = cobblestone.seal(self.key, self._context(salt, index), body)
        return len(sealed).to_bytes(_LENGTH, "big") + sealed

    def read(self, salt: bytes, index: int, sealed: bytes) -> Typed | None:
        """Return what a frame says, None for one that is not of this file and place."""
        body = cobblestone.unseal(self.key, self._context(salt, index), sealed)
        if body is None:
            return None
        length = int.from_bytes(body[:_LENGTH], "big")
        return _typed(json.loads(body[_LENGTH : _LENGTH + length]))

    def _context(self, salt: bytes, index: int) -> bytes:
        return b"breachcase/draft/1\0" + self.vault_id + salt + index.to_bytes(8, "big")


def _as_json(typed: Typed) -> JSON:
    return {
        "v": 1,
        "case": typed.slot.case,
        "report": typed.slot.report,
        "field": typed.slot.field,
        "text": typed.text,
        "at": typed.at,
    }


def _typed(said: JSON) -> Typed | None:
    match said:
        case {
            "v": 1,
            "case": str(case),
            "report": str(report),
            "field": str(name),
            "text": str() | None as text,
            "at": str(at),
        }:
            return Typed(Slot(case, report, name), text, at)
        case _:
            return None  # of a later version


def draft_files(where: Path, seal: Seal) -> dict[Path, list[Typed]]:
    """Return what each file of ours says, in order; another program's files are not there.

    A damaged frame is passed over and a torn one ends its file: the process ended while it wrote.
    """
    try:
        paths = sorted(path for path in where.iterdir() if _NAME.fullmatch(path.name))
    except OSError:
        return {}
    found = {path: _said_in(path, seal) for path in paths}
    return {path: said for path, said in found.items() if said is not None}


def _said_in(path: Path, seal: Seal) -> list[Typed] | None:
    try:
        with folder.opened(path, _LARGEST_FILE) as file:
            header = file.read(HEADER_SIZE)
            if not header.startswith(MAGIC):
                return None
            read = (seal.read(header[len(MAGIC) :], *each) for each in enumerate(_frames(file)))
            return [typed for typed in read if typed is not None]
    except (StoreError, OSError):
        return None


def _frames(file: BinaryIO) -> Iterator[bytes]:
    while True:
        length = int.from_bytes(file.read(_LENGTH), "big")
        sealed = file.read(length) if length <= _LARGEST_FRAME else b""
        if not sealed or len(sealed) < length:
            return
        yield sealed


@dataclass(slots=True)
class DraftFile:
    """The file being written. A refused write is made again at the same place."""

    path: Path
    descriptor: int
    salt: bytes
    size: int = HEADER_SIZE
    frames: int = 0

    @classmethod
    def begin(cls, where: Path) -> DraftFile:
        """Make a file with a fresh salt; OSError."""
        path = where / secrets.token_hex(16)
        salt = secrets.token_bytes(SALT_SIZE)
        begun = cls(path, platform.create(path), salt)
        try:
            platform.write_all(begun.descriptor, MAGIC + salt)
        except OSError:
            begun.end()
            raise
        return begun

    def add(self, seal: Seal, typed: Typed) -> None:
        """Append a frame; OSError when the system refuses it, or the text is too long."""
        if typed.weight > LARGEST_TEXT:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        frame = seal.frame(self.salt, self.frames, typed)
        os.lseek(self.descriptor, self.size, os.SEEK_SET)
        platform.write_all(self.descriptor, frame)
        self.size += len(frame)
        self.frames += 1

    def close(self) -> None:
        """Give the file back; it stays."""
        os.close(self.descriptor)

    def end(self) -> None:
        """Be gone."""
        self.close()
        remove([self.path])


def remove(paths: Iterable[Path]) -> None:
    """Delete files; one that stays is read again and is no loss."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()
