"""The age v1 file format over `cryptography`: every kind of recipient, binary and armoured.

Small and separate on purpose: it knows nothing of cases. Source: C2SP age.md.
"""

from __future__ import annotations

from store.age.errors import AgeError, NotForUsError
from store.age.file import seal, seal_bytes, seal_pieces, unseal, unseal_bytes
from store.age.hybrid import HYBRID
from store.age.keys import KINDS, OWN_KINDS, Identity, Recipient
from store.age.scrypt import Passphrase
from store.age.ssh import SSH
from store.age.x25519 import X25519

__all__ = [
    "HYBRID",
    "KINDS",
    "OWN_KINDS",
    "SSH",
    "X25519",
    "AgeError",
    "Identity",
    "NotForUsError",
    "Passphrase",
    "Recipient",
    "seal",
    "seal_bytes",
    "seal_pieces",
    "unseal",
    "unseal_bytes",
]
