"""Post-quantum recipients, `age1pq1...`: ML-KEM-768 and X25519 together, so that both must fall.

Source: C2SP age.md, "mlkem768x25519"; the KEM is MLKEM768-X25519 of draft-ietf-hpke-pq.
"""

from __future__ import annotations

from hashlib import shake_256
from typing import ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from store.age import bech32, curve
from store.age.encoding import encode_raw
from store.age.errors import AgeError
from store.age.header import Stanza
from store.age.kind import Draw, Kind

RAW_SIZE: Final = 1216  # bytes: ML-KEM-768 1184, X25519 32
_MLKEM = 1184
_MLKEM_SEED = 64
_RECIPIENT = "age1pq"
_IDENTITY = "AGE-SECRET-KEY-PQ-"
_INFO = b"age-encryption.org/mlkem768x25519"
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_AGAIN = "copy the whole key again"


class _Hybrid(Kind):
    """Public keys of 1216 bytes, seeds of 32."""

    __slots__ = ()
    name: ClassVar = "mlkem768x25519"
    post_quantum: ClassVar = True
    recipient_begins: ClassVar = "age1pq1"
    identity_begins: ClassVar = "AGE-SECRET-KEY-PQ-1"
    share_size: ClassVar = 1120  # ML-KEM-768 ciphertext 1088, X25519 share 32

    def parse_recipient(self, text: str) -> bytes:
        return bech32.payload(text, _RECIPIENT)

    def parse_identity(self, text: str) -> bytes:
        return bech32.payload(text, _IDENTITY)

    def recipient_text(self, raw: bytes) -> str:
        return bech32.encode(_RECIPIENT, raw)

    def identity_text(self, seed: bytes) -> str:
        return bech32.encode(_IDENTITY.lower(), seed).upper()

    def check(self, raw: bytes) -> None:
        if len(raw) != RAW_SIZE:
            raise AgeError(f"post-quantum recipient is not {RAW_SIZE} bytes long", hint=_AGAIN)
        try:
            _public(raw)
        except ValueError:
            raise AgeError("post-quantum recipient is not an ML-KEM key", hint=_AGAIN) from None
        curve.check_point(raw[_MLKEM:])

    def public(self, seed: bytes) -> bytes:
        mlkem, x25519 = _halves(seed)
        return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()

    def wrap(self, file_key: bytes, raw: bytes, draw: Draw) -> Stanza:
        del draw  # HPKE has its own source of randomness and takes none from outside
        sealed = _SUITE.encrypt(file_key, _public(raw), _INFO)
        share, body = sealed[: self.share_size], sealed[self.share_size :]
        return Stanza(self.name, (encode_raw(share).decode("ascii"),), body)

    def unwrap(self, stanza: Stanza, seed: bytes) -> bytes | None:
        private = hpke.MLKEM768X25519PrivateKey(*_halves(seed))
        try:
            return _SUITE.decrypt(self.share_of(stanza) + stanza.body, private, _INFO)
        except InvalidTag:
            return None

    def share_of(self, stanza: Stanza) -> bytes:
        share = super().share_of(stanza)
        curve.check_point(share[-curve.KEY_SIZE :])
        return share


HYBRID: Final = _Hybrid()


def _halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    secret = shake_256(seed).digest(_MLKEM_SEED + curve.KEY_SIZE)
    return (
        MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED]),
        X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED:]),
    )


def _public(raw: bytes) -> hpke.MLKEM768X25519PublicKey:
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM]),
        X25519PublicKey.from_public_bytes(raw[_MLKEM:]),
    )
