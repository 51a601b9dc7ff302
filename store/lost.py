"""What a damaged vault cannot read any more, as far as the rest of it tells."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from models.strictjson import JSON
from store.change import Change


@dataclass(frozen=True, slots=True)
class Lost:
    """How many changes are not readable at least, and the ids of the cases that lack one.

    A device numbers its changes, so the gaps between those that open are counted; what it wrote
    after the last one that opens is not. A case is told by a later change that names one before.
    """

    changes: int
    cases: tuple[str, ...]

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {"changes": self.changes, "cases": [*self.cases]}

    def line(self) -> str:
        """Return it for people, empty where nothing is lost."""
        if not (self.changes or self.cases):
            return ""
        count = max(self.changes, len(self.cases))
        are = "is" if count == 1 else "are"
        if not self.cases:
            return f"{changes(count)} {are} not readable; of which cases cannot be told"
        cases = f"{len(self.cases)} case{'' if len(self.cases) == 1 else 's'}"
        names = ", ".join(each[:8] for each in self.cases)
        return f"{changes(count)} of {cases} {are} not readable: {names}"


class Closed:
    """Finds what is lost from the changes that open."""

    def __init__(self) -> None:
        self._seqs: dict[str, set[int]] = defaultdict(set)
        self._parents: dict[str, set[str]] = defaultdict(set)
        self._ids: set[str] = set()
        self._destroyed: dict[str, set[str]] = defaultdict(set)

    def destroyed(self, device: str, change_id: str) -> None:
        """Take in that a change was destroyed with its case: it is closed and not lost."""
        self._destroyed[device].add(change_id)

    def read(self, change: Change) -> None:
        """Take in a change that opened."""
        self._seqs[change.device].add(change.seq)
        self._parents[change.case_id] |= {*change.parents}
        self._ids.add(change.id)

    def lost(self, vault_id: str, log_id: str) -> Lost:
        """Return what the changes that opened do not account for; the vault log is no case."""
        gaps = {device: max(each) - len(each) for device, each in self._seqs.items()}
        count = sum(max(gap - len(self._destroyed[name]), 0) for name, gap in gaps.items())
        absent = {name: named - self._ids for name, named in self._parents.items()}
        absent.pop(log_id, None)  # without record 0 nobody knows that id, but what lacks it is it
        cases = (name for name, named in absent.items() if named and vault_id not in named)
        return Lost(count, tuple(sorted(cases)))


def changes(count: int) -> str:
    """Return how many changes, in words."""
    return f"{count} change{'' if count == 1 else 's'}"
