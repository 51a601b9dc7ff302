"""What is kept so that it need not be worked out again: case files and the hot rows.

All of it is sealed, belongs to this replica, and may be deleted at any time.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tinydb import TinyDB

from store import folder
from store.change import Change, read_change
from store.envelope import Envelope
from store.errors import StoreError
from store.kdf import derive
from store.signing import SIGNATURE_SIZE
from store.storage import EnvelopeStorage

HOTTEST: Final = 1_000  # rows: TinyDB reads and writes the whole file each time
_STATE, _CHANGES, _ROWS = "state", "changes", "rows"


class Cache:
    """The sealed TinyDB files under `cache/`.

    Everything is filed with what it `covers`, a digest of the records it was made from; asked
    for with another digest, it is not there.
    """

    def __init__(self, path: Path, vault_id: bytes, replica_key: bytes) -> None:
        self._path = path
        self._vault_id = vault_id
        self._key = derive(replica_key, vault_id, b"breachcase/vault/1/cache")

    def load_changes(self, case_id: str, covers: str) -> tuple[Change, ...] | None:
        """Return the verified changes of a case, None where they must be read anew."""
        try:
            with self._case_file(case_id) as file:
                state = file.table(_STATE).all()
                if not state or state[0].get("covers") != covers:
                    return None
                rows = file.table(_CHANGES).all()
            return tuple(_change(b64decode(row["raw"])) for row in rows)
        except (StoreError, ValueError, KeyError):
            return None

    def save_changes(self, case_id: str, covers: str, changes: Iterable[Change]) -> None:
        """File the verified changes of a case; raise StoreError."""
        path = self._case_path(case_id)
        for parent in (path.parent.parent, path.parent):
            folder.make(parent, durable=False)
        path.unlink(missing_ok=True)
        with self._case_file(case_id) as file:
            rows = [{"raw": b64encode(change.raw).decode("ascii")} for change in changes]
            file.table(_CHANGES).insert_multiple(rows)
            file.table(_STATE).insert({"covers": covers})

    def load_rows(self) -> dict[str, Mapping[str, Any]]:
        """Return the filed rows, each with `covers`, by case id."""
        try:
            with self._hot_file() as file:
                return {row["id"]: row for row in file.table(_ROWS).all()}
        except (StoreError, ValueError, KeyError):
            return {}

    def save_rows(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """File at most HOTTEST rows; raise StoreError."""
        (self._path / "hot.tdb").unlink(missing_ok=True)
        with self._hot_file() as file:
            file.table(_ROWS).insert_multiple(list(rows)[:HOTTEST])

    def _case_path(self, case_id: str) -> Path:
        return self._path / "cases" / case_id[:2] / f"{case_id}.tdb"

    def _case_file(self, case_id: str) -> TinyDB:
        envelope = Envelope(self._key, self._vault_id, "case", case_id)
        return TinyDB(self._case_path(case_id), envelope, storage=EnvelopeStorage)

    def _hot_file(self) -> TinyDB:
        envelope = Envelope(self._key, self._vault_id, "rows")
        return TinyDB(self._path / "hot.tdb", envelope, storage=EnvelopeStorage)


def _change(raw: bytes) -> Change:
    # the strict scan was made before the record was believed for the first time
    return read_change(raw, json.loads(raw[SIGNATURE_SIZE:]))
