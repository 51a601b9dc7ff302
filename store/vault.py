"""The vault: one office's encrypted cases, opened with a passphrase."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from models.case import Case
from models.strictjson import JSON
from store import folder, remains
from store.age import Identity
from store.blob import Blobs
from store.cache import Cache
from store.change import CASE_ID_SIZE, AddOp, AnyOp, Change
from store.device import Device
from store.drafting import Drafts
from store.errors import DamagedError, ReadOnlyError, StoreError, UnknownCaseError
from store.fold import CaseState, fold
from store.founding import FIELD, Founding, device_envelope, found, keyring_envelope
from store.header import LARGEST, parse_header, unlock
from store.history import History
from store.index import Index
from store.journal import read_journal
from store.keyring import Keyring
from store.lock import Lock
from store.number import spoken_number
from store.office import FIELD as OFFICE_FIELD
from store.office import OfficeKeys, next_office, open_office
from store.pen import Draft, Pen
from store.recovery import RecoverySecret
from store.row import Row, view
from store.settings import Settings, settings_of
from store.state import Watch
from store.writer import Writer

__all__ = ["CaseState", "Draft", "Founding", "RecoverySecret", "Row", "Settings", "Vault"]

_OWN_FILE: Final = 1024 * 1024  # bytes; device.key and keyring hold a few hundred


class Vault:
    """An open vault. Reading never waits for anybody; one process at a time writes.

    `commit` returns once the change is on the medium; all else is made up for later.
    """

    def __init__(self, path: Path, replica_key: bytes, vault_id: bytes, lock: Lock | None) -> None:
        """Take in an unlocked vault; use `open` or `create`. Raises StoreError."""
        _check_folders(path, writable=lock is not None)
        sealed = device_envelope(replica_key, vault_id).unseal(
            folder.read_part(path / "device.key", _OWN_FILE)
        )
        device = Device.load(sealed)
        sealed = keyring_envelope(replica_key, vault_id).unseal(
            folder.read_part(path / "keyring", _OWN_FILE)
        )
        keyring = Keyring.load(vault_id, sealed)
        self._lock = lock
        self._keyring = keyring
        self._writer = Writer(path / "journal", device, keyring)
        cut = self._writer.recover() if lock else []
        if lock:
            remains.drop(path, device.card("", ()).device_id)
            self._writer.ballast.keep()
        reading = read_journal(path / "journal", keyring)
        reading.notices[:0] = cut
        cache = Cache(path / "cache", vault_id, replica_key)
        self._history = History(path / "keys", keyring, cache, reading)
        self.index = Index(self._history, cache, writable=lock is not None)
        self._blobs = Blobs(path / "blobs", keyring)
        self.device_id: str = device.card("", ()).device_id
        card = self._history.authority.devices.get(self.device_id)
        if card is None:
            raise DamagedError("this device is not enrolled in the vault")
        self._card = card
        self._pen = Pen(self._history, self._writer, device, card)
        self.drafts = Drafts(path / "drafts", keyring.vault_id, replica_key)
        self._opened: tuple[CaseState, tuple[OfficeKeys, ...]] | None = None  # offices, as of then
        self._watch: Watch | None = None  # a vault just made has no older copies

    @classmethod
    def create(
        cls, path: Path, passphrase: bytearray, founding: Founding, wall: str
    ) -> tuple[Self, RecoverySecret]:
        """Make a vault, whole or not at all, and return it open with its recovery secret.

        The secret is kept nowhere. Raises UsageError, StoreError and DiskError.
        """
        replica_key, recovery = found(path, passphrase, founding, wall)
        vault_id = parse_header(folder.read_part(path / "header", LARGEST)).vault_id
        return cls(path, replica_key, vault_id, Lock.acquire(path / "lock")), recovery

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
            vault = cls(path, key, header.vault_id, lock)
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
        return self._history.log_id

    @property
    def notices(self) -> tuple[str, ...]:
        """One line for an older copy, and for each thing that was cut or cannot be read so far."""
        older = self._watch.notice if self._watch else ""
        return (*([older] if older else []), *self._history.notices)

    @property
    def writable(self) -> bool:
        """Whether this session may write."""
        return self._lock is not None and not self._writer.failed

    @cached_property
    def settings(self) -> Settings:
        """Who works here, for which side."""
        return settings_of(self.log_state().values().get(FIELD), self._card)

    @property
    def office(self) -> OfficeKeys:
        """The keys that sign and open bundles; raise DamagedError."""
        return self.offices[-1]

    @property
    def offices(self) -> tuple[OfficeKeys, ...]:
        """Every set of keys that the office had, today's last; raise DamagedError."""
        state = self.log_state()
        if self._opened is None or self._opened[0] is not state:
            kept = self._offices()
            keys = tuple(open_office(value, number, self._keyring) for number, value in kept)
            self._opened = (state, keys)
        return self._opened[1]

    @property
    def office_identities(self) -> tuple[Identity, ...]:
        """What opens bundles that are sealed to any card the office ever had."""
        return tuple(each for keys in reversed(self.offices) for each in keys.identities)

    @property
    def office_number(self) -> int:
        """The number of today's set of keys, from 1; a rotation adds one."""
        return self._offices()[-1][0]

    def _offices(self) -> list[tuple[int, JSON]]:
        fields = self.log_state().fields
        names = [
            name.removeprefix(OFFICE_FIELD) for name in fields if name.startswith(OFFICE_FIELD)
        ]
        numbers = sorted(int(text) for text in names if text.isdigit())
        # where two replicas rotated at once both open, and each replica takes the same one as last
        kept = [
            (number, each.value)
            for number in numbers
            for each in reversed(fields[f"{OFFICE_FIELD}{number}"].values)
        ]
        return kept or [(0, None)]

    def rotate_office(self, recovery: RecoverySecret, *, wall: str) -> None:
        """Give the office its next signing key and a new age identity; the former ones stay.

        The key is the one committed to before, kept only under the recovery key. Raises
        WrongPassphraseError (another vault's), AgeError (mistyped), DamagedError, and as `commit`.
        """
        number, value = self._offices()[-1]
        ops = [
            AddOp(
                f"{OFFICE_FIELD}{number + 1}", next_office(self._keyring, number, value, recovery)
            )
        ]
        self.commit(self.log_id, ops, shown=self.log_state(), wall=wall)

    def log_state(self) -> CaseState:
        """Return the vault log: devices, office, contacts."""
        return self._history.state(self.log_id)

    def rows(self) -> tuple[Row, ...]:
        """Return the case list, the last changed first."""
        return self.index.listing("changed").all()

    def find(self, text: str) -> str:
        """Return the id of the case meant by an id or slug (4 characters will do) or a reference.

        Raises MissingError for none and UsageError for several.
        """
        return self.index.find(text)

    def state(self, case_id: str) -> CaseState:
        """Return the registers and history of a case; raise UnknownCaseError."""
        return self._history.state(case_id)

    def state_of(self, case_id: str, changes: Iterable[Change]) -> CaseState:
        """Return what a case would be if only these of its changes had been made."""
        return fold(case_id, changes, self._history.authority)

    def case(self, case_id: str) -> Case:
        """Return the case as the domain sees it; raise UnknownCaseError."""
        return view(self.state(case_id))

    def new_case_id(self) -> str:
        """Return 32 random hex digits."""
        return secrets.token_hex(CASE_ID_SIZE)

    def foreign_case_id(self, opener: bytes, their_id: str) -> str:
        """Return the local id of a case that the office of that contact id calls `their_id`."""
        return self._keyring.foreign_case_id(opener, their_id)

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
        self._must_write()
        return self._pen.commit(draft, self._keyring.vault_id)

    def put_blob(self, case_id: str, data: bytes) -> dict[str, JSON]:
        """Keep an attachment of a case; return `{"blob","sha256","size"}` for a BlobOp.

        Raises ReadOnlyError and DiskError.
        """
        self._must_write()
        key, _ = self._history.key_of(case_id)
        return self._blobs.put(key, data)

    def put_file(self, case_id: str, descriptor: int) -> dict[str, JSON]:
        """Keep what an open regular file holds as an attachment, in constant memory; as `put_blob`.

        Raises UsageError too when it is larger than 1 GiB or changes while it is read.
        """
        self._must_write()
        key, _ = self._history.key_of(case_id)
        return self._blobs.put_file(key, descriptor)

    def put_pieces(
        self, case_id: str, pieces: Iterable[bytes], size: int, sha256: bytes
    ) -> dict[str, JSON]:
        """Keep what `pieces` give, of that size and hash, in constant memory; as `put_blob`.

        They are read to their end; an error of theirs leaves nothing behind.
        """
        self._must_write()
        key, _ = self._history.key_of(case_id)
        return self._blobs.put_pieces(key, pieces, size, sha256)

    def get_blob(self, case_id: str, blob_id: str) -> bytes:
        """Return an attachment of a case; raise DamagedError, UnknownCaseError."""
        return b"".join(self.blob_pieces(case_id, blob_id))

    def blob_name(self, case_id: str, sha256: str) -> str:
        """Return what an attachment of a case is called whose content has this hash (hex)."""
        return self._keyring.blob_id(case_id, bytes.fromhex(sha256))

    def blob_pieces(self, case_id: str, blob_id: str) -> Iterator[bytes]:
        """Yield an attachment in constant memory; nothing counts before the last piece has come.

        Raises DamagedError, perhaps at the very end, and UnknownCaseError.
        """
        keys = self._history.keys_of(case_id)
        if not keys:
            raise UnknownCaseError("no case of that id in this vault")
        return self._blobs.pieces(blob_id, keys)

    @property
    def unfiled(self) -> int:
        """How many cases have changed since the caches were last brought up to date."""
        return self._history.unfiled

    def write_behind(self, *, compact: bool = True) -> None:
        """Bring the caches up to date; call it when idle. A full disk is no error here.

        Without `compact` an index that needs a new pack is left to `index.compaction`.
        """
        if self._lock:
            with contextlib.suppress(StoreError, OSError):
                self._history.write_behind()
                self.index.write_behind(compact=compact)
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

    def _must_write(self) -> None:
        if not self._lock:
            raise ReadOnlyError(
                "vault is open for reading only", hint="end the other session, or open it again"
            )
        self._writer.must_work()


def _check_folders(path: Path, *, writable: bool) -> None:
    """Raise StoreError for a folder that is not ours alone, or for a vault that lacks its truth.

    The others may be missing: people delete caches, and many movers drop empty folders.
    """
    for name in ("journal", "keys"):
        folder.check(path / name)
    for name in ("grants", "blobs", "cache", "drafts"):
        if writable:
            folder.make(path / name)
        elif os.path.lexists(path / name):
            folder.check(path / name)
