"""The vault: one office's encrypted cases, opened with a passphrase."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

from models.case import Case
from models.errors import MissingError
from models.strictjson import JSON
from models.thread import EVERY_FORM
from store.age import Identity
from store.change import CASE_ID_SIZE, AddOp, AnyOp, Change
from store.errors import UnknownCaseError
from store.fold import CaseState, fold
from store.founding import FIELD, Founding, found
from store.gate import enter, read_header
from store.lock import Lock
from store.number import spoken_number
from store.office import FIELD as OFFICE_FIELD
from store.office import OfficeKeys, kept_offices, next_office, open_office
from store.opener import Opener
from store.pen import Draft
from store.recovery import RecoverySecret
from store.replica import Replica
from store.row import Row, view
from store.session import Session
from store.settings import Settings, settings_of
from store.state import Watch

__all__ = ["CaseState", "Draft", "Founding", "RecoverySecret", "Row", "Settings", "Vault"]


class Vault(Session):
    """An open vault. Reading never waits for anybody; one process at a time writes.

    `commit` returns once the change is on the medium; all else is made up for later.
    """

    def _read(self) -> None:
        super()._read()
        self._opened: tuple[CaseState, tuple[OfficeKeys, ...]] | None = None  # offices, as of then
        self.__dict__.pop("settings", None)

    @classmethod
    def create(
        cls, path: Path, passphrase: bytearray, founding: Founding, wall: str
    ) -> tuple[Self, RecoverySecret]:
        """Make a vault, whole or not at all, and return it open with its recovery secret.

        The secret is kept nowhere. Raises UsageError, StoreError and DiskError.
        """
        replica_key, recovery = found(path, passphrase, founding, wall)
        vault_id = read_header(path)[1].vault_id
        replica = Replica.load(path, replica_key, vault_id, writable=True)
        return cls(replica, Lock.acquire(path / "lock")), recovery

    @classmethod
    def open(cls, path: Path, opener: Opener, *, writable: bool = True) -> Self:
        """Return the vault that a passphrase, the recovery key's text or another key opens.

        Raises NotAVaultError, WrongPassphraseError, DamagedError, LockedError (to write while
        another process does), ReadOnlyError (a medium that takes no lock), StoreError.
        """
        read_header(path)  # no vault: told before a lock is made
        lock = Lock.acquire(path / "lock") if writable else None
        try:
            entered = enter(path, opener)
            key, header = entered.key, entered.header
            vault = cls(Replica.load(path, key, header.vault_id, writable=writable), lock)
            vault._watch = Watch(path, header, key)
            vault._sight = entered.notice
        except BaseException:
            if lock:
                lock.release()
            raise
        return vault

    @property
    def id(self) -> str:
        """64 hex digits: the SHA-256 of record 0."""
        return self._keyring.vault_id.hex()

    @cached_property
    def number(self) -> str:
        """The id as 30 digits in 6 groups, to compare by voice."""
        return spoken_number("vault", self._keyring.vault_id)

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
            kept = kept_offices(state.fields, self._keyring)
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
        return kept_offices(self.log_state().fields, self._keyring)[-1][0]

    def rotate_office(self, recovery: RecoverySecret, *, wall: str) -> None:
        """Give the office its next signing key and a new age identity; the former ones stay.

        The key is the one committed to before, kept only under the recovery key. Raises
        WrongPassphraseError (another vault's), AgeError (mistyped), DamagedError, and as `commit`.
        """
        number, value = kept_offices(self.log_state().fields, self._keyring)[-1]
        following = next_office(self._keyring, number, value, recovery)
        ops = [AddOp(f"{OFFICE_FIELD}{number + 1}", following)]
        self.commit(self.log_id, ops, shown=self.log_state(), wall=wall)

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
        return self.history.state(case_id)

    def state_of(self, case_id: str, changes: Iterable[Change]) -> CaseState:
        """Return what a case would be if only these of its changes had been made."""
        return fold(case_id, changes, self.history.authority)

    def case(self, case_id: str, form: str = "") -> Case:
        """Return the case as the domain sees it; raise UnknownCaseError.

        `form` is which of its forms to look at, empty for the one it began with, EVERY_FORM for
        all of them together. Raises MissingError where the case is not reported on that one.
        """
        found = view(self.state(case_id), form)
        if form not in {"", EVERY_FORM, found.form}:
            raise MissingError(
                "the case is not reported on that form",
                hint=f"forms: {', '.join(found.forms)}; breachcase form add CASE FORM begins one",
            )
        return found

    def glance(self, case_id: str) -> Case:
        """Return a case without keeping it in memory, for a walk over many of them."""
        return view(self.history.glance(case_id))

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

    def put_pieces(
        self, case_id: str, pieces: Iterable[bytes], size: int, sha256: bytes
    ) -> dict[str, JSON]:
        """Keep what `pieces` give, of that size and hash, in constant memory; as `put_blob`.

        They are read to their end; an error of theirs leaves nothing behind.
        """
        self.must_write()
        key, _ = self.history.key_of(case_id)
        return self.blobs.put_pieces(key, pieces, size, sha256)

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
        keys = self.history.keys_of(case_id)
        if not keys:
            raise UnknownCaseError("no case of that id in this vault")
        return self.blobs.pieces(blob_id, keys)
