"""The age v1 file format over `cryptography`: X25519 recipients, binary and armoured.

Small and separate on purpose: it knows nothing of cases. Source: C2SP age.md.
"""

from __future__ import annotations

from store.age.errors import AgeError, NotForUsError
from store.age.file import seal, seal_bytes, seal_pieces, unseal, unseal_bytes
from store.age.keys import Identity, Recipient

__all__ = [
    "AgeError",
    "Identity",
    "NotForUsError",
    "Recipient",
    "seal",
    "seal_bytes",
    "seal_pieces",
    "unseal",
    "unseal_bytes",
]
