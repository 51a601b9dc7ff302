"""Two texts that came from one, put together by sentence: a proposal, for a person to take.

A three-way merge as of diff3. Where both changed the same or neighbouring sentences there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_GAPS: Final = re.compile(r"(\s+)")
_ENDS: Final = (".", "!", "?", "…")
_CLOSING: Final = "\"'”\N{RIGHT SINGLE QUOTATION MARK})]"
_MOST: Final = 1_000_000  # pairs of sentences to compare: a third of a second

_BY: Final = ("by 1", "by 2", "by both")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a line, and the blanks after it."""

    text: str
    gap: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The text that two come to, and its sentences in order, each with what became of it.

    That is `kept`, or `added` or `removed` and `by 1`, `by 2` or `by both`.
    """

    text: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Sentences `start` to `end` of the base, which a side (0, 1; 2: both) has as `said`."""

    start: int
    end: int
    said: tuple[Sentence, ...]
    side: int

    def meets(self, other: _Hunk) -> bool:
        """Whether no unchanged sentence stands between the two."""
        return self.start <= other.end and other.start <= self.end

    @property
    def deed(self) -> tuple[int, int, tuple[str, ...]]:
        """What was done, whoever did it."""
        return (self.start, self.end, tuple(each.text for each in self.said))

    @property
    def gaps(self) -> tuple[str, ...]:
        """The blanks after its sentences."""
        return tuple(each.gap for each in self.said)


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences and lines of a text; joined with their gaps they are the text again."""
    found: list[Sentence] = []
    said = ""
    pieces = [*_GAPS.split(text), ""]
    for word, gap in zip(pieces[::2], pieces[1::2], strict=True):
        said += word
        if "\n" in gap or word.rstrip(_CLOSING).endswith(_ENDS):
            found.append(Sentence(said, gap))
            said = ""
        else:
            said += gap
    return (*found, Sentence(said, "")) if said else tuple(found)


def propose(base: str, one: str, other: str) -> Merged | None:
    """Return what both sides of a text come to together, None where they are in each other's way.

    The sides are alike: exchanged, they come to the same text.
    """
    sides = sentences(one), sentences(other)
    before = sentences(base)
    hunks = _hunks(before, sides[0], 0), _hunks(before, sides[1], 1)
    chosen = _together(*hunks)
    if chosen is None:
        return None
    stable = _stable(before, sides)
    said: list[Sentence] = []
    lines: list[tuple[str, str]] = []
    at = 0
    for hunk in (*chosen, _Hunk(len(before), len(before), (), 0)):
        said += stable[at : hunk.start]
        lines += [("kept", each.text) for each in stable[at : hunk.start]]
        said += hunk.said
        lines += [
            (f"removed {_BY[hunk.side]}", each.text) for each in before[hunk.start : hunk.end]
        ]
        lines += [(f"added {_BY[hunk.side]}", each.text) for each in hunk.said]
        at = hunk.end
    for text, unlike in ((one, other), (other, one)):
        if base == unlike or one == other:  # to the last blank as that side has it
            return Merged(text, tuple(lines))
    return Merged(_joined(said), tuple(lines))


def _together(
    ours: tuple[_Hunk, ...] | None, theirs: tuple[_Hunk, ...] | None
) -> list[_Hunk] | None:
    """Return what both sides did, in order; None where it can't be told or done together."""
    if ours is None or theirs is None:
        return None
    found = {each.deed: each for each in ours}
    for each in theirs:
        same = found.get(each.deed)
        if same is not None:
            said = max(same, each, key=lambda hunk: hunk.gaps).said
            found[each.deed] = _Hunk(each.start, each.end, said, 2)
        elif any(each.meets(other) for other in ours):
            return None
        else:
            found[each.deed] = each
    return sorted(found.values(), key=lambda each: (each.start, each.end))


def _joined(said: list[Sentence]) -> str:
    parts = [
        each.text + (each.gap or (" " if each.text.endswith(_ENDS) else "\n")) for each in said
    ]
    return "".join(parts).rstrip()


def _stable(
    before: tuple[Sentence, ...], sides: tuple[tuple[Sentence, ...], tuple[Sentence, ...]]
) -> list[Sentence]:
    """Return the base, each sentence with the gap that a side gave it."""
    gaps = [{start: side[at].gap for start, at in _matches(before, side) or ()} for side in sides]
    found = []
    for number, each in enumerate(before):
        new = {gap for side in gaps if (gap := side.get(number, each.gap)) != each.gap}
        found.append(Sentence(each.text, max(new, default=each.gap)))
    return found


def _hunks(
    before: tuple[Sentence, ...], after: tuple[Sentence, ...], side: int
) -> tuple[_Hunk, ...] | None:
    """Return where `after` differs; None where that would take too long to find."""
    matches = _matches(before, after)
    if matches is None:
        return None
    found = []
    start = at = 0
    for old, new in (*matches, (len(before), len(after))):
        if (start, at) != (old, new):
            found.append(_Hunk(start, old, after[at:new], side))
        start, at = old + 1, new + 1
    return tuple(found)


def _matches(
    before: tuple[Sentence, ...], after: tuple[Sentence, ...]
) -> list[tuple[int, int]] | None:
    """Return the pairs of places of a longest common subsequence; None for texts too long."""
    old, new = ([each.text for each in side] for side in (before, after))
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle[0]) * len(middle[1]) > _MOST:
        return None
    inner = [(head + a, head + b) for a, b in _common(*middle)]
    ends = ((len(old) - each, len(new) - each) for each in range(tail, 0, -1))
    return [*((each, each) for each in range(head)), *inner, *ends]


def _common(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return the pairs of places of a longest common subsequence of two lists."""
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for a in range(len(old) - 1, -1, -1):
        row, below = longest[a], longest[a + 1]
        for b in range(len(new) - 1, -1, -1):
            row[b] = below[b + 1] + 1 if old[a] == new[b] else max(below[b], row[b + 1])
    found = []
    a = b = 0
    while a < len(old) and b < len(new):
        if old[a] == new[b]:
            found.append((a, b))
            a, b = a + 1, b + 1
        elif longest[a + 1][b] >= longest[a][b + 1]:
            a += 1
        else:
            b += 1
    return found
