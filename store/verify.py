"""Reading a whole vault to say what of it is damaged, and what the damage leaves readable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.strictjson import JSON
from store.gate import enter
from store.header import Header
from store.lost import Lost
from store.opener import Opener
from store.state import Watch
from store.survey import Progress, Survey

COUNTED: Final = (
    "devices",
    "segments",
    "records",
    "cases",
    "key files",
    "grants",
    "attachments",
    "destroyed records",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults`: one line for each damaged item. `counts`: what was read and is whole, by kind.

    `lost` is what cannot be read for that; `damaged` are the files that `vault repair` can take
    from a copy. `notice` is one line, empty unless this is an older copy than the one last opened
    here.
    """

    vault_id: str
    faults: tuple[str, ...]
    counts: Mapping[str, int]
    notice: str
    lost: Lost
    damaged: frozenset[str]

    def as_json(self) -> dict[str, JSON]:
        """Return the verdict for scripts."""
        whole: dict[str, JSON] = {name.replace(" ", "_"): self.counts[name] for name in COUNTED}
        return {
            "vault": self.vault_id,
            "damaged": [*self.faults],
            "files": [*sorted(self.damaged)],
            "lost": self.lost.as_json(),
            "whole": whole,
        }


def verify(path: Path, opener: Opener, progress: Progress) -> Verdict:
    """Read everything in a vault but its caches; changes nothing in it and takes no lock.

    Raises what keeps even that from being done: NotAVaultError, WrongPassphraseError,
    DamagedError (the header), StoreError (an unsafe folder, a newer format).
    """
    entered = enter(path, opener)
    survey = Survey(path, entered.header, progress)
    survey.run(entered.key)
    seen = Watch(path, entered.header, entered.key).notice
    return verdict_of(survey, entered.header, "; ".join(filter(None, (entered.notice, seen))))


def verdict_of(survey: Survey, header: Header, notice: str = "") -> Verdict:
    """Return what a survey that was run comes to."""
    counts = {name: survey.counts[name] for name in COUNTED}
    vault_id = header.vault_id.hex()
    lost = survey.closed.lost(vault_id, survey.roster.log_id if survey.roster else "")
    damaged = frozenset(survey.damaged)
    return Verdict(vault_id, tuple(survey.faults), counts, notice, lost, damaged)
