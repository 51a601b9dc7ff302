"""A head: what a device signed as the list of its last segments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeGuard

from models.errors import ShapeError
from models.strictjson import JSON, dump, scan
from store import signing
from store.device import Device
from store.errors import DamagedError

LARGEST: Final = 64 * 1024  # bytes
NAME: Final = "head"
LISTED: Final = 256  # segments
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_HIGHEST: Final = 10**10 - 1  # what ten digits of a file name hold


@dataclass(frozen=True, slots=True)
class Head:
    """The last segments of a device, at most 256, by number: SHA-256 in hex.

    `raw` is the file: signature | JSON.
    """

    segments: tuple[tuple[int, str], ...]
    raw: bytes

    @property
    def claim(self) -> tuple[bytes, bytes]:
        """The signature and the bytes that it covers."""
        return self.raw[: signing.SIGNATURE_SIZE], self.raw[signing.SIGNATURE_SIZE :]

    @property
    def last(self) -> tuple[int, str]:
        """The segment with the highest number; (0, "") for an empty list."""
        return max(self.segments, default=(0, ""))

    def is_signed_by(self, public: bytes, vault_id: bytes) -> bool:
        """Whether the device of the 32-byte `public` key wrote it for this vault."""
        return signing.is_signed(public, "head", vault_id, self.claim)

    def covers(self, other: Head) -> bool:
        """Whether it was written later than, or is the same as, `other` on one and the same chain.

        Of what is too long ago to be listed nothing can be said, so it counts as covered.
        """
        seq, digest = other.last
        if seq < min(self.segments, default=(1, ""))[0]:
            return True
        return (seq, digest) in self.segments


def parse_head(raw: bytes) -> Head:
    """Return the head in `raw`, its signature not yet checked; raise DamagedError."""
    try:
        match scan(raw[signing.SIGNATURE_SIZE :]):
            case {"v": 1, "segments": list(rows)}:
                return Head(tuple((row[0], row[1]) for row in rows if _is_row(row)), raw)
            case _:
                raise DamagedError("it is of another shape")
    except ShapeError:
        raise DamagedError("it is no plain json") from None


def sign_head(device: Device, vault_id: bytes, segments: list[tuple[int, str]]) -> bytes:
    """Return the file of a head that lists the last of these segments."""
    rows = segments[-LISTED:]
    listed: list[JSON] = [[seq, digest] for seq, digest in rows]
    name, last = device.card("", ()).device_id, max(rows, default=(0, ""))[0]
    data = dump({"v": 1, "device": name, "seq": last, "segments": listed})
    return signing.sign(device.signing, "head", vault_id, data) + data


def _is_row(row: JSON) -> TypeGuard[tuple[int, str]]:
    match row:
        case [int(seq), str(digest)] if 0 < seq <= _HIGHEST:
            return bool(_DIGEST.fullmatch(digest))
        case _:
            return False
