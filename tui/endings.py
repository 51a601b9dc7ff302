"""What is due: cases to be reviewed, cases ordered to be destroyed, cases that were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from store.destruction import Fate, fates
from store.hold import holds
from store.retention import due_reviews, review_date, years_kept
from store.row import Row
from store.vault import Vault

NOTHING = "nothing is due, and nothing was destroyed"
LOST: Final = "every change, report, letter and attachment becomes unreadable"
"""What a shred destroys, as it is said before it is ordered."""
REMAINS: Final = (
    "Not reached: backups, sticks and replicas not seen again, sent bundles, files that doc and "
    "extract wrote, old blocks of the disk"
)
"""What a shred cannot destroy, said with it."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands before a title in the list. `today` is an ISO date."""

    held: frozenset[str]
    fates: Mapping[str, Fate]
    years: int | None
    today: str

    @classmethod
    def of(cls, vault: Vault, today: str) -> Self:
        """Return the marks of a vault's cases as of `today`."""
        log = vault.log_state()
        return cls(frozenset(holds(vault)), fates(vault), years_kept(log), today)

    def before(self, row: Row) -> str:
        """Return the words before the title of a case, a blank after each."""
        fate = self.fates.get(row.id)
        marks = "HELD " if row.id in self.held else ""
        marks += "TO BE DESTROYED " if fate and fate.status == "waiting" else ""
        on, _ = review_date(row, self.years)
        return marks + ("REVIEW " if on and on <= self.today else "")


def due_lines(vault: Vault, today: str) -> tuple[str, ...]:
    """Return what is due and what was destroyed as lines to read."""
    return (*_due(vault, today),) or (NOTHING,)


def _due(vault: Vault, today: str) -> Iterator[str]:
    for each in due_reviews(vault, vault.rows(), holds(vault), today):
        marks = f"{', suggested' if each.suggested else ''}{', held' if each.held else ''}"
        yield f"review {each.on}{marks}: {each.row.id[:8]} {each.row.title}"
    for case_id, fate in fates(vault).items():
        yield f"{case_id[:8]} {fate.line}"
