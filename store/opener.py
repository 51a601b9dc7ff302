"""What opens a replica: words that a person types, identities of age or SSH, or the key itself."""

from __future__ import annotations

from dataclasses import dataclass

from store.age.keys import Identity


@dataclass(frozen=True, slots=True, repr=False)
class Identities:
    """Secret keys out of an identity file; one that opens is enough."""

    keys: tuple[Identity, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ReplicaKey:
    """The 32 bytes that the slots wrap, from a process that had them or from the kernel."""

    key: bytes


Opener = bytearray | Identities | ReplicaKey
"""Words are a passphrase or the recovery key's text; they stay the caller's to wipe."""
