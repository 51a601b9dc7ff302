"""A frame's body: one record sealed under its case's key, with what an index needs beside it."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.casekey import CaseKey
from store.kdf import derive

STEP: Final = 256  # bytes: the size of a body tells the size of a record only so closely
_HEAD: Final = struct.Struct(">16s32s32sI")
_SEED: Final = 32
_NONCE: Final = bytes(12)  # the record key is used once


@dataclass(frozen=True, slots=True)
class Body:
    """Key id and change id (hex), 32 random bytes, and the sealed record."""

    key_id: str
    change_id: str
    seed: bytes
    sealed: bytes

    def pack(self) -> bytes:
        """Return the padded bytes. Source: docs/format-vault.md, "Segment"."""
        ids = bytes.fromhex(self.key_id), bytes.fromhex(self.change_id)
        data = _HEAD.pack(*ids, self.seed, len(self.sealed)) + self.sealed
        return data + bytes(-len(data) % STEP)


def parse_body(data: bytes) -> Body | None:
    """Return the body in `data`, None where it is none."""
    if len(data) < _HEAD.size:
        return None
    key_id, change_id, seed, size = _HEAD.unpack_from(data)
    if size > len(data) - _HEAD.size:
        return None
    return Body(key_id.hex(), change_id.hex(), seed, data[_HEAD.size : _HEAD.size + size])


def seal_record(key: CaseKey, vault_id: bytes, change_id: str, record: bytes) -> Body:
    """Return a body that holds `record` (signature | JSON) under the case's key."""
    seed = os.urandom(_SEED)
    sealed = _cipher(key, seed).encrypt(_NONCE, record, _context(key, vault_id, change_id))
    return Body(key.key_id, change_id, seed, sealed)


def open_record(key: CaseKey, vault_id: bytes, body: Body) -> bytes | None:
    """Return the record, None where a byte, the key, the case or the change is another."""
    context = _context(key, vault_id, body.change_id)
    try:
        return _cipher(key, body.seed).decrypt(_NONCE, body.sealed, context)
    except InvalidTag:
        return None


def _cipher(key: CaseKey, seed: bytes) -> AESGCM:
    return AESGCM(derive(key.key, seed, b"breachcase/record/1"))


def _context(key: CaseKey, vault_id: bytes, change_id: str) -> bytes:
    return vault_id + bytes.fromhex(key.case_id) + bytes.fromhex(change_id)
