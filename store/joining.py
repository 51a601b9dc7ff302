"""How a replica of a vault begins on another machine: cloned, let in, or recovered."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import MissingError, UsageError
from store import folder, slots
from store.device import Device
from store.errors import NotEnrolledError
from store.founding import DESKS, LONGEST_NAME, seconds
from store.gate import enter, read_header
from store.header import Header
from store.kdf import KEY_SIZE, cost_of
from store.keyring import Keyring
from store.lock import Lock
from store.medium import Folder
from store.number import spoken_number
from store.opener import Opener
from store.passphrase import check_new
from store.pull import Pull
from store.rclone import Remote
from store.recovery import ROLE, RecoverySecret
from store.replica import Replica, begin
from store.role import ADMIN
from store.sync_report import Notes
from store.team import add
from store.vault import Vault


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who makes a replica: the person, the memory of its key derivation, the wall clock."""

    person: str
    kdf_mib: int
    wall: str


def find_vault(found: Iterable[str], number: str) -> bytes:
    """Return which of these vault ids, in hex, has this 30-digit number.

    Raises MissingError where there is none at all, UsageError for another number.
    """
    ids = [bytes.fromhex(each) for each in found]
    if not ids:
        raise MissingError("no vault's files are there", hint="breachcase sync puts them there")
    digits = "".join(number.split())
    for vault_id in ids:
        if "".join(spoken_number("vault", vault_id).split()) == digits:
            return vault_id
    raise UsageError(
        "that is not the number of a vault there",
        hint="take it from the recovery sheet, or from breachcase team ls of a colleague",
    )


def clone(path: Path, passphrase: bytearray, vault_id: bytes, newcomer: Newcomer) -> Device:
    """Make an empty replica with keys of its own; return its device, which nobody knows yet.

    Raises UsageError, StoreError (something is there) and DiskError.
    """
    created = _check(passphrase, newcomer)
    key, device = os.urandom(KEY_SIZE), Device.generate()
    slot = slots.passphrase_slot(vault_id, key, passphrase, cost_of(newcomer.kdf_mib))
    with folder.in_making(path) as draft:
        replica = Replica(draft, key, vault_id, device, Keyring(vault_id, {}))
        begin(replica, Header(vault_id, 1, created, (slot,)))
    return device


def join(path: Path, opener: Opener, root: Path) -> Notes:
    """Take a vault's journal into a clone that an admin has let in; return what came.

    The recovery key opens the replica from then on too. Raises NotEnrolledError where no grant
    is on the medium, and what Vault.open and a sync raise.
    """
    read_header(path)
    lock = Lock.acquire(path / "lock")
    try:
        entered = enter(path, opener)
        header, key = entered.header, entered.key
        replica = Replica.load(path, key, header.vault_id, writable=True)
        notes = Notes()
        pull = Pull(replica, Folder(root, header.vault_id), None, notes)
        cards = pull.run().devices.values()
        recovery = next(card for card in cards if ROLE in card.roles)
        slot = slots.recovery_slot(key, recovery.recipient)
        both = replace(header, generation=header.generation + 1, slots=(*header.slots, slot))
        folder.write(path / "header", both.pack(key))
    finally:
        lock.release()
    return notes


def join_remote(path: Path, opener: Opener, remote: Remote) -> Notes:
    """Join over a remote of rclone's, by way of a folder here; as `join`."""
    vault_id = read_header(path)[1].vault_id
    root = remote.staging(vault_id)
    remote.fetch(vault_id, root)
    return join(path, opener, root)


def recover(
    path: Path, passphrase: bytearray, medium: Folder, secret: RecoverySecret, newcomer: Newcomer
) -> None:
    """Make a replica whose new device the recovery key lets in, as an admin: all others are lost.

    Raises UsageError (another vault's key), AgeError (mistyped), StoreError and DiskError.
    """
    created, vault_id = _check(passphrase, newcomer), medium.vault_id
    key, device, old = os.urandom(KEY_SIZE), Device.generate(), secret.device()
    opened_by = (
        slots.passphrase_slot(vault_id, key, passphrase, cost_of(newcomer.kdf_mib)),
        slots.recovery_slot(key, old.identity.recipient()),
    )
    with folder.in_making(path) as draft:
        empty = Keyring(vault_id, {})
        begin(Replica(draft, key, vault_id, device, empty), Header(vault_id, 1, created, opened_by))
        replica = Replica(draft, key, vault_id, old, empty)
        with _another_key():
            Pull(replica, medium, None, Notes()).run()
        with Vault(replica, Lock.acquire(draft / "lock")) as vault:
            roles = (ADMIN, DESKS[vault.settings.side])
            add(vault, device.card(newcomer.person, ()), roles, wall=newcomer.wall)


@contextmanager
def with_recovery(path: Path, opener: Opener, secret: RecoverySecret) -> Iterator[Vault]:
    """Lend a vault in which the recovery key acts in place of this machine's device.

    It may only let devices in and out, and its word on that goes before any admin's. Raises
    UsageError (another vault's key), AgeError (mistyped), and what Vault.open raises.
    """
    read_header(path)
    lock = Lock.acquire(path / "lock")
    try:
        entered = enter(path, opener)
        header, key = entered.header, entered.key
        replica = Replica.load(path, key, header.vault_id, writable=True)
        with _another_key():
            vault = Vault(replace(replica, device=secret.device()), lock)
    except BaseException:
        lock.release()
        raise
    with vault:
        yield vault


def device_of(path: Path, opener: Opener) -> tuple[Device, bytes]:
    """Return the device of a replica, let in or not, and the id of its vault; as Vault.open."""
    entered = enter(path, opener)
    vault_id = entered.header.vault_id
    return Replica.load(path, entered.key, vault_id, writable=False).device, vault_id


def _check(passphrase: bytearray, newcomer: Newcomer) -> int:
    """Return the time of making; raise UsageError for what no replica can begin with."""
    if not 0 < len(newcomer.person.strip()) <= LONGEST_NAME:
        raise UsageError(f"a person needs a name of 1 to {LONGEST_NAME} characters")
    check_new(passphrase)
    return seconds(newcomer.wall)


@contextmanager
def _another_key() -> Iterator[None]:
    try:
        yield
    except NotEnrolledError:
        raise UsageError(
            "that recovery key opens nothing of this vault",
            hint="compare the vault number on its sheet",
        ) from None
