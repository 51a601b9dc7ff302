"""Looks for a secret in the writable memory of its own process, without making a copy of it."""

from __future__ import annotations

import ctypes
from pathlib import Path

MASK = 0x5A
"""The secret is handed over masked, so that asking for it does not put it into memory."""


def masked(secret: bytes) -> str:
    return bytes(byte ^ MASK for byte in secret).hex()


def copies(masked_secret: str, length: int) -> int:
    """Count the copies of the first `length` bytes of a secret, but for the one searched with."""
    hidden = bytes.fromhex(masked_secret)[:length]
    needle = (ctypes.c_ubyte * length)(*(byte ^ MASK for byte in hidden))
    own = ctypes.addressof(needle)
    found = sum(_count(start, end, needle, own) for start, end in _writable())
    ctypes.memset(own, 0, length)
    return found


def _writable() -> list[tuple[int, int]]:
    """Return start and end of each stretch of memory that may be written to and read."""
    spans = []
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        place, modes, *_ = line.split()
        start, _, end = place.partition("-")
        if modes.startswith("rw"):
            spans.append((int(start, 16), int(end, 16)))
    return spans


def _count(start: int, end: int, needle: ctypes.Array[ctypes.c_ubyte], own: int) -> int:
    search = ctypes.CDLL(None).memmem
    search.restype = ctypes.c_void_p
    search.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t)
    hits = 0
    while (place := search(start, end - start, own, len(needle))) is not None:
        hits += place != own
        start = place + 1
    return hits
