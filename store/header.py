"""The header of a replica: which vault it is and the slots that open it."""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Final

from store import slots
from store.age.keys import Identity
from store.errors import DamagedError, NotAVaultError, StoreError, WrongPassphraseError
from store.kdf import derive
from store.opener import Identities, Opener, ReplicaKey
from store.passphrase import recovery_identity
from store.slots import Slot

LARGEST: Final = 65_536  # bytes
FORMAT: Final = 1
_MAGIC: Final = b"BCVAULT1"
_SUITE: Final = 1
_FIXED: Final = struct.Struct(">8sHH32sQQBBHI")
_DIGEST: Final = 32


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says. `created` is in seconds since 1970; `generation` counts rewrites."""

    vault_id: bytes
    generation: int
    created: int
    slots: tuple[Slot, ...]

    def pack(self, replica_key: bytes) -> bytes:
        """Return the bytes of the file. Source: docs/format-vault.md, "Header"."""
        body = b"".join(slot.pack() for slot in self.slots)
        size = _FIXED.size + len(body) + 2 * _DIGEST
        fixed = _FIXED.pack(
            _MAGIC,
            FORMAT,
            FORMAT,
            self.vault_id,
            self.generation,
            self.created,
            _SUITE,
            len(self.slots),
            0,
            size,
        )
        checked = fixed + body
        checked += hashlib.sha256(checked).digest()
        return checked + _mac(replica_key, self.vault_id, checked)


def parse_header(raw: bytes) -> Header:
    """Return the header in `raw`, checked for damage but not yet for forgery (see `unlock`).

    Raises NotAVaultError (no such file), StoreError (newer format) and DamagedError.
    """
    if not raw.startswith(_MAGIC):
        raise NotAVaultError(
            "this is not a vault: its header is another kind of file",
            hint="check the folder given with --vault",
        )
    if len(raw) < _FIXED.size:
        raise _damaged()
    fields = _FIXED.unpack_from(raw)
    _, version, min_reader, vault_id, generation, created, suite, count, zero, size = fields
    if min_reader > FORMAT:
        raise StoreError(
            f"vault format {min_reader} is newer than this breachcase reads",
            hint="open it with a newer breachcase",
        )
    whole = size == len(raw) <= LARGEST and size >= _FIXED.size + 2 * _DIGEST
    known = (version, suite, zero) == (FORMAT, _SUITE, 0) and 1 <= count <= slots.MOST
    if not (whole and known and _is_checked(raw)):
        raise _damaged()
    body = raw[_FIXED.size : -2 * _DIGEST]
    return Header(vault_id, generation, created, slots.parse_slots(body, count))


def unlock(raw: bytes, header: Header, opener: Opener) -> bytes:
    """Return the replica key; raises what `open_slot` raises."""
    return open_slot(raw, header, opener)[0]


def open_slot(raw: bytes, header: Header, opener: Opener) -> tuple[bytes, Slot | None]:
    """Return the replica key and the slot that opened; `raw` is what `header` was read from.

    The text of the recovery key opens as a passphrase does; a replica key needs no slot. Raises
    WrongPassphraseError, DamagedError (the header was changed by somebody without the key) and
    StoreError (KDF out of limits).
    """
    key, slot = _found(header, opener)
    if not hmac.compare_digest(_mac(key, header.vault_id, raw[:-_DIGEST]), raw[-_DIGEST:]):
        raise _damaged()
    return key, slot


def _found(header: Header, opener: Opener) -> tuple[bytes, Slot | None]:
    if isinstance(opener, ReplicaKey):
        return opener.key, None
    if isinstance(opener, Identities):
        identities: tuple[Identity, ...] = opener.keys
        wrong = WrongPassphraseError(
            "no identity in that file opens this vault",
            hint="open it with the passphrase; breachcase vault slots ls says what else opens it",
        )
    elif identity := recovery_identity(opener):
        identities = (identity,)
        wrong = WrongPassphraseError(
            "that is another vault's recovery key", hint="compare the vault number on its sheet"
        )
    else:
        return _opened_by_words(header, opener)
    for slot in header.slots:
        for each in identities if slot.kind == slots.RECIPIENT else ():
            key = slots.open_with_identity(slot, each)
            if key is not None:
                return key, slot
    raise wrong


def _opened_by_words(header: Header, passphrase: bytearray) -> tuple[bytes, Slot]:
    for slot in header.slots:
        if slot.kind == slots.PASSPHRASE:
            key = slots.open_with_passphrase(slot, header.vault_id, passphrase)
            if key is not None:
                return key, slot
    raise WrongPassphraseError(
        "passphrase does not open this vault",
        hint="try again, or type the recovery key instead",
    )


def _is_checked(raw: bytes) -> bool:
    check = raw[-2 * _DIGEST : -_DIGEST]
    return hashlib.sha256(raw[: -2 * _DIGEST]).digest() == check


def _mac(replica_key: bytes, vault_id: bytes, data: bytes) -> bytes:
    key = derive(replica_key, vault_id, b"breachcase/vault/1/hdr")
    return hmac.digest(key, data, "sha256")


def _damaged() -> DamagedError:
    return DamagedError("vault header is damaged", hint="restore header from a backup")
