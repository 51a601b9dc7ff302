"""Whether two lines of print are the same line, some letters having been lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

ENOUGH: Final = 0.86
"""The least likeness of the same line: one letter of eight may be wrong or missing."""
_ENDS: Final = re.compile(r"[:?*]\s*|$")
_LONGEST: Final = 240  # characters of a line that are looked at


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """Return the letters and digits of a text, case-folded, at most 240 of them."""
    return re.sub(r"[\W_]+", "", text[: 4 * _LONGEST].casefold())[:_LONGEST]


def likeness(line: str, printed: str) -> float:
    """Return how alike two bare texts are, 0 to 1; 0 where they are not alike enough."""
    if line == printed:
        return 1.0 if line else 0.0
    longest = max(len(line), len(printed))
    if 2 * min(len(line), len(printed)) < ENOUGH * (len(line) + len(printed)) or not longest:
        return 0.0  # their lengths alone say so
    matcher = SequenceMatcher(None, line, printed, autojunk=False)
    found = matcher.ratio() if matcher.quick_ratio() >= ENOUGH else 0.0
    return found if found >= ENOUGH else 0.0


def begins_like(line: str, printed: str) -> int:
    """Return how much of `line` (a raw text) prints `printed`: an index, 0 for none of it.

    The answer may follow on the same line, after a colon or a question mark.
    """
    wanted = bare(printed)
    for match in _ENDS.finditer(line[: 4 * _LONGEST]):
        if likeness(bare(line[: match.start()]), wanted):
            return match.end()
    return 0


def goes_on_in(line: str, printed: str) -> bool:
    """Whether a raw line is like the beginning of `printed`, and shorter: the rest may follow."""
    begun, wanted = bare(line), bare(printed)
    return len(begun) < len(wanted) and likeness(begun, wanted[: len(begun)]) > 0


def closest(line: str, printed: Iterable[str]) -> str | None:
    """Return the printed text that a raw line is like, None for none and for two alike ones."""
    wanted = bare(line)
    scores = sorted(((likeness(wanted, bare(each)), each) for each in printed), reverse=True)
    best = [each for score, each in scores if score and score == scores[0][0]]
    return best[0] if len(best) == 1 else None
