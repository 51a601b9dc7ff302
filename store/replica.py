"""A replica: one copy of a vault on one machine, with the keys that are its own."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from store import folder
from store.device import Device
from store.envelope import Envelope
from store.errors import DamagedError, NotEnrolledError
from store.header import Header
from store.kdf import derive
from store.keyring import Keyring

NEXT: Final = ".next"
OWN_FILE: Final = 1024 * 1024  # bytes; device.key and keyring hold a few hundred
FOLDERS: Final = ("journal", "keys", "grants", "blobs", "cache", "drafts")
_TRUTH: Final = ("journal", "keys")


@dataclass(slots=True, repr=False)
class Replica:
    """An unlocked replica: its folder, its key, and what that key opens."""

    path: Path
    key: bytes
    vault_id: bytes
    device: Device
    keyring: Keyring

    @classmethod
    def load(cls, path: Path, key: bytes, vault_id: bytes, *, writable: bool) -> Self:
        """Return the replica in the folder `path`; raise NotAVaultError, DamagedError, StoreError.

        A folder that is not ours alone is refused, and so is one without its truth. The others
        may be missing: people delete caches, and many movers drop empty folders.
        """
        for name in FOLDERS:
            if writable and name not in _TRUTH:
                folder.make(path / name)
            elif name in _TRUTH or os.path.lexists(path / name):
                folder.check(path / name)
        device = read_device(path, key, vault_id, writable=writable)
        return cls(
            path, key, vault_id, device, read_keyring(path, key, vault_id, writable=writable)
        )

    @property
    def device_id(self) -> str:
        """32 hex digits."""
        return self.device.card("", ()).device_id

    def keep_keyring(self, keyring: Keyring) -> None:
        """Put `keyring` in the place of the one before; raise DiskError."""
        keep_keyring(self.path, self.key, keyring)
        self.keyring = keyring

    def keep_device(self, device: Device) -> None:
        """Put `device` in the place of the one before; raise DiskError."""
        sealed = device_envelope(self.key, self.vault_id).seal(device.dump())
        folder.write(self.path / "device.key", sealed)
        self.device = device


def keep_keyring(path: Path, key: bytes, keyring: Keyring) -> None:
    """Put `keyring` in the place of the one before, without opening the rest; raise DiskError."""
    folder.write(path / "keyring", keyring_envelope(key, keyring.vault_id).seal(keyring.dump()))


def keep_next(replica: Replica) -> None:
    """Write the own files of a replica beside those under an earlier key; raise DiskError.

    They count from the moment when the header opens with the key of `replica`.
    """
    device = device_envelope(replica.key, replica.vault_id).seal(replica.device.dump())
    keyring = keyring_envelope(replica.key, replica.vault_id).seal(replica.keyring.dump())
    folder.write(replica.path / f"device.key{NEXT}", device)
    folder.write(replica.path / f"keyring{NEXT}", keyring)


def read_device(path: Path, key: bytes, vault_id: bytes, *, writable: bool = False) -> Device:
    """Return the device of the replica in the folder `path`; raises what `Replica.load` raises."""
    sealed = device_envelope(key, vault_id)
    return Device.load(_unsealed(path / "device.key", sealed, writable=writable))


def read_keyring(path: Path, key: bytes, vault_id: bytes, *, writable: bool = False) -> Keyring:
    """Return the keyring of the replica in the folder `path`; as `read_device`."""
    sealed = keyring_envelope(key, vault_id)
    return Keyring.load(vault_id, _unsealed(path / "keyring", sealed, writable=writable))


def _unsealed(path: Path, envelope: Envelope, *, writable: bool) -> bytes:
    """Return what a file of the replica's own holds, or else what a rekey left beside it.

    A process that ended in a rekey left both: one of them opens, whichever header is there.
    """
    raw = folder.read_part(path, OWN_FILE)
    following = path.with_name(path.name + NEXT)
    try:
        data = envelope.unseal(raw)
    except DamagedError:
        if not os.path.lexists(following):
            raise
        data = envelope.unseal(folder.read_part(following, OWN_FILE))
        if writable:
            folder.put_in_place(following, path)
    else:
        if writable:
            with contextlib.suppress(OSError):
                following.unlink()
    return data


def begin(replica: Replica, header: Header) -> None:
    """Write the files of a new replica into its folder, an empty one; raise DiskError."""
    folder.write(replica.path / "header", header.pack(replica.key))
    for name in FOLDERS:
        folder.make(replica.path / name)
    replica.keep_device(replica.device)
    replica.keep_keyring(replica.keyring)


def not_let_in() -> NotEnrolledError:
    """Return the error of a replica that may not read yet."""
    return NotEnrolledError(
        "this device was not let into the vault yet",
        hint="give its card (breachcase team card) to an admin, then breachcase sync with theirs",
    )


def device_envelope(replica_key: bytes, vault_id: bytes) -> Envelope:
    """Return the seal of device.key."""
    return _envelope(replica_key, vault_id, "device")


def keyring_envelope(replica_key: bytes, vault_id: bytes) -> Envelope:
    """Return the seal of the keyring."""
    return _envelope(replica_key, vault_id, "keyring")


def _envelope(replica_key: bytes, vault_id: bytes, kind: str) -> Envelope:
    key = derive(replica_key, vault_id, b"breachcase/vault/1/" + kind.encode("ascii"))
    return Envelope(key, vault_id, kind)
