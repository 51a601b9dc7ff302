"""Who a file can be sealed for, and the secret that opens it: age keys of any kind."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from store.age.curve import KEY_SIZE
from store.age.errors import AgeError
from store.age.header import Stanza
from store.age.hybrid import HYBRID
from store.age.kind import Draw, Kind
from store.age.ssh import SSH
from store.age.x25519 import X25519

# where one beginning begins another (age1pq1, age1), the longer comes first
KINDS: Final[tuple[Kind, ...]] = (HYBRID, X25519, SSH)
OWN_KINDS: Final[tuple[Kind, ...]] = (HYBRID, X25519)
"""The kinds whose keys are made for age alone; SSH keys are read only where a caller says so."""
_PRIVATE = "age-secret-key-"
_OTHER_SSH = ("ssh-", "ecdsa-", "sk-")
_MIXED_UP = "give others the recipient (age1...), never the secret key"
_COPY = "copy the whole key again, from its first character"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A public key (`raw`; 32 bytes, post-quantum 1216) that files are sealed for."""

    raw: bytes
    kind: Kind = X25519

    def __post_init__(self) -> None:
        self.kind.check(self.raw)

    @classmethod
    def parse(cls, text: str, kinds: Sequence[Kind] = OWN_KINDS) -> Self:
        """Return the recipient written as `age1...`, `age1pq1...` or, if asked for, as an SSH line.

        Raises AgeError for a kind that is not among `kinds`, and for plugins (`age1name1...`).
        """
        if text.lower().startswith(_PRIVATE) or text.startswith(SSH.identity_begins):
            raise AgeError("a secret key stands where a recipient belongs", hint=_MIXED_UP)
        for kind in KINDS:
            if text.startswith(kind.recipient_begins):
                _check_kind(kind, kinds)
                return cls(kind.parse_recipient(text), kind)
        if text.startswith(_OTHER_SSH):
            raise AgeError("that kind of SSH key cannot open age files", hint=_wanted(kinds))
        raise AgeError("recipient is not an age key", hint=_COPY)

    def text(self) -> str:
        """Return its one text form: `age1...` 62 characters, `age1pq1...` 1959, or an SSH line."""
        return self.kind.recipient_text(self.raw)

    def wrap(self, file_key: bytes, draw: Draw) -> Stanza:
        """Return the stanza that gives the owner the 16-byte file key."""
        return self.kind.wrap(file_key, self.raw, draw)


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """A secret key (`seed`, 32 bytes) that opens what was sealed for its recipient."""

    seed: bytes
    kind: Kind = X25519

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_SIZE:
            raise AgeError("identity is not 32 bytes long")

    def __repr__(self) -> str:
        return f"Identity(of {self.recipient().text()})"

    @classmethod
    def generate(cls, kind: Kind = X25519) -> Self:
        """Return a new identity from the system's random source."""
        return cls(os.urandom(KEY_SIZE), kind)

    @classmethod
    def from_seed(cls, seed: bytes, kind: Kind = X25519) -> Self:
        """Return the identity of 32 secret bytes; raise AgeError for another length."""
        return cls(seed, kind)

    @classmethod
    def parse(cls, text: str, kinds: Sequence[Kind] = OWN_KINDS) -> Self:
        """Return the identity written as `AGE-SECRET-KEY-1...` or `AGE-SECRET-KEY-PQ-1...`.

        With SSH among `kinds` also a whole OpenSSH private key file without a passphrase.
        Raises AgeError, never quoting `text`.
        """
        for kind in KINDS:
            if text.startswith(kind.identity_begins):
                _check_kind(kind, kinds)
                return cls(kind.parse_identity(text), kind)
        raise AgeError("identity is not an age secret key", hint=_COPY)

    def text(self) -> str:
        """Return the text that `parse` reads: a secret. Of an SSH key no two are alike."""
        return self.kind.identity_text(self.seed)

    def recipient(self) -> Recipient:
        """Return the public half."""
        return Recipient(self.kind.public(self.seed), self.kind)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the 16-byte file key, or None where the stanza is for someone else."""
        return self.kind.unwrap(stanza, self.seed) if stanza.kind == self.kind.name else None


def _check_kind(kind: Kind, kinds: Sequence[Kind]) -> None:
    if kind not in kinds:
        raise AgeError(f"{kind.name} keys are not accepted here", hint=_wanted(kinds))


def _wanted(kinds: Sequence[Kind]) -> str:
    return f"use a key for {' or '.join(each.name for each in kinds)}"
