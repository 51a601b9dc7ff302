"""Sentences as people write them into breach reports, with what in them is personal data.

`personal/tune.jsonl` is what the rules of the scan were written against; `personal/frozen.jsonl`
is what they are measured on, and nobody looks at its misses while writing rules. Which half a
sentence is in, its own sha256 says. Everything is invented, or published for documentation: NHS
numbers from the 999 range, telephone numbers that Ofcom, ACMA, ARCEP and the Bundesnetzagentur
keep for fiction, the card schemes' test cards, the IBAN registry's examples.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "personal"


class Label(NamedTuple):
    """`text[start:end]` is personal data of a kind."""

    start: int
    end: int
    kind: str


class Sentence(NamedTuple):
    """One sentence, or a few lines, and its labels; a hard negative has none."""

    text: str
    labels: tuple[Label, ...]


def corpus(half: str) -> tuple[Sentence, ...]:
    """Return the sentences of `tune` or of `frozen`."""
    lines = (FOLDER / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return tuple(
        Sentence(row["text"], tuple(Label(*label) for label in row["labels"])) for row in rows
    )
