"""Changing what opens a replica: its header, rewritten under the lock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from models.errors import MissingError, UsageError
from store import folder, slots, unlocking
from store.age.keys import KINDS, Recipient
from store.gate import Entered, enter, read_header
from store.header import LARGEST, Header, parse_header, unlock
from store.kdf import Cost
from store.lock import Lock
from store.opener import Opener, ReplicaKey
from store.passphrase import check_new
from store.replica import keep_keyring, read_keyring
from store.slots import Slot
from store.state import Watch

_SHORTEST: Final = 4  # characters that a slot is named by


@dataclass(slots=True, repr=False)
class Access:
    """An unlocked header, while the lock is held; `entered` is as it was found, `header` as it is.

    `notice` is one line, mostly empty.
    """

    path: Path
    entered: Entered
    watch: Watch
    header: Header

    @property
    def notice(self) -> str:
        """Whether this is an older copy than the one last opened here, or opened by a key first."""
        return "; ".join(filter(None, (self.entered.notice, self.watch.notice)))

    def change_passphrase(self, new: bytearray, cost: Cost) -> tuple[Slot, ...]:
        """Let `new` open the vault in place of the passphrase that opened it; lock the vault.

        Opened by a key instead, in place of every passphrase. All other slots stay; those for
        another passphrase are returned. Old copies of the header stay as they are. Raises
        UsageError (weak), StoreError (cost out of limits) and DiskError.
        """
        check_new(new)
        key, mine = self.entered.key, self.entered.slot
        slot = slots.passphrase_slot(self.header.vault_id, key, new, cost)
        gone = [each for each in self.header.slots if each.kind == slots.PASSPHRASE]
        if self.entered.by_passphrase:
            gone = [each for each in gone if each == mine]
        others = [each for each in self.header.slots if each not in gone]
        self._rewrite((slot, *others), tried=new)
        unlocking.drop(self.path, self.header.vault_id)
        return tuple(each for each in others if each.kind == slots.PASSPHRASE)

    def add_passphrase(self, new: bytearray, cost: Cost) -> Slot:
        """Let one more passphrase open the vault; raises as `change_passphrase`, or for no room."""
        check_new(new)
        slot = slots.passphrase_slot(self.header.vault_id, self.entered.key, new, cost)
        self._rewrite((*self.header.slots, slot), tried=new)
        return slot

    def add_recipient(self, text: str) -> Slot:
        """Let the identity of an age or ssh-ed25519 recipient open the vault.

        Raises AgeError (no such recipient), UsageError (no room, in already) and DiskError.
        """
        recipient = Recipient.parse(text.strip(), KINDS)
        vault_id, key = self.header.vault_id, self.entered.key
        keyring = read_keyring(self.path, key, vault_id, writable=True)
        names = {each.name for each in self.header.slots}
        known = {name: each for name, each in keyring.recipients.items() if name in names}
        if recipient.text() in known.values():
            raise UsageError(
                "that recipient opens this vault already", hint="breachcase vault slots ls"
            )
        slot = slots.recipient_slot(key, recipient)
        slots_now = (*self.header.slots, slot)
        self._check_room(slots_now)
        # first: a name of no slot does no harm, a slot without one could not be rekeyed
        keep_keyring(
            self.path, key, replace(keyring, recipients={**known, slot.name: recipient.text()})
        )
        self._rewrite(slots_now)
        return slot

    def remove(self, slot: Slot) -> None:
        """Let a slot open the vault no more, and lock it; raise UsageError (the last), DiskError.

        Old copies of the header stay as they are.
        """
        left = tuple(each for each in self.header.slots if each != slot)
        if all(each.is_recovery for each in left):
            what = "only the recovery key" if left else "nothing"
            raise UsageError(
                f"without this slot {what} would open the vault",
                hint="add another first: breachcase vault slots add",
            )
        self._rewrite(left)
        unlocking.drop(self.path, self.header.vault_id)

    def find(self, text: str) -> Slot:
        """Return the slot that an id, or at least 4 characters of its beginning, means.

        Raises MissingError for none and UsageError for several.
        """
        wanted = text.strip().lower()
        alike = [each for each in self.header.slots if each.name.startswith(wanted)]
        if len(wanted) < _SHORTEST or not alike:
            raise MissingError("no slot of that id", hint="breachcase vault slots ls lists them")
        if len(alike) > 1:
            raise UsageError(f"{len(alike)} slots begin so", hint="give more of the id")
        return alike[0]

    def _check_room(self, slots_now: tuple[Slot, ...]) -> None:
        """Raise UsageError for more slots, or bytes, than a header holds."""
        size = len(replace(self.header, slots=slots_now).pack(self.entered.key))
        if len(slots_now) > slots.MOST or size > LARGEST:
            raise UsageError(
                f"the header has no room: at most {slots.MOST} slots in {LARGEST} bytes",
                hint="breachcase vault slots rm one first",
            )

    def _rewrite(self, slots_now: tuple[Slot, ...], tried: bytearray | None = None) -> None:
        """Put a header with these slots in place, once `tried` or the key itself opens it."""
        self._check_room(slots_now)
        key = self.entered.key
        changed = replace(self.header, generation=self.header.generation + 1, slots=slots_now)
        raw = changed.pack(key)
        unlock(raw, parse_header(raw), ReplicaKey(key) if tried is None else tried)
        put_header(self.path, raw)
        self.header = changed
        self.watch.end(changed.generation)


def put_header(path: Path, raw: bytes) -> None:
    """Let `raw` be the header of the replica in the folder `path`; raise DiskError."""
    # what an interrupted change left opens the vault too
    for left in path.glob(f"header.*{folder.TEMPORARY}"):
        left.unlink()
    folder.write(path / "header", raw)


@contextlib.contextmanager
def unlocked(path: Path, opener: Opener) -> Iterator[Access]:
    """Lend the header of a vault, opened with a passphrase, the recovery key or another one.

    Needs nothing but the header: a passphrase can be changed on a vault that is damaged
    elsewhere. Raises NotAVaultError, WrongPassphraseError, DamagedError, LockedError, StoreError.
    """
    read_header(path)
    lock = Lock.acquire(path / "lock")
    try:
        entered = enter(path, opener)
        watch = Watch(path, entered.header, entered.key)
        yield Access(path, entered, watch, entered.header)
    finally:
        lock.release()


def listed(path: Path, opener: Opener) -> tuple[Entered, dict[str, str]]:
    """Return what is in the header, and for whom its age slots are, by slot id as far as known.

    Takes no lock. Raises as `unlocked`, but for LockedError.
    """
    entered = enter(path, opener)
    keyring = read_keyring(path, entered.key, entered.header.vault_id)
    return entered, dict(keyring.recipients)
