"""A sealed file: padded so that its size says little, bound to its vault, kind and id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from store import cobblestone
from store.errors import DamagedError

MAGIC: Final = b"BCSEAL1\0"
_FLOOR: Final = 4096
_LENGTH: Final = 8


def padded_size(size: int) -> int:
    """Return the Padme size for `size` bytes, at least 4096: at most 12 % larger.

    Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files" (PETS 2019).
    """
    if size <= _FLOOR:
        return _FLOOR
    exponent = size.bit_length() - 1
    spare = exponent - exponent.bit_length()
    mask = (1 << spare) - 1
    return size + mask & ~mask


def pad(data: bytes) -> bytes:
    """Return length | data | zero bytes."""
    size = padded_size(_LENGTH + len(data))
    return (len(data).to_bytes(_LENGTH, "big") + data).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes | None:
    """Return the data, or None where the length cannot be."""
    length = int.from_bytes(padded[:_LENGTH], "big")
    if len(padded) < _LENGTH or length > len(padded) - _LENGTH:
        return None
    return padded[_LENGTH : _LENGTH + length]


@dataclass(frozen=True, slots=True)
class Envelope:
    """The seal of one file: its 32-byte key and what it is (vault id, kind, id)."""

    key: bytes
    vault_id: bytes
    kind: str
    name: str = ""

    def seal(self, data: bytes, magic: bytes = MAGIC) -> bytes:
        """Return the bytes of the file; `magic` is what stands in clear before the seal."""
        return magic + cobblestone.seal(self.key, self._context(), pad(data))

    def unseal(self, raw: bytes, magic: bytes = MAGIC) -> bytes:
        """Return the data; raise DamagedError unless every byte is as it was sealed."""
        padded = None
        if raw.startswith(magic):
            padded = cobblestone.unseal(self.key, self._context(), raw[len(magic) :])
        data = None if padded is None else unpad(padded)
        if data is None:
            raise DamagedError(
                f"sealed file of kind {self.kind} is damaged or of another vault",
                hint="restore it from a backup of this machine",
            )
        return data

    def _context(self) -> bytes:
        tail = self.kind.encode("ascii") + b"\0" + self.name.encode("ascii")
        return b"breachcase/file/1\0" + self.vault_id + tail
