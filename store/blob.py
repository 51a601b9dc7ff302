"""Attachments: sealed files named so that neither content nor case can be told from the name."""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from models.errors import UsageError
from models.strictjson import JSON
from store import folder
from store.casekey import CaseKey
from store.envelope import Envelope
from store.errors import DamagedError
from store.kdf import derive
from store.keyring import Keyring

LARGEST: Final = 1024**3  # bytes of one attachment
PIECE: Final = 256 * 1024  # bytes in memory at a time
_MAGIC: Final = b"BCBLOB1\0"
_EPOCH: Final = struct.Struct(">I")
LARGEST_FILE: Final = LARGEST + LARGEST // 8  # sealed and padded
_ID: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blobs:
    """The folder of attachments."""

    path: Path
    keyring: Keyring

    def put(self, key: CaseKey, data: bytes) -> dict[str, JSON]:
        """Write `data` unless it is there; return `{"blob","sha256","size"}`. Raises DiskError.

        It is on the medium before any record can name it.
        """
        return self._put(key, hashlib.sha256(data).digest(), len(data), (data,))

    def put_file(self, key: CaseKey, descriptor: int) -> dict[str, JSON]:
        """Write what a regular file holds, a piece in memory at a time; as `put`.

        The file is read twice, as the name follows from the content. Raises UsageError when it
        is larger than LARGEST or changes meanwhile, DiskError.
        """
        size = os.fstat(descriptor).st_size
        if size > LARGEST:
            raise UsageError(
                "this file is larger than 1 GiB", hint="attach a listing of it, or parts of it"
            )
        sha256 = hashlib.sha256()
        for piece in _exactly(descriptor, size):
            sha256.update(piece)
        digest = sha256.digest()
        return self._put(key, digest, size, unchanged(descriptor, size, digest))

    def put_pieces(
        self, key: CaseKey, pieces: Iterable[bytes], size: int, sha256: bytes
    ) -> dict[str, JSON]:
        """Write what `pieces` give, which is for them to vouch for; as `put`.

        They are read to their end even where the same is there already.
        """
        coming = iter(pieces)
        blob = self._put(key, sha256, size, coming)
        for _ in coming:
            pass
        return blob

    def pieces(self, blob_id: str, keys: tuple[CaseKey, ...]) -> Iterator[bytes]:
        """Yield the attachment a piece at a time; raise DamagedError, perhaps at the very end.

        Nothing of it counts before the last piece has come.
        """
        if not _ID.fullmatch(blob_id):  # it comes out of a record and must never name a path
            raise DamagedError("attachment has an impossible id")
        try:
            with folder.opened(self._path(blob_id), LARGEST_FILE) as file:
                yield from self._opened(blob_id, keys, file)
        except FileNotFoundError:
            raise DamagedError("attachment is not here", hint="it may arrive later") from None

    def names(self) -> set[str]:
        """Return the ids of the attachments that are here, whole or not."""
        pairs = (each for each in self.path.iterdir() if each.is_dir())
        return {each.name for pair in pairs for each in pair.iterdir() if _ID.fullmatch(each.name)}

    def take(self, blob_id: str, keys: tuple[CaseKey, ...], file: BinaryIO) -> None:
        """File a copy of an attachment once it opened; what stood there is set aside.

        Raises DamagedError, DiskError.
        """
        for _ in self._opened(blob_id, keys, file):
            pass
        path = self._path(blob_id)
        folder.make(path.parent)
        file.seek(0)
        folder.set_aside(path)
        folder.replace(path, _read(file))

    def _opened(self, blob_id: str, keys: tuple[CaseKey, ...], file: BinaryIO) -> Iterator[bytes]:
        head = file.read(len(_MAGIC) + _EPOCH.size)
        if not head.startswith(_MAGIC) or len(head) < len(_MAGIC) + _EPOCH.size:
            raise _damaged()
        (epoch,) = _EPOCH.unpack_from(head, len(_MAGIC))
        for key in keys:
            # the seal commits to its key: of another one not a single piece comes out
            file.seek(len(head))
            sha256 = hashlib.sha256()
            try:
                for piece in self._envelope(blob_id, key, epoch).unseal_pieces(_read(file)):
                    sha256.update(piece)
                    yield piece
            except DamagedError:
                continue
            if self.keyring.blob_id(key.case_id, sha256.digest()) == blob_id:
                return
        raise _damaged()

    def _put(
        self, key: CaseKey, digest: bytes, size: int, pieces: Iterable[bytes]
    ) -> dict[str, JSON]:
        blob_id = self.keyring.blob_id(key.case_id, digest)
        path = self._path(blob_id)
        folder.make(path.parent)
        if not self._is_sound(blob_id, key):
            epoch = self.keyring.latest
            magic = _MAGIC + _EPOCH.pack(epoch)
            folder.replace(
                path, self._envelope(blob_id, key, epoch).seal_pieces(pieces, size, magic)
            )
        return {"blob": blob_id, "sha256": digest.hex(), "size": size}

    def _is_sound(self, blob_id: str, key: CaseKey) -> bool:
        try:
            for _ in self.pieces(blob_id, (key,)):
                pass
        except DamagedError:  # or absent
            return False
        return True

    def _path(self, blob_id: str) -> Path:
        return self.path / blob_id[:2] / blob_id

    def _envelope(self, blob_id: str, key: CaseKey, epoch: int) -> Envelope:
        vault_id = self.keyring.vault_id
        both = self.keyring.epoch_key(epoch) + key.key
        info = b"breachcase/blob/1\0" + bytes.fromhex(blob_id)
        return Envelope(derive(both, vault_id, info), vault_id, "blob", blob_id)


def _read(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _exactly(descriptor: int, size: int) -> Iterator[bytes]:
    """Yield the file from its beginning; raise UsageError unless it is of that size."""
    told = 0
    while piece := os.pread(descriptor, PIECE, told):
        told += len(piece)
        if told > size:  # it grows, perhaps for ever
            break
        yield piece
    if told != size:
        raise _changed()


def unchanged(descriptor: int, size: int, digest: bytes) -> Iterator[bytes]:
    """Yield the file once more; raise UsageError unless it is what was hashed."""
    sha256 = hashlib.sha256()
    for piece in _exactly(descriptor, size):
        sha256.update(piece)
        yield piece
    if sha256.digest() != digest:
        raise _changed()


def _changed() -> UsageError:
    return UsageError(
        "this file changed while it was read", hint="attach it again when nothing writes to it"
    )


def _damaged() -> DamagedError:
    return DamagedError(
        "attachment is damaged", hint="attach the same file again, or restore a backup"
    )
