"""Slots of the header: each wraps the replica key for one passphrase or one age recipient."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from store import cobblestone, kdf
from store.age.errors import AgeError, NotForUsError
from store.age.file import seal_bytes, unseal_bytes
from store.age.header import read_header
from store.age.intake import Intake
from store.age.keys import Identity, Recipient
from store.errors import DamagedError

PASSPHRASE: Final = 1
RECIPIENT: Final = 2
RECOVERY: Final = 1  # flag bit 0
MOST: Final = 64
_HEAD: Final = struct.Struct(">BB16sH")
_COST: Final = struct.Struct(">III32s")
_WRAPPED: Final = 24 + 32 + kdf.KEY_SIZE + 16
_ID: Final = 16
_SALT: Final = 32


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot: what kind, its flags, its random id and its body."""

    kind: int
    flags: int
    slot_id: bytes
    body: bytes

    @property
    def name(self) -> str:
        """32 hex digits."""
        return self.slot_id.hex()

    @property
    def is_recovery(self) -> bool:
        """Whether the recovery key opens it."""
        return bool(self.flags & RECOVERY)

    def pack(self) -> bytes:
        """Return the bytes of the slot. Source: docs/format-vault.md, "Header"."""
        return _HEAD.pack(self.kind, self.flags, self.slot_id, len(self.body)) + self.body


def parse_slots(raw: bytes, count: int) -> tuple[Slot, ...]:
    """Return exactly `count` slots that fill `raw`; raise DamagedError."""
    slots = []
    offset = 0
    for _ in range(count):
        if len(raw) - offset < _HEAD.size:
            raise _damaged()
        kind, flags, slot_id, size = _HEAD.unpack_from(raw, offset)
        offset += _HEAD.size + size
        slots.append(Slot(kind, flags, slot_id, raw[offset - size : offset]))
    if offset != len(raw):
        raise _damaged()
    return tuple(slots)


def passphrase_slot(vault_id: bytes, key: bytes, passphrase: bytearray, cost: kdf.Cost) -> Slot:
    """Return a slot that `passphrase` opens; raise StoreError for a cost out of limits."""
    slot_id, salt = os.urandom(_ID), os.urandom(_SALT)
    settings = _COST.pack(cost.memory, cost.passes, cost.lanes, salt)
    kek = kdf.stretch(passphrase, salt, cost)
    wrapped = cobblestone.seal(kek, _context(vault_id, slot_id, settings), key)
    _wipe(kek)
    return Slot(PASSPHRASE, 0, slot_id, settings + wrapped)


def cost_of_slot(slot: Slot) -> kdf.Cost | None:
    """Return what a guess at a passphrase slot takes; None for another kind of slot, or shape."""
    if slot.kind != PASSPHRASE or len(slot.body) != _COST.size + _WRAPPED:
        return None
    memory, passes, lanes, _ = _COST.unpack(slot.body[: _COST.size])
    return kdf.Cost(memory, passes, lanes)


def recipient_slot(key: bytes, recipient: Recipient, flags: int = 0) -> Slot:
    """Return a slot that the identity of `recipient` opens."""
    slot_id = os.urandom(_ID)
    return Slot(RECIPIENT, flags, slot_id, seal_bytes(slot_id + key, [recipient]))


def recovery_slot(key: bytes, recipient: Recipient) -> Slot:
    """Return the slot that the recovery secret opens."""
    return recipient_slot(key, recipient, RECOVERY)


def sealed_for(slot: Slot) -> str:
    """Return the age name of the kind of key that a slot is for; "" for a passphrase, or damage."""
    try:
        stanzas = read_header(Intake(BytesIO(slot.body).read)).stanzas
    except AgeError:
        return ""
    return stanzas[0].kind


def open_with_passphrase(slot: Slot, vault_id: bytes, passphrase: bytearray) -> bytes | None:
    """Return the replica key, or None where the passphrase is not this slot's.

    Raises DamagedError for a body of another shape and StoreError for a cost out of limits.
    """
    if len(slot.body) != _COST.size + _WRAPPED:
        raise _damaged()
    settings = slot.body[: _COST.size]
    memory, passes, lanes, salt = _COST.unpack(settings)
    kek = kdf.stretch(passphrase, salt, kdf.Cost(memory, passes, lanes))
    context = _context(vault_id, slot.slot_id, settings)
    key = cobblestone.unseal(kek, context, slot.body[_COST.size :])
    _wipe(kek)
    return key


def open_with_identity(slot: Slot, identity: Identity) -> bytes | None:
    """Return the replica key, or None where the slot is for another recipient.

    Raises AgeError or DamagedError for a body that is no such age file.
    """
    try:
        opened = unseal_bytes(slot.body, [identity], _ID + kdf.KEY_SIZE)
    except NotForUsError:
        return None
    if len(opened) != _ID + kdf.KEY_SIZE or opened[:_ID] != slot.slot_id:
        raise _damaged()
    return opened[_ID:]


def _context(vault_id: bytes, slot_id: bytes, settings: bytes) -> bytes:
    return b"breachcase/slot/1\0" + vault_id + slot_id + settings


def _wipe(key: bytearray) -> None:
    key[:] = bytes(len(key))


def _damaged() -> DamagedError:
    return DamagedError("vault header has a damaged slot", hint="restore header from a backup")
