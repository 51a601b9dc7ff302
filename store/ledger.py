"""The ledger of shreds: how long each was seen here, and what of it was carried out.

Kept in the replica and once more outside it, so that an older copy of the vault brings nothing
back. Bytes: docs/format-vault.md, "Shred".
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from models.errors import ShapeError
from models.strictjson import JSON, dump, scan
from store import folder
from store.change import is_case_id
from store.envelope import Envelope
from store.errors import DamagedError, StoreError
from store.kdf import derive
from store.replica import NEXT, Replica
from store.shred import Gone, Shred
from store.state import keep_outside, outside

NAME: Final = "shreds"
DAY_S: Final = 24 * 60 * 60
WAIT_S: Final = 7 * DAY_S
"""How long a shred is seen on a replica before it is carried out there."""
MOST_S: Final = 6 * DAY_S
"""What one gap between two looks counts for at most: a clock that jumps destroys nothing."""
_LARGEST: Final = 64 * 1024 * 1024  # bytes
_BLOB: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known here of the shred of one case. `done` is a wall clock, empty before.

    `seen` and `last` are seconds since 1970, `waited` seconds. `keys` and `blobs` are the ids of
    what belonged to the case and was deleted, all of it once it is `clean`.
    """

    case_id: str
    order: str
    seen: int
    last: int
    waited: int = 0
    done: str = ""
    clean: bool = False
    keys: frozenset[str] = frozenset()
    blobs: frozenset[str] = frozenset()

    def looked_at(self, now: int) -> Self:
        """Return it as of `now`, seconds since 1970."""
        gap = min(max(now - self.last, 0), MOST_S)
        return replace(self, last=now, waited=self.waited + gap)

    def ripe(self, shred: Shred, now: int) -> bool:
        """Whether the time is over, by what was seen here and by the record's clock too."""
        return self.waited >= WAIT_S and now >= (seconds(shred.wall) or 0) + WAIT_S

    def due(self, shred: Shred) -> int:
        """Return the first second at which it may be carried out, as far as can be told."""
        return max(self.last + WAIT_S - self.waited, (seconds(shred.wall) or 0) + WAIT_S)

    def as_json(self) -> dict[str, JSON]:
        """Return it as it is filed."""
        return {
            "order": self.order,
            "seen": self.seen,
            "last": self.last,
            "waited": self.waited,
            "done": self.done,
            "clean": self.clean,
            "keys": [*sorted(self.keys)],
            "blobs": [*sorted(self.blobs)],
        }


@dataclass(slots=True)
class Ledger:
    """The entries of a replica, by case id."""

    path: Path
    envelope: Envelope
    copy: Path | None
    entries: dict[str, Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, replica: Replica) -> Self:
        """Return the ledger of a replica; a file that is missing or no good says nothing."""
        envelope = envelope_of(replica.key, replica.vault_id)
        found = cls(replica.path / NAME, envelope, outside(replica.vault_id, replica.key, NAME))
        found.entries = found._merged()
        return found

    @property
    def gone(self) -> Gone:
        """What was destroyed here."""
        done = [each for each in self.entries.values() if each.done]
        keys = frozenset(key_id for each in done for key_id in each.keys)
        return Gone(frozenset(each.case_id for each in done), keys)

    def keep(self) -> None:
        """Write both files; raise DiskError for the one in the replica."""
        cases: dict[str, JSON] = {name: each.as_json() for name, each in self.entries.items()}
        raw = self.envelope.seal(dump({"v": 1, "cases": cases}))
        if self.copy is not None:
            keep_outside(self.copy, raw)
        folder.write(self.path, raw)

    def keep_next(self, replica: Replica) -> None:
        """Write both for a replica under its next key, its own beside the present one; DiskError.

        What was destroyed stays known when that key counts.
        """
        if self.entries:
            envelope = envelope_of(replica.key, replica.vault_id)
            copy = outside(replica.vault_id, replica.key, NAME)
            Ledger(_next(self.path), envelope, copy, self.entries).keep()

    def settle(self) -> None:
        """Put in its place what a rekey left beside; the caller holds the lock. DiskError."""
        following = _next(self.path)
        if os.path.lexists(following):
            if self.entries:
                self.keep()
            with contextlib.suppress(OSError):
                following.unlink()

    def _merged(self) -> dict[str, Entry]:
        """Return what both files say; what either calls done is done."""
        ours = _read(self.path, self.envelope)
        other = _read(self.copy, self.envelope) if self.copy else {}
        # an older copy of the vault took the place of the one that these were destroyed in
        found = {name: replace(each, clean=False) for name, each in other.items()}
        done = {name for name, each in other.items() if each.done}
        return found | {n: each for n, each in ours.items() if each.done or n not in done}


def envelope_of(replica_key: bytes, vault_id: bytes) -> Envelope:
    """Return the seal of the ledger."""
    return Envelope(derive(replica_key, vault_id, b"breachcase/vault/1/shreds"), vault_id, NAME)


def read_ledger(path: Path, envelope: Envelope) -> dict[str, Entry]:
    """Return the entries in a file, or in what a rekey left beside it.

    Raises FileNotFoundError, StoreError, ShapeError.
    """
    try:
        data = envelope.unseal(folder.read(path, _LARGEST))
    except (FileNotFoundError, DamagedError):
        if not os.path.lexists(_next(path)):
            raise
        data = envelope.unseal(folder.read(_next(path), _LARGEST))
    match scan(data):
        case {"v": 1, "cases": dict(cases)}:
            found = (_entry(name, value) for name, value in cases.items())
            return {each.case_id: each for each in found if each is not None}
        case _:
            return {}


def seconds(wall: str) -> int | None:
    """Return a wall clock as seconds since 1970, None for what is none."""
    with contextlib.suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(wall)
        return int(moment.timestamp()) if moment.tzinfo else None
    return None


def _next(path: Path) -> Path:
    return path.with_name(path.name + NEXT)


def _read(path: Path, envelope: Envelope) -> dict[str, Entry]:
    try:
        return read_ledger(path, envelope)
    except (FileNotFoundError, StoreError, ShapeError):
        return {}


def _entry(case_id: str, value: JSON) -> Entry | None:
    match value:
        case {
            "order": str(order),
            "seen": int(seen),
            "last": int(last),
            "waited": int(waited),
            "done": str(done),
            "clean": bool(clean),
            "keys": list(keys),
            "blobs": list(blobs),
        } if is_case_id(case_id):
            # they become paths: only what can be an id does
            own = frozenset(each for each in keys if isinstance(each, str) and is_case_id(each))
            files = frozenset(
                each for each in blobs if isinstance(each, str) and _BLOB.fullmatch(each)
            )
            return Entry(case_id, order, seen, last, waited, done, clean, own, files)
        case _:
            return None
