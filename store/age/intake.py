"""Bytes as they come in: blocks and lines, read with lookahead and never twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Self


class Intake:
    """A source that gives lines and blocks; holds no more than was asked for and one piece.

    `fetch` is given how many bytes are wanted and returns some, more or fewer, and none only at
    the end: the `read` of a binary file.
    """

    def __init__(self, fetch: Callable[[int], bytes]) -> None:
        self._fetch = fetch
        self._held = b""
        self._at = 0

    @classmethod
    def of(cls, pieces: Iterable[bytes]) -> Self:
        """Return an intake of pieces of any size, empty ones too."""
        filled = filter(None, pieces)
        return cls(lambda _: next(filled, b""))

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes without taking them, fewer only where the source ends."""
        self._hold(size)
        return self._held[self._at : self._at + size]

    def take(self, size: int) -> bytes:
        """Return and consume the next `size` bytes, fewer only where the source ends."""
        if self._at == len(self._held):
            self._held, self._at = self._fetch(size), 0
            if len(self._held) == size:  # a long text block by block: none is ever copied
                data, self._held = self._held, b""
                return data
        data = self.peek(size)
        self._at += len(data)
        return data

    def line(self, limit: int) -> bytes:
        """Take the next line with its line feed.

        Without a line feed at its end the result is the last of the source, or the first
        `limit` + 1 bytes of a line of more than `limit`.
        """
        self._hold(limit + 1)
        end = self._held.find(b"\n", self._at, self._at + limit + 1) + 1
        return self.take(end - self._at if end else limit + 1)

    def _hold(self, size: int) -> None:
        missing = size - (len(self._held) - self._at)
        if missing <= 0:
            return
        pieces = [self._held[self._at :]]
        while missing > 0 and (piece := self._fetch(missing)):
            pieces.append(piece)
            missing -= len(piece)
        self._held, self._at = b"".join(pieces), 0
