"""All keys of a replica made anew: its replica key, its device, and with that device an epoch.

Old copies of its header open nothing that is here any more, and who has an old copy of all of it
is put out as a device that was removed. What was sealed before stays as it was sealed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from models.errors import UsageError
from store import folder, slots, unlocking
from store.access import Access, put_header, unlocked
from store.age.keys import KINDS, Recipient
from store.device import Device
from store.errors import ReadOnlyError
from store.gate import Entered
from store.header import parse_header, unlock
from store.kdf import KEY_SIZE
from store.ledger import NAME as LEDGER
from store.ledger import Ledger
from store.opener import Opener, ReplicaKey
from store.place import check as check_place
from store.replica import NEXT, Replica, keep_next
from store.role import RECOVERY
from store.slots import Slot
from store.team import is_admin, remove, renew
from store.vault import Vault

WHY: Final = "rekey"
"""The reason that the history gives for the removal of the device before."""


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """The new device, the epoch that is written under from now on; a notice, mostly empty."""

    device: str
    epoch: int
    notice: str


def rekey(path: Path, opener: Opener, *, wall: str) -> Rekeyed:
    """Make the keys of a replica anew, in three steps of which each leaves a whole vault.

    A rekey that was cut off is gone on with by the next one. Raises UsageError (not an admin's, an
    open draft, a slot that cannot be carried over), and what Vault.open and Vault.commit raise.
    """
    with unlocked(path, opener) as access:
        notice = access.notice
        key = _new_replica_key(access, opener)
    by_key = ReplicaKey(key)
    with Vault.open(path, by_key) as vault:
        _begin_device(vault, wall)
    with Vault.open(path, by_key) as vault:
        for each in vault.replica.keyring.leaving:
            known = each in vault.authority.devices and each not in vault.authority.removed
            if known and each != vault.device_id:
                remove(vault, each, WHY, wall=wall)
        vault.replica.keep_keyring(replace(vault.replica.keyring, leaving=()))
        return Rekeyed(vault.device_id, vault.history.keyring.latest, notice)


def _begin_device(vault: Vault, wall: str) -> None:
    """Give the replica a new device, and note which ones are to be put out."""
    keyring, device = vault.replica.keyring, Device.generate()
    # the new one too: let in and then lost, where the process ends before it is kept
    leaving = (*keyring.leaving, vault.device_id, device.card("", ()).device_id)
    vault.replica.keep_keyring(replace(keyring, leaving=tuple(dict.fromkeys(leaving))))
    renew(vault, device, wall=wall)


def _new_replica_key(access: Access, opener: Opener) -> bytes:
    """Put a new replica key in the place of the old one, which opens nothing from then on."""
    path, old = access.path, access.entered
    with Vault.open(path, ReplicaKey(old.key), writable=False) as vault:
        _check(vault)
        replica = vault.replica
        recovery = next(each for each in vault.authority.devices.values() if RECOVERY in each.roles)
    key, known = os.urandom(KEY_SIZE), replica.keyring.recipients
    wrapped = [
        slots.recovery_slot(key, recovery.recipient)
        if slot.is_recovery
        else _wrapped(slot, key, old, opener, known)
        for slot in old.header.slots
    ]
    header = replace(old.header, generation=old.header.generation + 1, slots=tuple(wrapped))
    raw = header.pack(key)
    unlock(raw, parse_header(raw), opener)  # tried before the old one goes
    pairs = zip(old.header.slots, wrapped, strict=True)
    named = {new.name: known[slot.name] for slot, new in pairs if slot.name in known}
    keyring = replace(replica.keyring, recipients=named)
    following = Replica(path, key, replica.vault_id, replica.device, keyring)
    keep_next(following)
    ledger = Ledger.of(replica)
    ledger.keep_next(following)
    put_header(path, raw)  # from here on the new key counts
    check_place(path, header.vault_id, key, proven=True, by_key=False)
    access.watch.end(header.generation)
    unlocking.drop(path, header.vault_id)
    for name in ("device.key", "keyring", *([LEDGER] if ledger.entries else [])):
        folder.put_in_place(path / f"{name}{NEXT}", path / name)
    shutil.rmtree(path / "cache", ignore_errors=True)  # sealed under the old key
    return key


def _wrapped(
    slot: Slot, key: bytes, old: Entered, opener: Opener, known: Mapping[str, str]
) -> Slot:
    """Return a slot that wraps the new key for who opened `slot`; raise UsageError."""
    cost = slots.cost_of_slot(slot)
    if cost and slot == old.slot and isinstance(opener, bytearray):
        return slots.passphrase_slot(old.header.vault_id, key, opener, cost)
    if slot.name in known:
        return slots.recipient_slot(key, Recipient.parse(known[slot.name], KINDS))
    raise _not_carried(slot)


def _check(vault: Vault) -> None:
    """Raise what keeps this device from a rekey, before anything is done."""
    if vault.device_id in vault.authority.removed:
        raise ReadOnlyError(
            "this device was removed from the vault", hint="what is here can still be read"
        )
    if not is_admin(vault):
        raise UsageError(
            "only an admin rekeys: a new epoch begins with it",
            hint="have your device removed and let in anew, or change the passphrase",
        )
    if vault.drafts.left():
        raise UsageError(
            "something typed waits to be saved, sealed under the old key",
            hint="open the app and save or discard it first",
        )


def _not_carried(slot: Slot) -> UsageError:
    if slot.kind == slots.PASSPHRASE:
        return UsageError(
            f"slot {slot.name[:8]} is for a passphrase that was not given",
            hint="give that one, or take it out first: breachcase vault slots rm",
        )
    return UsageError(
        f"slot {slot.name[:8]} does not say for whom it is",
        hint="take it out first (breachcase vault slots rm), and add it again afterwards",
    )
