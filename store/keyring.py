"""The keyring of a replica: the epoch keys, and the keys that follow from them."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from store.errors import DamagedError
from store.kdf import KEY_SIZE, derive

FIRST: Final = 1
ID_SIZE: Final = 16


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """All epoch keys of one vault that this replica was given, by number from 1.

    A replica that was not let in yet has none.
    """

    vault_id: bytes
    epochs: Mapping[int, bytes]
    retired: frozenset[int] = frozenset()
    """Epochs that the vault log does not vouch for, or not any more: nothing new is sealed so."""
    recipients: Mapping[str, str] = field(default_factory=dict)
    """For whom the age slots of the header were sealed, by slot id: their files do not tell."""
    leaving: tuple[str, ...] = ()
    """Devices of this replica that a rekey has yet to put out."""

    @classmethod
    def generate(cls, vault_id: bytes, first: bytes) -> Self:
        """Return the keyring of a new vault."""
        return cls(vault_id, {FIRST: first})

    @property
    def latest(self) -> int:
        """The epoch that new segments and case keys belong to."""
        return max(self.epochs.keys() - self.retired)

    def with_epoch(self, epoch: int, key: bytes) -> Self:
        """Return the keyring with one more epoch key."""
        return replace(self, epochs={**self.epochs, epoch: key})

    def epoch_key(self, epoch: int) -> bytes:
        """Return the 32-byte key of an epoch; raise DamagedError when it was never given."""
        try:
            return self.epochs[epoch]
        except KeyError:
            raise DamagedError(f"no key for epoch {epoch} on this machine") from None

    def derive(self, epoch: int, info: bytes) -> bytes:
        """Return the vault-wide subkey of an epoch for one purpose."""
        return derive(self.epoch_key(epoch), self.vault_id, info)

    def blob_id(self, case_id: str, sha256: bytes) -> str:
        """Return the 64 hex digits that name an attachment of a case.

        The case counts: the same data in two cases must be two files, so that destroying one
        case leaves the other whole.
        """
        key = self.derive(FIRST, b"breachcase/blobname/1")
        return hmac.digest(key, bytes.fromhex(case_id) + sha256, "sha256").hex()

    def foreign_case_id(self, opener: bytes, their_id: str) -> str:
        """Return the local id, 32 hex digits, of a case that the office `opener` opened."""
        key = self.derive(FIRST, b"breachcase/foreign/1")
        return hmac.digest(key, opener + their_id.encode(), "sha256").hex()[: 2 * ID_SIZE]

    def dump(self) -> bytes:
        """Return what the keyring file holds before it is sealed."""
        value: dict[str, object] = {
            "v": 1,
            "epochs": {str(epoch): key.hex() for epoch, key in self.epochs.items()},
        }
        if self.recipients:
            value["recipients"] = dict(self.recipients)
        if self.leaving:
            value["leaving"] = [*self.leaving]
        return json.dumps(value).encode("ascii")

    @classmethod
    def load(cls, vault_id: bytes, data: bytes) -> Self:
        """Return the keyring in the unsealed `data`; raise DamagedError."""
        try:
            value = json.loads(data)
            epochs: dict[str, str] = value["epochs"]
            keys = {int(epoch): bytes.fromhex(key) for epoch, key in epochs.items()}
            recipients = {
                str(slot): str(text) for slot, text in value.get("recipients", {}).items()
            }
            leaving = tuple(str(each) for each in value.get("leaving", []))
        except (ValueError, KeyError, TypeError, AttributeError):
            keys, recipients, leaving = {0: b""}, {}, ()
        if any(len(key) != KEY_SIZE for key in keys.values()):
            raise DamagedError("keyring is damaged", hint="restore it from a backup")
        return cls(vault_id, keys, recipients=recipients, leaving=leaving)


def new_epoch_key() -> bytes:
    """Return 32 random bytes."""
    return os.urandom(KEY_SIZE)


def commitment(epoch_key: bytes) -> str:
    """Return what the vault log and each grant say of an epoch key: its SHA-256, hex."""
    return hashlib.sha256(epoch_key).hexdigest()
