"""The recipients that age began with, `age1...`: a Diffie-Hellman share for each file."""

from __future__ import annotations

from typing import ClassVar, Final

from store.age import bech32, curve
from store.age.encoding import encode_raw
from store.age.errors import AgeError
from store.age.header import Stanza
from store.age.kind import Draw, Kind

_RECIPIENT = "age"
_IDENTITY = "AGE-SECRET-KEY-"
_INFO = b"age-encryption.org/v1/X25519"


class _X25519(Kind):
    """Public keys and seeds of 32 bytes. Source: C2SP age.md, "X25519"."""

    __slots__ = ()
    name: ClassVar = "X25519"
    post_quantum: ClassVar = False
    recipient_begins: ClassVar = "age1"
    identity_begins: ClassVar = "AGE-SECRET-KEY-1"
    share_size: ClassVar = curve.KEY_SIZE

    def parse_recipient(self, text: str) -> bytes:
        return bech32.payload(text, _RECIPIENT)

    def parse_identity(self, text: str) -> bytes:
        return bech32.payload(text, _IDENTITY)

    def recipient_text(self, raw: bytes) -> str:
        return bech32.encode(_RECIPIENT, raw)

    def identity_text(self, seed: bytes) -> str:
        return bech32.encode(_IDENTITY.lower(), seed).upper()

    def check(self, raw: bytes) -> None:
        if len(raw) != curve.KEY_SIZE:
            raise AgeError("recipient is not 32 bytes long")
        curve.check_point(raw)

    def public(self, seed: bytes) -> bytes:
        return curve.public(seed)

    def wrap(self, file_key: bytes, raw: bytes, draw: Draw) -> Stanza:
        ephemeral = draw(curve.KEY_SIZE)
        share = curve.public(ephemeral)
        key = curve.hkdf(curve.exchange(ephemeral, raw), share + raw, _INFO)
        args = (encode_raw(share).decode("ascii"),)
        return Stanza(self.name, args, curve.wrapped(key, file_key))

    def unwrap(self, stanza: Stanza, seed: bytes) -> bytes | None:
        share = self.share_of(stanza)
        salt = share + curve.public(seed)
        return curve.unwrapped(curve.hkdf(curve.exchange(seed, share), salt, _INFO), stanza.body)

    def share_of(self, stanza: Stanza) -> bytes:
        share = super().share_of(stanza)
        curve.check_point(share)
        return share


X25519: Final = _X25519()
