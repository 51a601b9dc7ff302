"""Bytes as they come in: pieces of any size, read with lookahead and never twice."""

from __future__ import annotations

from collections.abc import Iterator


class Intake:
    """A source of pieces that gives lines and blocks; holds one piece beyond what was asked."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = bytearray()

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes without taking them, fewer only where the source ends."""
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        return bytes(self._held[:size])

    def take(self, size: int) -> bytes:
        """Return and consume the next `size` bytes, fewer only where the source ends."""
        data = self.peek(size)
        del self._held[: len(data)]
        return data

    def line(self, limit: int) -> bytes:
        """Take the next line with its line feed.

        Without a line feed at its end the result is the last of the source, or the first
        `limit` + 1 bytes of a line of more than `limit`.
        """
        return self.take(self.peek(limit + 1).find(b"\n") + 1 or limit + 1)
