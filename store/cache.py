"""What is kept so that it need not be worked out again: case files, hot table, row pack, runs.

All of it is sealed, belongs to this replica, and may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tinydb import TinyDB

from models.version import VERSION
from store import folder
from store.binder import write_pack
from store.change import Change
from store.envelope import Envelope
from store.errors import DamagedError, StoreError
from store.kdf import derive
from store.pack import Pack, empty, open_pack
from store.record import read_change
from store.run import Run, Told, open_run, write_run
from store.signing import SIGNATURE_SIZE
from store.slip import Slip
from store.storage import EnvelopeStorage

_STATE, _CHANGES, _ROWS = "state", "changes", "rows"


@dataclass(frozen=True, slots=True)
class Hot:
    """The hot table: the slips that take the place of those in the pack called `pack`.

    `gone` are the cases of the pack that are no more. `covers` is the digest of the journal that
    both together were made from, `remade` how often a file of the index had to be made again.
    """

    pack: str = ""
    covers: str = ""
    slips: tuple[Slip, ...] = ()
    gone: tuple[str, ...] = ()
    remade: int = 0


class Cache:
    """The sealed files under `cache/`: TinyDB files, the row pack, the runs of the feed index.

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

    def load_pack(self) -> Pack:
        """Return the row pack, an empty one where there is none; raise DamagedError."""
        try:
            return open_pack(self._path / "rows.pack", self._seal)
        except FileNotFoundError:
            return empty(self._seal)

    def empty_pack(self) -> Pack:
        """Return a row pack of no case."""
        return empty(self._seal)

    def save_pack(self, covers: str, slips: Iterable[Slip]) -> None:
        """Replace the row pack, whole or not at all; raise DiskError, DamagedError."""
        write_pack(self._path / "rows.pack", self._seal, covers, slips)

    def load_hot(self) -> Hot:
        """Return the hot table, an empty one where there is none; raise DamagedError."""
        try:
            with self._hot_file() as file:
                return _hot(file)
        except (ValueError, KeyError, TypeError):
            raise DamagedError("the hot table is of another version") from None

    def save_hot(self, hot: Hot) -> None:
        """Replace the hot table; a pack that it does without goes. Raises StoreError, OSError."""
        told = {"by": VERSION, "pack": hot.pack, "covers": hot.covers, "remade": hot.remade}
        state = {"1": {**told, "gone": [*hot.gone]}}
        rows = {str(number): _row(slip) for number, slip in enumerate(hot.slips, 1)}
        with self._hot_file() as file:
            file.storage.write({_STATE: state, _ROWS: rows})  # one write: insert makes one a table
        if not hot.pack:
            (self._path / "rows.pack").unlink(missing_ok=True)

    def load_runs(self) -> tuple[list[Run], list[Path]]:
        """Return the runs of the feed index, the oldest first, and the files that are none."""
        runs: list[Run] = []
        useless: list[Path] = []
        for path in sorted(self._feed.glob("*")):
            try:
                runs.append(open_run(path, self._run_seal))
            except (FileNotFoundError, DamagedError):
                useless.append(path)
        return runs, useless

    def save_run(self, log_id: str, segments: Iterable[Told], rows: Iterable[bytes]) -> None:
        """File another run of the feed index; raise DiskError, DamagedError."""
        for path in (self._path, self._feed):
            folder.make(path, durable=False)
        last = max((int(each.name) for each in self._feed.glob("[0-9]" * 10)), default=0)
        write_run(self._feed / f"{last + 1:010d}", self._run_seal, log_id, segments, rows)

    def drop_runs(self, paths: Iterable[Path]) -> None:
        """Delete files of the feed index that are of no use any more."""
        for path in paths:
            with contextlib.suppress(OSError):
                path.unlink()

    @property
    def _feed(self) -> Path:
        return self._path / "feed"

    def _case_path(self, case_id: str) -> Path:
        return self._path / "cases" / case_id[:2] / f"{case_id}.tdb"

    def _case_file(self, case_id: str) -> TinyDB:
        envelope = Envelope(self._key, self._vault_id, "case", case_id)
        return TinyDB(self._case_path(case_id), envelope, storage=EnvelopeStorage)

    def _hot_file(self) -> TinyDB:
        envelope = Envelope(self._key, self._vault_id, "hot")
        return TinyDB(self._path / "hot.tdb", envelope, storage=EnvelopeStorage)

    def _seal(self, name: str) -> Envelope:
        return Envelope(self._key, self._vault_id, "pack", name)

    def _run_seal(self, name: str) -> Envelope:
        return Envelope(self._key, self._vault_id, "feed", name)


def _row(slip: Slip) -> dict[str, str]:
    return {"row": slip.row.decode(), "text": slip.text.decode(), "covers": slip.covers}


def _hot(file: TinyDB) -> Hot:
    state = file.table(_STATE).all()
    if not state:
        return Hot()
    (told,) = state
    if told["by"] != VERSION:
        raise DamagedError("the hot table is of another version")
    slips = tuple(
        Slip.of(each["row"].encode(), each["text"].encode(), each["covers"])
        for each in file.table(_ROWS).all()
    )
    return Hot(told["pack"], told["covers"], slips, tuple(told["gone"]), told["remade"])


def _change(raw: bytes) -> Change:
    # the strict scan was made before the record was believed for the first time
    return read_change(raw, json.loads(raw[SIGNATURE_SIZE:]))
