"""What a sync did and found: a value that names everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from models.strictjson import JSON

FINDINGS: Final = (
    "damaged",
    "waiting",
    "refused",
    "quarantined",
    "unknown",
    "forked",
    "older",
    "conflicts",
    "reviews",
    "shred",
)
"""What a person should look at, in the order in which it is told."""
REMARKS: Final = ("healed", "medium", "ignored")
"""What is told and needs nobody."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came from one device."""

    device: str
    person: str
    segments: int
    changes: int

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "device": self.device,
            "person": self.person,
            "segments": self.segments,
            "changes": self.changes,
        }


@dataclass(frozen=True, slots=True)
class SyncReport:
    """`told` has lines by kind, one of FINDINGS or REMARKS. `duplicate`: segments already here.

    `copied` files went onto the medium; `removed` are the names of those that a shred took off it;
    `stopped` says why no more did, empty if all did.
    """

    new: tuple[Arrival, ...]
    duplicate: int
    attachments: int
    copied: int
    stopped: str
    told: tuple[tuple[str, str], ...]
    removed: tuple[str, ...] = ()

    def lines(self, kind: str) -> tuple[str, ...]:
        """Return what is told of one kind."""
        return tuple(text for name, text in self.told if name == kind)

    @property
    def found(self) -> bool:
        """Whether a person should look at something."""
        return bool(self.stopped) or any(name in FINDINGS for name, _ in self.told)

    def as_json(self) -> dict[str, JSON]:
        """Return the report for scripts."""
        told: dict[str, JSON] = {name: [*self.lines(name)] for name in (*FINDINGS, *REMARKS)}
        return {
            "new": [each.as_json() for each in self.new],
            "duplicate": self.duplicate,
            "attachments": self.attachments,
            "copied": self.copied,
            "removed": [*self.removed],
            "stopped": self.stopped or None,
            **told,
        }


@dataclass(slots=True)
class Notes:
    """A report while it is made."""

    told: list[tuple[str, str]] = field(default_factory=list)
    arrived: dict[str, list[int]] = field(default_factory=dict)
    duplicate: int = 0
    attachments: int = 0
    copied: int = 0
    removed: list[str] = field(default_factory=list)
    stopped: str = ""

    def tell(self, kind: str, *lines: str) -> None:
        """Note lines of one kind."""
        self.told += [(kind, line) for line in lines]

    def arrive(self, device: str, changes: int) -> None:
        """Note a segment of a device with so many changes."""
        self.arrived.setdefault(device, []).append(changes)

    def report(self, people: dict[str, str]) -> SyncReport:
        """Return the report; `people` says whose a device is."""
        new = (
            Arrival(device, people.get(device, ""), len(counts), sum(counts))
            for device, counts in sorted(self.arrived.items())
        )
        counts = (self.duplicate, self.attachments, self.copied)
        told, removed = (*_ordered(self.told),), (*self.removed,)
        return SyncReport((*new,), *counts, self.stopped, told, removed)


def _ordered(told: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    order = (*FINDINGS, *REMARKS)
    return sorted(dict.fromkeys(told), key=lambda each: order.index(each[0]))
