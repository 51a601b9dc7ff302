"""The ballast: a file whose room lets a last save through when the disk is full."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from store import platform

NAME: Final = "ballast"
SIZE: Final = 1024 * 1024  # bytes
_ROOM: Final = 4 * SIZE  # free bytes without which it is not made: it must not fill the disk itself


@dataclass(frozen=True, slots=True)
class Ballast:
    """The file in the vault folder `vault`. It holds nothing and is never synced."""

    vault: Path

    def keep(self) -> None:
        """Make the file where it is missing and there is room; a failure is no error."""
        path = self.vault / NAME
        with contextlib.suppress(OSError):
            if not os.path.lexists(path) and platform.room(self.vault) >= _ROOM:
                platform.reserve(path, SIZE)

    def free(self) -> bool:
        """Give its room to what has to be saved; return whether there was any."""
        try:
            (self.vault / NAME).unlink()
        except OSError:
            return False
        return True
