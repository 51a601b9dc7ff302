"""Where an item of a list stands: a fraction, so that an item put between two moves neither.

Source: docs/format-vault.md, "Answers".
"""

from __future__ import annotations

import re
from typing import Final

from models.strictjson import JSON

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE: Final = len(_DIGITS)
_WORTH: Final = {digit: worth for worth, digit in enumerate(_DIGITS)}
_POSITION: Final = re.compile(r"[0-9A-Za-z]{0,999}[1-9A-Za-z]")


def position(value: JSON) -> str | None:
    """Return the position that a register holds, None for what is none."""
    return value if isinstance(value, str) and _POSITION.fullmatch(value) else None


def between(before: str, after: str) -> str:
    """Return the shortest position strictly between two; empty for an end of the list.

    `before` < `after` where both are given. Of several the lowest at the end of a list, the
    highest at its beginning, so that a list that grows there takes few digits; else the middle.
    """
    size = 1
    while True:
        least = _cut(before, size) + 1
        most = _BASE**size - 1
        if after:
            most = _cut(after, size) - (len(after) <= size)
        if least <= most:
            return _text(_pick(least, most, before, after), size)
        size += 1


def spread(before: str, after: str, count: int) -> list[str]:
    """Return so many positions in order between two; empty for an end, as in `between`.

    The room between two is halved, so that a thousand take two or three digits more, not a hundred.
    """
    if not after:
        return [before := between(before, "") for _ in range(count)]
    if not before:
        return [after := between("", after) for _ in range(count)][::-1]
    if not count:
        return []
    at, half = between(before, after), count // 2
    return [*spread(before, at, half), at, *spread(at, after, count - half - 1)]


def _pick(least: int, most: int, before: str, after: str) -> int:
    if before and not after:
        return least
    return most if after and not before else (least + most) // 2


def _cut(text: str, size: int) -> int:
    """Return the first `size` digits as a whole number."""
    worth = 0
    for digit in text[:size].ljust(size, "0"):
        worth = worth * _BASE + _WORTH[digit]
    return worth


def _text(worth: int, size: int) -> str:
    digits = []
    for _ in range(size):
        worth, digit = divmod(worth, _BASE)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
