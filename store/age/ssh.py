"""SSH keys as age takes them: `ssh-ed25519` only, mapped to X25519 by arithmetic on public keys.

Source: C2SP age.md, "ssh-ed25519"; RFC 7748 section 4.1 for the map; the age program for the
tag and the tweak.
"""

from __future__ import annotations

from hashlib import sha256, sha512
from typing import ClassVar, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_private_key,
)

from models.errors import ShapeError
from store import sshsig
from store.age import curve
from store.age.encoding import encode_raw
from store.age.errors import AgeError
from store.age.header import Stanza
from store.age.kind import Draw, Kind

_LABEL = b"age-encryption.org/v1/ssh-ed25519"
_BLOB = b"\0\0\0\x0bssh-ed25519\0\0\0\x20"  # the OpenSSH public key is this and 32 bytes
_TAG_SIZE = 4
_FIELD = 2**255 - 19
_D = -121665 * pow(121666, -1, _FIELD) % _FIELD  # of the curve: -x^2 + y^2 = 1 + d x^2 y^2
_FILE_LIMIT = 16 * 1024  # characters
_COPY = "copy the whole line of the .pub file, ssh-ed25519 first"
_USE = "use an ed25519 key file of ssh-keygen without a passphrase"


class _Ssh(Kind):
    """Public keys are the 32 bytes of the Ed25519 key, seeds its 32 secret bytes."""

    __slots__ = ()
    name: ClassVar = "ssh-ed25519"
    post_quantum: ClassVar = False
    recipient_begins: ClassVar = "ssh-ed25519 "
    identity_begins: ClassVar = "-----BEGIN OPENSSH PRIVATE KEY-----"
    args: ClassVar = 2
    share_size: ClassVar = curve.KEY_SIZE

    def parse_recipient(self, text: str) -> bytes:
        """Return the key of a line as in `id_ed25519.pub`, its comment passed over."""
        key = " ".join(text.rstrip("\r\n").split(" ", 2)[:2])
        try:
            return sshsig.parse_public_line(key)
        except ShapeError as error:
            raise AgeError(error.message, hint=_COPY) from None

    def parse_identity(self, text: str) -> bytes:
        """Return the seed in an OpenSSH private key file that has no passphrase."""
        if len(text) > _FILE_LIMIT or not text.isascii():
            raise AgeError("ssh identity is not an OpenSSH private key file", hint=_USE)
        try:
            key = load_ssh_private_key(text.encode("ascii"), None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise AgeError("ssh identity is locked, damaged or unknown", hint=_USE) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise AgeError("ssh identity is not an ed25519 key", hint=_USE)
        return key.private_bytes_raw()

    def recipient_text(self, raw: bytes) -> str:
        return sshsig.public_line(raw)

    def identity_text(self, seed: bytes) -> str:
        key = Ed25519PrivateKey.from_private_bytes(seed)
        return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode(
            "ascii"
        )

    def check(self, raw: bytes) -> None:
        self.parse_recipient(self.recipient_text(raw))
        if not _on_curve(_height(raw)):
            raise AgeError("ssh key is not a point of its curve", hint=_COPY)

    def public(self, seed: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()

    def wrap(self, file_key: bytes, raw: bytes, draw: Draw) -> Stanza:
        ephemeral = draw(curve.KEY_SIZE)
        share, point = curve.public(ephemeral), montgomery(raw)
        key = _key(curve.exchange(ephemeral, point), share, raw)
        args = (_tag(raw), encode_raw(share).decode("ascii"))
        return Stanza(self.name, args, curve.wrapped(key, file_key))

    def unwrap(self, stanza: Stanza, seed: bytes) -> bytes | None:
        share, raw = self.share_of(stanza), self.public(seed)
        if stanza.args[0] != _tag(raw):
            return None
        scalar = sha512(seed).digest()[: curve.KEY_SIZE]  # RFC 8032 section 5.1.5
        return curve.unwrapped(_key(curve.exchange(scalar, share), share, raw), stanza.body)

    def share_of(self, stanza: Stanza) -> bytes:
        share = super().share_of(stanza)
        curve.check_point(share)
        return share


SSH: Final = _Ssh()


def montgomery(raw: bytes) -> bytes:
    """Return the X25519 public key of a 32-byte Ed25519 one: u = (1 + y) / (1 - y)."""
    height = _height(raw)
    point = (1 + height) * pow(1 - height, -1, _FIELD) % _FIELD
    return point.to_bytes(curve.KEY_SIZE, "little")


def _height(raw: bytes) -> int:
    return int.from_bytes(raw, "little") & (2**255 - 1)


def _on_curve(height: int) -> bool:
    square = height * height % _FIELD
    # x^2 = (y^2 - 1) / (d y^2 + 1) has a root; Euler's criterion, the division left out
    value = (square - 1) * (_D * square + 1) % _FIELD
    return pow(value, (_FIELD - 1) // 2, _FIELD) == 1


def _key(shared: bytes, share: bytes, raw: bytes) -> bytes:
    # the tweak makes one X25519 key for this SSH key and no other that maps to the same point
    tweak = curve.hkdf(b"", _BLOB + raw, _LABEL)
    return curve.hkdf(curve.exchange(tweak, shared), share + montgomery(raw), _LABEL)


def _tag(raw: bytes) -> str:
    return encode_raw(sha256(_BLOB + raw).digest()[:_TAG_SIZE]).decode("ascii")
