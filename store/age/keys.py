"""Who a file can be sealed for, and the secret that opens it: age X25519 keys."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from store.age import bech32
from store.age.errors import AgeError

KEY_SIZE: Final = 32
_RECIPIENT = "age"
_IDENTITY = "AGE-SECRET-KEY-"
_ONLY = "use a recipient that begins with age1 and has 62 characters"
_SHAPE = "use a key that begins with AGE-SECRET-KEY-1"
_MIXED_UP = "give others the recipient (age1...), never the secret key"
# any scalar will do: X25519 makes every scalar a multiple of 8, which sends low orders to zero
_PROBE = X25519PrivateKey.from_private_bytes(bytes(KEY_SIZE))


@dataclass(frozen=True, slots=True)
class Recipient:
    """A public key (`raw`, 32 bytes) that files are sealed for; never a low-order point."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_SIZE:
            raise AgeError("recipient is not 32 bytes long")
        exchange(_PROBE, self.raw)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the recipient written as `age1...`; raise AgeError for any other kind of key."""
        prefix, raw = bech32.decode(text)
        if prefix.lower().startswith("age-"):
            raise AgeError("a secret key stands where a recipient belongs", hint=_MIXED_UP)
        if prefix.startswith("age1"):
            raise AgeError("post-quantum and plugin recipients are not supported", hint=_ONLY)
        if prefix != _RECIPIENT:
            raise AgeError("recipient is not an age X25519 key", hint=_ONLY)
        return cls(raw)

    def text(self) -> str:
        """Return the one text form, `age1...`, 62 characters."""
        return bech32.encode(_RECIPIENT, self.raw)


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """A secret key (`seed`, 32 bytes) that opens what was sealed for its recipient."""

    seed: bytes

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_SIZE:
            raise AgeError("identity is not 32 bytes long")

    def __repr__(self) -> str:
        return f"Identity(of {self.recipient().text()})"

    @classmethod
    def generate(cls) -> Self:
        """Return a new identity from the system's random source."""
        return cls(os.urandom(KEY_SIZE))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Return the identity of 32 secret bytes; raise AgeError for another length."""
        return cls(seed)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the identity written as `AGE-SECRET-KEY-1...`; raise AgeError, never quoting."""
        prefix, seed = bech32.decode(text)
        if prefix != _IDENTITY:
            raise AgeError("identity is not an age X25519 secret key", hint=_SHAPE)
        return cls(seed)

    def text(self) -> str:
        """Return the one text form, `AGE-SECRET-KEY-1...`: a secret."""
        return bech32.encode(_IDENTITY.lower(), self.seed).upper()

    def recipient(self) -> Recipient:
        """Return the public half."""
        return Recipient(self.private().public_key().public_bytes_raw())

    def private(self) -> X25519PrivateKey:
        """Return the key in the form that computes with it."""
        return X25519PrivateKey.from_private_bytes(self.seed)


def exchange(private: X25519PrivateKey, public: bytes) -> bytes:
    """Return the 32-byte shared secret; raise AgeError when it would be zero (low order)."""
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise AgeError("age header or recipient holds a low-order point") from error
