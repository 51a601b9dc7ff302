"""Text as the scan reads it: ASCII digits, plain spaces and dashes, nothing invisible."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_PLAIN = {"Zs": " ", "Pd": "-"}  # by category: a no-break space, an en dash


class Folded(NamedTuple):
    """Folded text, and for each of its characters where it stood in the original."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that `text[start:end]` was; never empty."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Return `text` so that no other way to write a digit, space or dash hides a number.

    Joiners, soft hyphens and other characters without a picture go; fullwidth and other
    compatibility forms become plain. The places map what is found back.
    """
    if text.isascii():
        return Folded(text, range(len(text)))
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        plain = char if char.isascii() else _folded(char)
        folded.append(plain)
        places += [place] * len(plain)
    return Folded("".join(folded), places)


def _folded(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cf", "Mn", "Cc"}:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if char == "\N{MINUS SIGN}":
        return "-"
    return _PLAIN.get(category) or unicodedata.normalize("NFKC", char)
