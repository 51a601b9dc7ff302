"""Wrapping a file key for an X25519 recipient, and unwrapping it again."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.age.encoding import decode_raw, encode_raw
from store.age.errors import AgeError
from store.age.header import FILE_KEY_SIZE, Stanza
from store.age.keys import KEY_SIZE, Identity, Recipient, exchange

KIND: Final = "X25519"
_INFO = b"age-encryption.org/v1/X25519"
_NONCE = bytes(12)  # the key is used once
_BODY_SIZE = FILE_KEY_SIZE + 16


def wrap(file_key: bytes, recipient: Recipient, ephemeral: bytes) -> Stanza:
    """Return the stanza that gives `recipient` the 16-byte file key.

    `ephemeral` is 32 random bytes, never used twice. Source: C2SP age.md, "X25519".
    """
    private = X25519PrivateKey.from_private_bytes(ephemeral)
    share = private.public_key().public_bytes_raw()
    cipher = _cipher(exchange(private, recipient.raw), share, recipient)
    body = cipher.encrypt(_NONCE, file_key, None)
    return Stanza(KIND, (encode_raw(share).decode("ascii"),), body)


def share_of(stanza: Stanza) -> bytes:
    """Return the 32-byte share of an X25519 stanza; raise AgeError for any other shape.

    The body's length is checked here, before anyone decrypts: a longer one could hold a file
    key that opens under several identities (partitioning oracle).
    """
    if len(stanza.args) != 1 or len(stanza.body) != _BODY_SIZE:
        raise AgeError("age header has a malformed X25519 recipient")
    share = decode_raw(stanza.args[0].encode("ascii"))
    if len(share) != KEY_SIZE:
        raise AgeError("age header has an X25519 share that is not 32 bytes long")
    return share


def unwrap(stanza: Stanza, identity: Identity) -> bytes | None:
    """Return the 16-byte file key, or None where the stanza is for someone else."""
    share = share_of(stanza)
    shared = exchange(identity.private(), share)
    try:
        return _cipher(shared, share, identity.recipient()).decrypt(_NONCE, stanza.body, None)
    except InvalidTag:
        return None


def _cipher(shared: bytes, share: bytes, recipient: Recipient) -> ChaCha20Poly1305:
    salt = share + recipient.raw
    key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=_INFO).derive(shared)
    return ChaCha20Poly1305(key)
