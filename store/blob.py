"""Attachments: sealed files named so that neither content nor case can be told from the name."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.strictjson import JSON
from store import folder
from store.casekey import CaseKey
from store.envelope import Envelope
from store.errors import DamagedError
from store.kdf import derive
from store.keyring import Keyring

_MAGIC: Final = b"BCBLOB1\0"
_EPOCH: Final = struct.Struct(">I")
_LARGEST: Final = 1024**3  # bytes
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
        digest = hashlib.sha256(data).digest()
        blob_id = self.keyring.blob_id(key.case_id, digest)
        path = self._path(blob_id)
        folder.make(path.parent)
        if not path.exists():
            epoch = self.keyring.latest
            magic = _MAGIC + _EPOCH.pack(epoch)
            folder.write(path, self._envelope(blob_id, key, epoch).seal(data, magic))
        return {"blob": blob_id, "sha256": digest.hex(), "size": len(data)}

    def get(self, blob_id: str, keys: tuple[CaseKey, ...]) -> bytes:
        """Return the attachment, opened with one of the case's keys; raise DamagedError."""
        if not _ID.fullmatch(blob_id):  # it comes out of a record and must never name a path
            raise DamagedError("attachment has an impossible id")
        try:
            raw = folder.read(self._path(blob_id), _LARGEST)
        except FileNotFoundError:
            raise DamagedError("attachment is not here", hint="it may arrive later") from None
        magic = raw[: len(_MAGIC) + _EPOCH.size]
        if not raw.startswith(_MAGIC) or len(magic) < len(_MAGIC) + _EPOCH.size:
            raise _damaged()
        (epoch,) = _EPOCH.unpack_from(magic, len(_MAGIC))
        for key in keys:
            try:
                data = self._envelope(blob_id, key, epoch).unseal(raw, magic)
            except DamagedError:
                continue
            if self.keyring.blob_id(key.case_id, hashlib.sha256(data).digest()) == blob_id:
                return data
        raise _damaged()

    def _path(self, blob_id: str) -> Path:
        return self.path / blob_id[:2] / blob_id

    def _envelope(self, blob_id: str, key: CaseKey, epoch: int) -> Envelope:
        vault_id = self.keyring.vault_id
        both = self.keyring.epoch_key(epoch) + key.key
        info = b"breachcase/blob/1\0" + bytes.fromhex(blob_id)
        return Envelope(derive(both, vault_id, info), vault_id, "blob", blob_id)


def _damaged() -> DamagedError:
    return DamagedError("attachment is damaged", hint="ask for it again, or restore a backup")
