"""Case keys: each wrapped in a file of its own, whose name commits to case and key."""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from store import cobblestone, folder
from store.errors import DamagedError
from store.kdf import KEY_SIZE
from store.keyring import Keyring

ID_SIZE: Final = 16
_MAGIC: Final = b"BCCKEY1\0"
_EPOCH: Final = struct.Struct(">I")
SIZE: Final = len(_MAGIC) + _EPOCH.size + 56 + KEY_SIZE + 16 + ID_SIZE


@dataclass(frozen=True, slots=True, repr=False)
class CaseKey:
    """A 32-byte key and the case (32 hex digits) whose records it seals."""

    case_id: str
    key: bytes
    epoch: int = field(default=0, compare=False)
    """The epoch that its file is wrapped under, 0 before there is one."""

    @classmethod
    def generate(cls, case_id: str) -> Self:
        """Return a new key for a case."""
        return cls(case_id, os.urandom(KEY_SIZE))

    @property
    def key_id(self) -> str:
        """32 hex digits. Source: docs/format-vault.md, "Case key"."""
        data = b"breachcase/1/casekey\0" + bytes.fromhex(self.case_id) + self.key
        return hashlib.sha256(data).hexdigest()[: 2 * ID_SIZE]


def save_case_key(path: Path, key: CaseKey, keyring: Keyring) -> None:
    """Write the key file into the folder `path`; raise DiskError."""
    epoch = keyring.latest
    sealed = cobblestone.seal(
        _wrap_key(keyring, epoch),
        _context(keyring, key.key_id, epoch),
        key.key + bytes.fromhex(key.case_id),
    )
    folder.write(path / key.key_id, _MAGIC + _EPOCH.pack(epoch) + sealed)


def load_case_key(path: Path, key_id: str, keyring: Keyring) -> CaseKey:
    """Return the key of that id from the folder `path`; raise DamagedError, also if absent."""
    try:
        raw = folder.read(path / key_id, SIZE)
    except FileNotFoundError:
        raise DamagedError(f"case key {key_id[:8]} is not here") from None
    except DamagedError as error:
        raise _damaged(key_id) from error
    return open_case_key(raw, key_id, keyring)


def open_case_key(raw: bytes, key_id: str, keyring: Keyring) -> CaseKey:
    """Return the key in a key file of that name; raise DamagedError."""
    if not raw.startswith(_MAGIC) or len(raw) != SIZE:
        raise _damaged(key_id)
    (epoch,) = _EPOCH.unpack_from(raw, len(_MAGIC))
    context = _context(keyring, key_id, epoch)
    sealed = raw[len(_MAGIC) + _EPOCH.size :]
    opened = cobblestone.unseal(_wrap_key(keyring, epoch), context, sealed)
    if opened is None:
        raise _damaged(key_id)
    key = CaseKey(opened[KEY_SIZE:].hex(), opened[:KEY_SIZE], epoch)
    if key.key_id != key_id:  # wrapped by somebody who has the epoch key, under a false name
        raise _damaged(key_id)
    return key


def _wrap_key(keyring: Keyring, epoch: int) -> bytes:
    return keyring.derive(epoch, b"breachcase/casekey/1")


def _context(keyring: Keyring, key_id: str, epoch: int) -> bytes:
    name = bytes.fromhex(key_id) + _EPOCH.pack(epoch)
    return b"breachcase/casekey/1\0" + keyring.vault_id + name


def _damaged(key_id: str) -> DamagedError:
    return DamagedError(f"case key {key_id[:8]} is damaged", hint="restore it from a copy")
