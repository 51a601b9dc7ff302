"""The personal-data scan on the labelled corpus: precision, recall, and time per narrative.

Run: .venv/bin/python benchmarks/scan.py [ROUNDS]

A label is found by a hit of its kind that overlaps it; a hit is right where it overlaps a label of
its kind. The rules were written against the tuning half alone, by the hand that wrote the
sentences of both: the frozen half says how they fare on sentences they were not fitted to, not how
they fare on other people's.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from typing import NamedTuple

from models.personal.hit import NAMES
from models.personal.scan import scan
from tests.models.corpus import Sentence, corpus

GOAL = 0.95
NARRATIVE_BYTES = 10 * 1024


class Score(NamedTuple):
    """By kind: labels found, hits that are wrong, labels missed."""

    right: Counter[str]
    wrong: Counter[str]
    missed: Counter[str]

    def row(self, *kinds: str) -> tuple[int, int, float, float]:
        """Return labels, wrong hits, precision and recall of those kinds together."""
        right, wrong, missed = (sum(each[kind] for kind in kinds) for each in self)
        precision = right / (right + wrong) if right + wrong else 1.0
        recall = right / (right + missed) if right + missed else 1.0
        return right + missed, wrong, precision, recall


def score(sentences: tuple[Sentence, ...]) -> Score:
    """Return how the scan does on labelled sentences."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for text, labels in sentences:
        hits = scan(text)
        pairs = {
            (hit, label)
            for hit in hits
            for label in labels
            if hit.kind == label.kind and hit.start < label.end and label.start < hit.end
        }
        found = {label for _, label in pairs}
        right.update(label.kind for label in found)
        missed.update(label.kind for label in labels if label not in found)
        wrong.update(hit.kind for hit in hits if hit not in {hit for hit, _ in pairs})
    return Score(right, wrong, missed)


def narrative() -> str:
    """Return 10 KB of the sentences one after the other."""
    text = ""
    for sentence in corpus("tune"):
        text += sentence.text + "\n"
        if len(text.encode()) >= NARRATIVE_BYTES:
            break
    return text


def main() -> int:
    """Print the tables; exit 1 when the frozen half falls short of the goal."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    halves = {half: score(corpus(half)) for half in ("tune", "frozen")}
    print(
        f"{'kind':<26} "
        + " ".join(f"{half + ' n':>8} {'wrong':>5} {'prec':>5} {'rec':>5}" for half in halves)
    )
    rows = {name: (kind,) for kind, name in sorted(NAMES.items(), key=lambda item: item[1].lower())}
    for name, kinds in {**rows, "all": tuple(NAMES)}.items():
        cells = (each.row(*kinds) for each in halves.values())
        print(
            f"{name:<26} " + " ".join(f"{n:>8} {w:>5} {p:>5.3f} {r:>5.3f}" for n, w, p, r in cells)
        )
    text = narrative()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        scan.__wrapped__(text)
        taken.append((time.perf_counter() - start) * 1000)
    size = len(text.encode())
    print(f"{size} bytes: min {min(taken):.1f} ms, median {statistics.median(taken):.1f} ms")
    _, _, precision, recall = halves["frozen"].row(*NAMES)
    return int(min(precision, recall) < GOAL)


if __name__ == "__main__":
    sys.exit(main())
