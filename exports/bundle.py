"""The bundle: a signed manifest in one line of JSON, then its attachments, as an age file."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedReader, RawIOBase
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exports import limits
from exports.attached import chunk_lines, read_chunks
from exports.card import Card, parse_card
from exports.errors import BundleError, UntrustedError
from exports.manifest import Manifest, dump_manifest, parse_manifest
from models import strictjson
from models.strictjson import JSON
from store import age, sshsig
from store.age import Identity, Recipient
from store.age.intake import Intake

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

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


def seal_bundle(
    line1: bytes, recipients: Sequence[Recipient], contents: Sequence[Iterable[bytes]] = ()
) -> Iterator[bytes]:
    """Yield the sealed file of a signed bundle and what its attachments hold, in constant memory.

    Raises AgeError for 0 or over 32 recipients. Whether the contents are those of the manifest
    is for the caller: see `Sealed`.
    """
    lines = (line for index, content in enumerate(contents) for line in chunk_lines(index, content))
    return age.seal_pieces(chain((line1,), lines), recipients)


def open_bundle(source: BinaryIO, identities: Sequence[Identity]) -> Opened:
    """Return what a sealed file says, all of it verified in the order of docs/format-bundle.md.

    Reads from where `source` stands. Says nothing of trust: whose card it is and what that office
    may say is for the inbox. Raises NotForUsError, AgeError, ShapeError, BundleError or
    UntrustedError.
    """
    reading = Unsealing(source, identities)
    for content in reading.contents():
        for _ in content:
            pass
    return reading.opened


class Unsealing:
    """A sealed file while it is read: its verified line 1 as `opened`, then its attachments."""

    def __init__(self, source: BinaryIO, identities: Sequence[Identity]) -> None:
        """Read the header and line 1; raise as `open_bundle`."""
        self._intake = Intake.of(age.unseal(BufferedReader(_Bounded(source)), identities))
        line = self._intake.line(limits.LINE - 1)
        if not line.endswith(b"\n") or len(line) > limits.LINE:
            raise BundleError("sealed text does not begin with the line of a bundle")
        self.opened = read_line(line)

    def contents(self) -> Iterator[Iterator[bytes]]:
        """Yield the content of each attachment in turn, in pieces; raise as `open_bundle`.

        Each has to be read to its end before the next is asked for, and nothing of the bundle
        counts before this iteration has ended too.
        """
        for index, file in enumerate(self.opened.manifest.attachments):
            yield read_chunks(self._intake, index, file)
        # looking for more is also what makes age say that the file is whole
        if self._intake.take(1):
            raise BundleError("something follows that the manifest does not name")


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


class _Bounded(RawIOBase):
    """A source of at most so many bytes: a file that grows while it is read ends in an error."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source = source
        self._room = limits.SEALED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        piece = self._source.read(len(memoryview(buffer)))
        self._room -= len(piece)
        if self._room < 0:
            raise BundleError(f"bundle is longer than {limits.SEALED} bytes")
        memoryview(buffer)[: len(piece)] = piece
        return len(piece)
