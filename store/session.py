"""A session with a vault: its replica, unlocked and read; the lock, the notices, the end."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from types import TracebackType
from typing import Self

from store import remains
from store.blob import Blobs
from store.cache import Cache
from store.chain import closed_names, fork_notice, forked_at
from store.drafting import Drafts
from store.erasure import finish, sweep
from store.errors import DiskError, ReadOnlyError, StoreError
from store.feed import Feed
from store.fold import CaseState
from store.history import History
from store.index import Index
from store.journal import read_journal
from store.keyring import FIRST
from store.ledger import Ledger
from store.lock import Lock
from store.pen import Pen
from store.replica import Replica, not_let_in
from store.role import RECOVERY
from store.roller import roll_up
from store.roster import Authority
from store.shred import standing
from store.state import Watch
from store.writer import Writer


class Session:
    """What an open vault rests on, and what has to be said of it.

    `replica`, `history`, `ledger` and `blobs` are for the modules of the store.
    """

    def __init__(self, replica: Replica, lock: Lock | None) -> None:
        """Take in an unlocked vault; use `open` or `create`. Raises StoreError."""
        self.replica = replica
        if not self.replica.keyring.epochs:
            raise not_let_in()
        self._lock = lock
        if lock:
            remains.drop(replica.path, replica.device_id)
        self._read()
        self.drafts = Drafts(replica.path / "drafts", replica.vault_id, replica.key)
        self._watch: Watch | None = None  # a vault just made has no older copies
        self._sight = ""  # what is to be said where a key opened a copy that is new here

    def _read(self) -> None:
        """Read the journal and what follows from it; raise StoreError."""
        path, device, keyring = self.replica.path, self.replica.device, self.replica.keyring
        self.ledger = Ledger.of(self.replica)
        left = self._swept()
        self._writer = Writer(path / "journal", device, keyring)
        cut = self._writer.recover() if self._lock else []
        if self._lock:
            self._writer.ballast.keep()
        cache = Cache(path / "cache", self.replica.vault_id, self.replica.key)
        feed = Feed(cache, keyring)
        reading = read_journal(path / "journal", keyring, feed.recall)
        reading.notices[:0] = cut
        self.history = History(path / "keys", keyring, cache, feed, reading, self.ledger.gone)
        self.index = Index(self.history, cache, writable=self._lock is not None)
        left = left or self._finished()
        if left:
            self.history.notices.append(f"files of destroyed cases are still here: {left}")
        self.device_id: str = self.replica.device_id
        card = self.authority.devices.get(self.device_id)
        if card is None:
            raise not_let_in()
        if RECOVERY in card.roles:  # what it says everybody must be able to read
            retired = frozenset(keyring.epochs.keys() - {FIRST})
            self.history.keyring = replace(keyring, retired=retired)
        self._keyring = self._writer.keyring = self.history.keyring
        self._card = card
        self.blobs = Blobs(path / "blobs", self._keyring)
        self._pen = Pen(self.history, self._writer, device, card)

    def _swept(self) -> str:
        """Delete what a shred left, and what of it came back; return why that failed, or ""."""
        try:
            if self._lock:
                sweep(self.replica, self.ledger)
        except DiskError as error:  # tried again at the next opening; nothing of it is read
            return error.message
        return ""

    def _finished(self) -> str:
        try:
            if self._lock:
                finish(self.replica, self.ledger, self.history, self.index)
        except DiskError as error:
            return error.message
        return ""

    def settle(self) -> None:
        """Close the growing segment, so that it can be copied; raise DiskError."""
        self._writer.close()

    def read_again(self) -> None:
        """Read what others brought; raise StoreError."""
        self.write_behind()
        self.settle()
        self._read()

    @property
    def authority(self) -> Authority:
        """Who belongs to the vault and what of theirs counts."""
        return self.history.authority

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def log_id(self) -> str:
        """The id under which the records of no case are kept."""
        return self.history.log_id

    @property
    def notices(self) -> tuple[str, ...]:
        """One line for an older copy, and for each thing that was cut or cannot be read so far."""
        older = self._watch.notice if self._watch else ""
        own = (self._sight, older, self._fork, self._removal, self._aside, self._condemned)
        return (*filter(None, own), *self.history.notices)

    @property
    def writable(self) -> bool:
        """Whether this session may write."""
        out = self.device_id in self.authority.removed
        return self._lock is not None and not (out or self._writer.failed)

    def log_state(self) -> CaseState:
        """Return the vault log: devices, office, contacts."""
        return self.history.state(self.log_id)

    @property
    def unfiled(self) -> int:
        """How many cases have changed since the caches were last brought up to date."""
        return self.history.unfiled

    def write_behind(self, *, compact: bool = True) -> None:
        """Bring the caches up to date; call it when idle. A full disk is no error here.

        Without `compact` an index that needs a new pack is left to `index.compaction`, and the
        feed index to the end of the session.
        """
        if self._lock:
            with contextlib.suppress(StoreError, OSError):
                self.history.write_behind()
                self.index.write_behind(compact=compact)
                if compact:
                    self.history.file_feed()
            self._writer.ballast.keep()

    def close(self) -> None:
        """End the session: caches, the segment's trailer, the lock. No saved change needs it."""
        if self._lock:
            self.drafts.close()
            self.write_behind()
            remains.drop_crowd(self.replica.path)
            with contextlib.suppress(StoreError, OSError):
                self._writer.close()
                roll_up(self.replica.path / "journal" / self.replica.device_id)
            if self._watch:
                self._watch.end()
            self._lock.release()
            self._lock = None

    def must_write(self) -> None:
        """Raise ReadOnlyError or DiskError where nothing can be saved."""
        if not self._lock:
            raise ReadOnlyError(
                "vault is open for reading only", hint="end the other session, or open it again"
            )
        if self.device_id in self.authority.removed:
            raise ReadOnlyError(
                "this device was removed from the vault", hint="what is here can still be read"
            )
        self._writer.must_work()

    @property
    def _removal(self) -> str:
        out = self.device_id in self.authority.removed
        return "this device was removed from the vault: it can be read only" if out else ""

    @property
    def _aside(self) -> str:
        count = len(self.history.quarantined)
        said = f"quarantined segments of removed devices: {count} (breachcase team ls)"
        return said if count else ""

    @property
    def _condemned(self) -> str:
        orders = standing(self.log_state())
        count = sum(self.history.knows(case_id) for case_id in orders)
        said = f"cases ordered to be destroyed: {count} (breachcase ls --shredded)"
        return said if count else ""

    @property
    def _fork(self) -> str:
        seq = forked_at(closed_names(self.replica.path / "journal" / self.device_id))
        return fork_notice(self.device_id, seq) if seq else ""
