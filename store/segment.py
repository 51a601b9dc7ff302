"""A segment: one device's frames in order, under a key that is used for this file only."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store import signing
from store.errors import DamagedError
from store.frame import STEP, Body, parse_body
from store.kdf import derive
from store.keyring import Keyring

VERSION: Final = 1
LARGEST_BODY: Final = 16 * 1024 * 1024
_MAGIC: Final = b"BCSEGM1\0"
_TAIL: Final = b"BCTAIL1\0"
_HEADER: Final = struct.Struct(">8sH32s16sQI32s32s")
_TRAILER: Final = struct.Struct(">I8sQ32s32s")
HEADER_SIZE: Final = _HEADER.size
PREVIOUS: Final = slice(HEADER_SIZE - 32, HEADER_SIZE)
TRAILER_SIZE: Final = _TRAILER.size + signing.SIGNATURE_SIZE
_LENGTH: Final = struct.Struct(">I")
_TAG: Final = 16
_SMALLEST: Final = _LENGTH.size + STEP + _TAG
_REACH: Final = 64  # frames in a row that damage may swallow before the rest is given up


@dataclass(frozen=True, slots=True)
class SegmentHeader:
    """Which segment this is: vault, device (hex), seq from 1, epoch, salt, previous file's hash."""

    vault_id: bytes
    device: str
    seq: int
    epoch: int
    salt: bytes
    previous: bytes

    def pack(self) -> bytes:
        """Return the 134 bytes of the header. Source: docs/format-vault.md, "Segment"."""
        device = bytes.fromhex(self.device)
        middle = (self.vault_id, device, self.seq, self.epoch)
        return _HEADER.pack(_MAGIC, VERSION, *middle, self.salt, self.previous)


def parse_header(raw: bytes) -> SegmentHeader:
    """Return the header at the start of `raw`; raise DamagedError."""
    if len(raw) < HEADER_SIZE:
        raise DamagedError("segment is cut short")
    magic, version, vault_id, device, *rest = _HEADER.unpack_from(raw)
    if (magic, version) != (_MAGIC, VERSION):
        raise DamagedError("segment has another header than this breachcase reads")
    return SegmentHeader(vault_id, device.hex(), *rest)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a file: its index, its place in bytes, and its body if that is whole."""

    index: int
    offset: int
    size: int
    body: Body | None


class SegmentCipher:
    """Seals and opens the frames of one segment. Raises DamagedError without its epoch's key."""

    def __init__(self, header: SegmentHeader, keyring: Keyring) -> None:
        self.header = header
        self._clear = header.pack()
        self._epoch_key = keyring.epoch_key(header.epoch)

    @cached_property
    def _cipher(self) -> AESGCM:
        # made when a frame is asked for: a vault has many more segments than it opens frames of
        header = self.header
        place = bytes.fromhex(header.device) + header.seq.to_bytes(8, "big")
        info = b"breachcase/segment/1\0" + header.vault_id + place
        return AESGCM(derive(self._epoch_key, header.salt, info))

    def seal(self, index: int, body: Body) -> bytes:
        """Return the frame: its length and the sealed body. No index is ever used twice."""
        data = body.pack()
        length = _LENGTH.pack(len(data) + _TAG)
        return length + self._cipher.encrypt(_nonce(index), data, self._context(index, length))

    def open(self, index: int, frame: bytes) -> Body | None:
        """Return the body of a whole frame, None when a byte or its place is another."""
        length, sealed = frame[: _LENGTH.size], frame[_LENGTH.size :]
        try:
            data = self._cipher.decrypt(_nonce(index), sealed, self._context(index, length))
        except InvalidTag:
            return None
        return parse_body(data)

    def walk(self, raw: bytes) -> Iterator[Frame]:
        """Yield the frames of a segment file, the damaged ones without a body.

        Ends after the last whole frame: what follows is a trailer or a torn tail.
        """
        offset, index = HEADER_SIZE, 0
        while True:
            size = frame_size(raw, offset)
            body = self.open(index, raw[offset : offset + size]) if size else None
            if body is None:
                found = self._find_next(raw, offset, index)
                if found is None:
                    return
                following, offset_after = found
                for lost in range(index, following):
                    yield Frame(lost, offset, 0, None)
                index, offset = following, offset_after
            else:
                yield Frame(index, offset, size, body)
                index, offset = index + 1, offset + size

    def _find_next(self, raw: bytes, start: int, index: int) -> tuple[int, int] | None:
        """Return index and offset of the next whole frame after a damaged one.

        The damage may have hit a length, so none is believed: the steps in which bodies are
        padded say where a frame can begin.
        """
        for skipped in range(1, _REACH + 1):
            first = start + skipped * _SMALLEST
            for offset in range(first, len(raw) - _SMALLEST + 1, STEP):
                size = frame_size(raw, offset)
                if size and self.open(index + skipped, raw[offset : offset + size]) is not None:
                    return index + skipped, offset
        return None

    def _context(self, index: int, length: bytes) -> bytes:
        return self._clear + index.to_bytes(8, "big") + length


def trailer(raw: bytes, count: int, key: Ed25519PrivateKey) -> bytes:
    """Return what closes a segment of `count` frames, `raw` being its header and frames."""
    header = parse_header(raw)
    digest = hashlib.sha256(raw).digest()
    data = _TRAILER.pack(0, _TAIL, count, digest, header.previous)
    return data + signing.sign(key, "segment", header.vault_id, data)


def closing_claim(raw: bytes, header: SegmentHeader) -> tuple[bytes, bytes] | None:
    """Return signature and signed bytes of a closed segment's trailer.

    None where the content is not what the trailer says. Whose signature it is, the caller checks.
    """
    content, tail = raw[:-TRAILER_SIZE], raw[-TRAILER_SIZE:]
    if len(content) < HEADER_SIZE:
        return None
    data, signature = tail[: _TRAILER.size], tail[_TRAILER.size :]
    digest = hashlib.sha256(content).digest()
    _, _, count, *_ = _TRAILER.unpack(data)
    expected = _TRAILER.pack(0, _TAIL, count, digest, header.previous)
    return (signature, data) if data == expected else None


def frame_size(raw: bytes, offset: int) -> int:
    """Return the size in bytes of the frame whose length stands at `offset`, 0 if it cannot be."""
    if len(raw) - offset < _SMALLEST:
        return 0
    (length,) = _LENGTH.unpack_from(raw, offset)
    fits = _TAG < length <= min(LARGEST_BODY + _TAG, len(raw) - offset - _LENGTH.size)
    return _LENGTH.size + length if fits and (length - _TAG) % STEP == 0 else 0


def _nonce(index: int) -> bytes:
    return index.to_bytes(12, "big")
