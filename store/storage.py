"""The Storage under every TinyDB: one sealed file, replaced as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from tinydb.storages import Storage

from store import folder
from store.envelope import Envelope

_LARGEST: Final = 1024**3  # bytes


class EnvelopeStorage(Storage):
    """Seals what TinyDB keeps. TinyDB's own storage writes plain text over the old bytes.

    Nothing here is synced: all that lies in it can be made again from the journal.
    """

    def __init__(self, path: Path, envelope: Envelope) -> None:
        self._path = path
        self._envelope = envelope

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return the tables, None where there is no file; raise DamagedError."""
        try:
            raw = folder.read(self._path, _LARGEST)
        except FileNotFoundError:
            return None
        tables: dict[str, dict[str, Any]] = json.loads(self._envelope.unseal(raw))
        return tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file; raise DiskError."""
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        folder.write(self._path, self._envelope.seal(text.encode()), durable=False)
