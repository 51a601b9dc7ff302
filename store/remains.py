"""What a crash left behind: temporary files of our own that nobody will finish."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import Final

_OURS: Final = re.compile(r"[^.].*\.[0-9a-f]{8}\.tmp")  # as store.folder names them
_JOURNAL: Final = "journal"


def is_remain(name: str) -> bool:
    """Whether a file of this name is a temporary one of ours."""
    return _OURS.fullmatch(name) is not None


def drop(vault: Path, device_id: str) -> None:
    """Delete the temporary files in a vault; the caller holds its lock. A failure is no error.

    Left alone: the journals of other devices, where a file may be on its way, and what another
    program named.
    """
    for place, folders, files in os.walk(vault):
        if Path(place) == vault / _JOURNAL:
            folders[:] = [name for name in folders if name == device_id]
        for name in files:
            if is_remain(name):
                with contextlib.suppress(OSError):
                    Path(place, name).unlink()
