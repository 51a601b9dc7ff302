"""Changing what opens a vault: its header, rewritten under the lock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from store import folder, slots
from store.header import LARGEST, Header, parse_header, unlock
from store.kdf import Cost
from store.lock import Lock
from store.passphrase import check_new
from store.state import Watch


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """An unlocked header, while the lock is held. `notice` is one line, mostly empty."""

    path: Path
    header: Header
    replica_key: bytes
    watch: Watch

    @property
    def notice(self) -> str:
        """Whether this is an older copy than the one last opened here."""
        return self.watch.notice

    def change_passphrase(self, new: bytearray, cost: Cost) -> None:
        """Let `new` open the vault in place of every earlier passphrase.

        The recovery key and all other slots stay. Old copies of the header stay as they are.
        Raises UsageError (weak), StoreError (cost out of limits) and DiskError.
        """
        check_new(new)
        header = self.header
        slot = slots.passphrase_slot(header.vault_id, self.replica_key, new, cost)
        others = (each for each in header.slots if each.kind != slots.PASSPHRASE)
        changed = replace(header, generation=header.generation + 1, slots=(slot, *others))
        raw = changed.pack(self.replica_key)
        unlock(raw, parse_header(raw), new)  # tried before the old one goes
        # what an interrupted change left opens the vault too
        for left in self.path.glob(f"header.*{folder.TEMPORARY}"):
            left.unlink()
        folder.write(self.path / "header", raw)
        self.watch.end(changed.generation)


@contextlib.contextmanager
def unlocked(path: Path, passphrase: bytearray) -> Iterator[Access]:
    """Lend the header of a vault, opened with `passphrase` or the recovery key's text.

    Needs nothing but the header: a passphrase can be changed on a vault that is damaged
    elsewhere. Raises NotAVaultError, WrongPassphraseError, DamagedError, LockedError, StoreError.
    """
    folder.check(path)
    lock = Lock.acquire(path / "lock")
    try:
        raw = folder.read_part(path / "header", LARGEST)
        header = parse_header(raw)
        key = unlock(raw, header, passphrase)
        yield Access(path, header, key, Watch(path, header, key))
    finally:
        lock.release()
