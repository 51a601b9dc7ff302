"""Signatures as `ssh-keygen -Y sign` writes them: Ed25519 over SHA-512, and nothing else.

Source: OpenSSH PROTOCOL.sshsig; RFC 8709 for the key and signature encodings.
"""

from __future__ import annotations

import binascii
from hashlib import sha512
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.errors import ShapeError

SIGNATURE_LIMIT: Final = 4 * 1024  # characters
_MAGIC = b"SSHSIG"
_OPENING = _MAGIC + b"\0\0\0\1"  # version 1
_KIND = b"ssh-ed25519"
_HASH = b"sha512"
_BEGIN = "-----BEGIN SSH SIGNATURE-----\n"
_END = "-----END SSH SIGNATURE-----\n"
_COLUMNS = 70
_SIZE = 32
_FIELD = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# y of the eight points of small order: as a key, each would "sign" message after message
_SMALL = frozenset({0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8})

_USE = "use an ssh-ed25519 key and ssh-keygen -Y sign with its default hash"


class SignatureError(ShapeError):
    """The signature is well formed and does not vouch for these bytes and this purpose."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="do not trust it; ask the signer to send it again")


def sign(key: Ed25519PrivateKey, namespace: str, message: bytes) -> str:
    """Return the armoured signature, byte for byte what `ssh-keygen -Y sign -n namespace` gives.

    `namespace` names one purpose (`bundle-v1@breachcase`), so that a signature made for one
    is worth nothing for another.
    """
    public = key.public_key().public_bytes_raw()
    signature = key.sign(_signed(namespace.encode(), message))
    return _armoured(_blob(public, namespace.encode(), signature))


def verify(signature: str, namespace: str, message: bytes) -> bytes:
    """Return the signer's 32-byte public key; whether to trust it is the caller's question.

    Raises ShapeError for anything but one Ed25519 / SHA-512 signature in the exact form that
    `sign` gives, SignatureError where it is for another purpose or other bytes.
    """
    key, purpose, reserved, digest, vouch = _strings(_dearmoured(signature), 5)
    kind, value = _strings(vouch, 2)
    if kind != _KIND or digest != _HASH or reserved:
        raise ShapeError("ssh signature is not ed25519 with sha512", hint=_USE)
    public = _public(key)
    if purpose != namespace.encode():
        raise SignatureError(f"ssh signature is not made for {namespace}")
    signed = _signed(purpose, message)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value, signed)
    except InvalidSignature:
        raise SignatureError("ssh signature does not match the signed bytes") from None
    return public


def public_line(public: bytes) -> str:
    """Return the 32-byte public key as OpenSSH writes it, `ssh-ed25519 AAAA...`, no comment."""
    blob = _string(_KIND) + _string(public)
    return f"{_KIND.decode()} {binascii.b2a_base64(blob, newline=False).decode()}"


def parse_public_line(text: str) -> bytes:
    """Return the 32 bytes of the key that `public_line` wrote; raise ShapeError for all else."""
    try:
        blob = binascii.a2b_base64(text.removeprefix("ssh-ed25519 ")[:_COLUMNS])
    except ValueError:
        blob = b""
    public = _public(blob)
    if public_line(public) != text:
        raise ShapeError("key is not one ssh-ed25519 key without a comment", hint=_USE)
    return public


def _public(blob: bytes) -> bytes:
    kind, public = _strings(blob, 2)
    if kind != _KIND or len(public) != _SIZE:
        raise ShapeError("key is not an ed25519 key", hint=_USE)
    height = int.from_bytes(public, "little") & (2**255 - 1)
    if height >= _FIELD or height in _SMALL:
        raise ShapeError("ed25519 key is a point that no honest key is", hint=_USE)
    return public


def _strings(data: bytes, count: int) -> list[bytes]:
    strings = []
    for _ in range(count):
        end = 4 + int.from_bytes(data[:4], "big")
        if len(data) < end:
            raise ShapeError("ssh key or signature is cut short", hint=_USE)
        strings.append(data[4:end])
        data = data[end:]
    if data:
        raise ShapeError("ssh key or signature is followed by something else", hint=_USE)
    return strings


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _signed(namespace: bytes, message: bytes) -> bytes:
    parts = (namespace, b"", _HASH, sha512(message).digest())
    return _MAGIC + b"".join(map(_string, parts))


def _blob(public: bytes, namespace: bytes, value: bytes) -> bytes:
    key = _string(_KIND) + _string(public)
    vouch = _string(_KIND) + _string(value)
    return _OPENING + b"".join(map(_string, (key, namespace, b"", _HASH, vouch)))


def _armoured(blob: bytes) -> str:
    text = binascii.b2a_base64(blob, newline=False).decode()
    rows = (text[at : at + _COLUMNS] + "\n" for at in range(0, len(text), _COLUMNS))
    return _BEGIN + "".join(rows) + _END


def _dearmoured(text: str) -> bytes:
    if len(text) > SIGNATURE_LIMIT:
        raise ShapeError(f"ssh signature is longer than {SIGNATURE_LIMIT} characters", hint=_USE)
    try:
        blob = binascii.a2b_base64(text.removeprefix(_BEGIN).removesuffix(_END))
    except ValueError:
        blob = b""
    # one text for one signature: whatever base64 or the armour would forgive shows up here
    if not blob.startswith(_OPENING) or _armoured(blob) != text:
        raise ShapeError("ssh signature is not one strictly armoured signature", hint=_USE)
    return blob[len(_OPENING) :]
