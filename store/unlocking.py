"""Unlocked for a while: the replica key in the kernel's memory, so that nothing asks for it.

It is never on disk. Whatever runs as this user can take it from there meanwhile.
"""

from __future__ import annotations

import contextlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from models.errors import UsageError
from store import platform
from store.errors import StoreError
from store.gate import read_header
from store.header import unlock
from store.kdf import KEY_SIZE
from store.opener import ReplicaKey
from store.place import place_name

SHORTEST: Final = 60  # seconds
LONGEST: Final = 12 * 3600
_KEPT: Final = struct.Struct(f">{KEY_SIZE}sQ")  # replica key, end in seconds since 1970
_SHORT: Final = 16  # hex digits


class NoKeyringError(StoreError):
    """The system keeps no keys for us: nothing is unlocked."""

    code: ClassVar[int] = 69


@dataclass(frozen=True, slots=True, repr=False)
class Unlocked:
    """What is kept: the key, and until when in seconds since 1970."""

    opener: ReplicaKey
    until: int


def keep(path: Path, vault_id: bytes, key: bytes, seconds: int, now: int) -> int:
    """Let the vault in the folder `path` open without asking; return until when.

    `now` and the end are seconds since 1970; the kernel counts by the wall clock too, so that a
    machine that sleeps is no longer unlocked. Raises UsageError (not 1 minute to 12 hours),
    NoKeyringError.
    """
    if not SHORTEST <= seconds <= LONGEST:
        raise UsageError("a vault is unlocked for 1m to 12h", hint="such as --for 15m")
    until = now + seconds
    try:
        platform.hold_key(_name(path, vault_id), _KEPT.pack(key, until), seconds)
    except OSError as error:
        raise NoKeyringError(
            f"not unlocked: this system keeps no key for us ({(error.strerror or '').lower()})",
            hint="type the passphrase each time, or set BREACHCASE_PASSPHRASE_COMMAND",
        ) from None
    return until


def kept(path: Path) -> Unlocked | None:
    """Return what opens the vault in the folder `path` now; None where it has to be asked for.

    Raises what keeps the header from being read.
    """
    raw, header = read_header(path)
    try:
        held = platform.held_key(_name(path, header.vault_id)) or b""
    except OSError:
        return None
    if len(held) != _KEPT.size:
        return None
    key, until = _KEPT.unpack(held)
    try:
        unlock(raw, header, ReplicaKey(key))
    except StoreError:  # of the vault before a rekey elsewhere, or a damaged header: ask
        return None
    return Unlocked(ReplicaKey(key), until)


def drop(path: Path, vault_id: bytes) -> bool:
    """Lock the vault again; return whether it was unlocked. Without a keyring it never was."""
    with contextlib.suppress(OSError):
        return platform.drop_key(_name(path, vault_id))
    return False


def can_keep() -> bool:
    """Whether this system keeps keys at all."""
    try:
        platform.held_key("breachcase:none")
    except OSError:
        return False
    return True


def _name(path: Path, vault_id: bytes) -> str:
    """Return what the key is called: two vaults, or two copies of one, do not mix."""
    return f"breachcase:{vault_id.hex()}:{place_name(path)[:_SHORT]}"
