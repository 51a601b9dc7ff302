"""The bundle: a signed manifest in one line of JSON, sealed as an age file."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exports import limits
from exports.card import Card, parse_card
from exports.errors import BundleError, UntrustedError
from exports.manifest import Manifest, dump_manifest, parse_manifest
from models import strictjson
from models.strictjson import JSON
from store import age, sshsig
from store.age import Identity, Recipient

BUNDLE_NAMESPACE: Final = "bundle-v1@breachcase"
_MEMBERS = {"bundle", "manifest", "sshsig"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified bundle: what it says, by which card, and the very bytes that were signed.

    `sha256` (hex) is that of `manifest_bytes`; `signer` the 32-byte key that signed them, which
    is the key of `card`; `line1` the evidence to keep, with its line feed.
    """

    manifest: Manifest
    manifest_bytes: bytes
    sha256: str
    signer: bytes
    card: Card
    line1: bytes


def sign_bundle(manifest: Manifest, signer: Ed25519PrivateKey) -> bytes:
    """Return line 1 with its line feed: the evidence both sides keep."""
    raw = dump_manifest(manifest)
    line: JSON = {
        "bundle": 1,
        "manifest": binascii.b2a_base64(raw, newline=False).decode(),
        "sshsig": [sshsig.sign(signer, BUNDLE_NAMESPACE, raw)],
    }
    return strictjson.dump(line) + b"\n"


def seal_bundle(line1: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Return the sealed file of a signed bundle; raise AgeError for 0 or over 32 recipients."""
    return age.seal_bytes(line1, recipients)


def open_bundle(data: bytes, *identities: Identity) -> Opened:
    """Return what a sealed file says, verified in the order of docs/format-bundle.md.

    It was sealed to one of `identities`: an office that changed its keys has several.

    Says nothing of trust: whose card it is and what that office may say is for the inbox.
    Raises NotForUsError, AgeError, ShapeError, BundleError or UntrustedError.
    """
    if len(data) > limits.SEALED:
        raise BundleError(f"bundle is longer than {limits.SEALED} bytes")
    line, rest = _first_line(age.unseal(BytesIO(data), identities))
    opened = read_line(line)
    if rest:
        raise BundleError("something follows the manifest that it does not name")
    return opened


def read_line(line: bytes) -> Opened:
    """Return what line 1 says, signature verified first; raise as `open_bundle` does."""
    raw, signature = _signed(line)
    signer = sshsig.verify(signature, BUNDLE_NAMESPACE, raw)
    manifest = parse_manifest(raw)
    card = parse_card(manifest.sender.card)
    if card.line() != manifest.sender.card:
        raise BundleError("sender's card is not written in its one exact form")
    if card.signing != signer:
        raise UntrustedError(
            "bundle is signed by a key that is not on its sender's card",
            hint="ask the sender by telephone; nothing was filed",
        )
    return Opened(manifest, raw, sha256(raw).hexdigest(), signer, card, line)


def _first_line(pieces: Iterator[bytes]) -> tuple[bytes, int]:
    held = bytearray()
    for piece in pieces:
        held += piece
        if b"\n" in piece or len(held) > limits.LINE:
            break
    line, feed, rest = held.partition(b"\n")
    if not feed or len(line) >= limits.LINE:
        raise BundleError("sealed text does not begin with the line of a bundle")
    # only the end of the pieces says that the file is whole
    return bytes(line + feed), len(rest) + sum(map(len, pieces))


def _signed(line: bytes) -> tuple[bytes, str]:
    found = strictjson.scan(line, limits.LINE_LIMITS)
    if not isinstance(found, dict) or "bundle" not in found:
        raise BundleError("sealed text is not a breachcase bundle")
    if found["bundle"] is True or found["bundle"] != 1:  # True == 1
        raise BundleError("bundle is of a newer format", hint="open it with a newer breachcase")
    match found:
        case {"manifest": str(text), "sshsig": [str(signature)]} if set(found) == _MEMBERS:
            return _decoded(text), signature
        case _:
            raise BundleError("first line of the bundle is not as the format says")


def _decoded(text: str) -> bytes:
    try:
        raw = binascii.a2b_base64(text)
    except ValueError:
        raw = b""
    if not raw or binascii.b2a_base64(raw, newline=False).decode() != text:
        raise BundleError("manifest is not in canonical base64")
    return raw
