"""The vault: one office's encrypted cases, opened with a passphrase."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from models.case import Case
from models.strictjson import JSON
from store import folder, remains
from store.blob import Blobs
from store.cache import Cache
from store.chain import closed_names, fork_notice, forked_at
from store.change import CASE_ID_SIZE, AnyOp, Change
from store.drafting import Drafts
from store.errors import ReadOnlyError, StoreError, UnknownCaseError
from store.fold import CaseState, fold
from store.founding import FIELD, Founding, found
from store.header import LARGEST, parse_header, unlock
from store.history import History
from store.journal import read_journal
from store.keyring import FIRST
from store.lock import Lock
from store.number import spoken_number
from store.office import OfficeKeys, open_offices
from store.pen import Draft, Pen
from store.recovery import RecoverySecret
from store.replica import Replica, not_let_in
from store.role import RECOVERY
from store.roster import Authority
from store.row import Row, view
from store.rows import Rows
from store.settings import Settings, settings_of
from store.state import Watch
from store.writer import Writer

__all__ = ["CaseState", "Draft", "Founding", "RecoverySecret", "Row", "Settings", "Vault"]


class Vault:
    """An open vault. Reading never waits for anybody; one process at a time writes.

    `commit` returns once the change is on the medium; all else is made up for later. `replica`,
    `history` and `blobs` are for the modules of the store.
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

    def _read(self) -> None:
        """Read the journal and what follows from it; raise StoreError."""
        path, device, keyring = self.replica.path, self.replica.device, self.replica.keyring
        self._writer = Writer(path / "journal", device, keyring)
        cut = self._writer.recover() if self._lock else []
        if self._lock:
            self._writer.ballast.keep()
        reading = read_journal(path / "journal", keyring)
        reading.notices[:0] = cut
        cache = Cache(path / "cache", self.replica.vault_id, self.replica.key)
        self.history = History(path / "keys", keyring, cache, reading)
        self._rows = Rows(self.history, cache)
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
        self.__dict__.pop("settings", None)

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

    @classmethod
    def create(
        cls, path: Path, passphrase: bytearray, founding: Founding, wall: str
    ) -> tuple[Self, RecoverySecret]:
        """Make a vault, whole or not at all, and return it open with its recovery secret.

        The secret is kept nowhere. Raises UsageError, StoreError and DiskError.
        """
        replica_key, recovery = found(path, passphrase, founding, wall)
        vault_id = parse_header(folder.read_part(path / "header", LARGEST)).vault_id
        replica = Replica.load(path, replica_key, vault_id, writable=True)
        return cls(replica, Lock.acquire(path / "lock")), recovery

    @classmethod
    def open(cls, path: Path, passphrase: bytearray, *, writable: bool = True) -> Self:
        """Return the vault that `passphrase`, or the recovery key's text, opens.

        Raises NotAVaultError, WrongPassphraseError, DamagedError, LockedError (to write while
        another process does), ReadOnlyError (a medium that takes no lock), StoreError.
        """
        folder.check(path)
        raw = folder.read_part(path / "header", LARGEST)
        header = parse_header(raw)
        lock = Lock.acquire(path / "lock") if writable else None
        try:
            key = unlock(raw, header, passphrase)
            vault = cls(Replica.load(path, key, header.vault_id, writable=writable), lock)
            vault._watch = Watch(path, header, key)
        except BaseException:
            if lock:
                lock.release()
            raise
        return vault

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
    def id(self) -> str:
        """64 hex digits: the SHA-256 of record 0."""
        return self._keyring.vault_id.hex()

    @cached_property
    def number(self) -> str:
        """The id as 30 digits in 6 groups, to compare by voice."""
        return spoken_number("vault", self._keyring.vault_id)

    @property
    def log_id(self) -> str:
        """The id under which the records of no case are kept."""
        return self.history.log_id

    @property
    def notices(self) -> tuple[str, ...]:
        """One line for an older copy, and for each thing that was cut or cannot be read so far."""
        older = self._watch.notice if self._watch else ""
        own = (older, self._fork, self._removal, self._aside)
        return (*filter(None, own), *self.history.notices)

    @property
    def writable(self) -> bool:
        """Whether this session may write."""
        out = self.device_id in self.authority.removed
        return self._lock is not None and not (out or self._writer.failed)

    @cached_property
    def settings(self) -> Settings:
        """Who works here, for which side."""
        return settings_of(self.log_state().values().get(FIELD), self._card)

    @property
    def office(self) -> OfficeKeys:
        """The keys that sign and open bundles; raise DamagedError."""
        return self.offices[0]

    @property
    def offices(self) -> tuple[OfficeKeys, ...]:
        """The keys of the office, then those it had before, the latest first; raise DamagedError.

        What was sealed to earlier ones is still on its way, and correspondence goes on under them.
        """
        return open_offices(self.log_state().values(), self._keyring)

    def log_state(self) -> CaseState:
        """Return the vault log: devices, office, contacts."""
        return self.history.state(self.log_id)

    def rows(self) -> tuple[Row, ...]:
        """Return the case list, the last changed first."""
        return self._rows.all()

    def find(self, text: str) -> str:
        """Return the id of the case meant by an id or slug (4 characters will do) or a reference.

        Raises MissingError for none and UsageError for several.
        """
        return self._rows.find(text)

    def state(self, case_id: str) -> CaseState:
        """Return the registers and history of a case; raise UnknownCaseError."""
        return self.history.state(case_id)

    def state_of(self, case_id: str, changes: Iterable[Change]) -> CaseState:
        """Return what a case would be if only these of its changes had been made."""
        return fold(case_id, changes, self.history.authority)

    def case(self, case_id: str) -> Case:
        """Return the case as the domain sees it; raise UnknownCaseError."""
        return view(self.state(case_id))

    def new_case_id(self) -> str:
        """Return 32 random hex digits."""
        return secrets.token_hex(CASE_ID_SIZE)

    def foreign_case_id(self, opener_key: bytes, their_id: str) -> str:
        """Return the local id of a case that the holder of `opener_key` calls `their_id`."""
        return self._keyring.foreign_case_id(opener_key, their_id)

    def commit(
        self,
        case_id: str,
        ops: Sequence[AnyOp],
        *,
        shown: CaseState | None,
        wall: str,
        why: str = "",
    ) -> Change:
        """Save a change to a case, new or known, and return it once it is on the medium.

        `shown` is the state the person had in view: its values are what the ops replace. `wall`
        is evidence only. Raises UsageError (role, sealed report), ReadOnlyError, DiskError.
        """
        return self.write(Draft(case_id, ops, shown, wall, why))

    def write(self, draft: Draft) -> Change:
        """Save a change that may say what it takes back or resolves; as `commit`."""
        self.must_write()
        return self._pen.commit(draft, self._keyring.vault_id)

    def put_blob(self, case_id: str, data: bytes) -> dict[str, JSON]:
        """Keep an attachment of a case; return `{"blob","sha256","size"}` for a BlobOp.

        Raises ReadOnlyError and DiskError.
        """
        self.must_write()
        key, _ = self.history.key_of(case_id)
        return self.blobs.put(key, data)

    def put_file(self, case_id: str, descriptor: int) -> dict[str, JSON]:
        """Keep what an open regular file holds as an attachment, in constant memory; as `put_blob`.

        Raises UsageError too when it is larger than 1 GiB or changes while it is read.
        """
        self.must_write()
        key, _ = self.history.key_of(case_id)
        return self.blobs.put_file(key, descriptor)

    def get_blob(self, case_id: str, blob_id: str) -> bytes:
        """Return an attachment of a case; raise DamagedError, UnknownCaseError."""
        return b"".join(self.blob_pieces(case_id, blob_id))

    def blob_pieces(self, case_id: str, blob_id: str) -> Iterator[bytes]:
        """Yield an attachment in constant memory; nothing counts before the last piece has come.

        Raises DamagedError, perhaps at the very end, and UnknownCaseError.
        """
        keys = self.history.keys_of(case_id)
        if not keys:
            raise UnknownCaseError("no case of that id in this vault")
        return self.blobs.pieces(blob_id, keys)

    def write_behind(self) -> None:
        """Bring the caches up to date; call it when idle. A full disk is no error here."""
        if self._lock:
            with contextlib.suppress(StoreError, OSError):
                self.history.write_behind()
                self._rows.write_behind()
            self._writer.ballast.keep()

    def close(self) -> None:
        """End the session: caches, the segment's trailer, the lock. No saved change needs it."""
        if self._lock:
            self.drafts.close()
            self.write_behind()
            with contextlib.suppress(StoreError):
                self._writer.close()
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
    def _fork(self) -> str:
        seq = forked_at(closed_names(self.replica.path / "journal" / self.device_id))
        return fork_notice(self.device_id, seq) if seq else ""
