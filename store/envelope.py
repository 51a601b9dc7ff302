"""A sealed file: padded so that its size says little, bound to its vault, kind and id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from store import cobblestone
from store.errors import DamagedError

MAGIC: Final = b"BCSEAL1\0"
_FLOOR: Final = 4096
_LENGTH: Final = 8
_ZEROS: Final = bytes(64 * 1024)


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
            raise self._damaged()
        return data

    def seal_pieces(self, data: Iterable[bytes], size: int, magic: bytes) -> Iterator[bytes]:
        """Yield what `seal` returns for `size` bytes of data, a piece at a time."""
        yield magic
        yield from cobblestone.seal_pieces(self.key, self._context(), _padded(data, size))

    def unseal_pieces(self, raw: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the data sealed in `raw`, which begins after the magic, a piece at a time.

        Nothing of it counts before the last piece has come. Raises DamagedError.
        """
        left = None
        for piece in cobblestone.unseal_pieces(self.key, self._context(), raw):
            if piece is None:
                raise self._damaged()
            data = piece
            if left is None and piece:
                left, data = int.from_bytes(piece[:_LENGTH], "big"), piece[_LENGTH:]
            data = data[:left]
            if left is not None and data:
                left -= len(data)
                yield data
        if left != 0:
            raise self._damaged()

    def _damaged(self) -> DamagedError:
        return DamagedError(
            f"sealed file of kind {self.kind} is damaged or of another vault",
            hint="restore it from a backup of this machine; a header of before a rekey opens none",
        )

    def _context(self) -> bytes:
        tail = self.kind.encode("ascii") + b"\0" + self.name.encode("ascii")
        return b"breachcase/file/1\0" + self.vault_id + tail


def _padded(data: Iterable[bytes], size: int) -> Iterator[bytes]:
    yield size.to_bytes(_LENGTH, "big")
    yield from data
    left = padded_size(_LENGTH + size) - _LENGTH - size
    for start in range(0, left, len(_ZEROS)):
        yield _ZEROS[: left - start]
