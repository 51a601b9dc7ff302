"""What every screen works with: the open vault, the present, and the words for the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.moment import Moment
from store.vault import Vault
from tui.signals import LastWords


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the app. `now` and `wall` are handed in: no screen reads the clock.

    `read_only` says who else writes to the vault, where this run may only read it.
    """

    vault: Vault
    now: Callable[[], Moment]
    wall: Callable[[], str]
    words: LastWords
    read_only: str = ""

    @property
    def today(self) -> str:
        """The date as `2026-01-02`."""
        return str(self.now())[: len("2026-01-02")]
