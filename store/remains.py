"""What a crash left behind: temporary files of our own that nobody will finish."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_OURS: Final = re.compile(r"[^.].*\.[0-9a-f]{8}\.tmp")  # as store.folder names them
_JOURNAL: Final = "journal"
_CROWDED: Final = ("keys", "blobs", "cache/cases")


def is_remain(name: str) -> bool:
    """Whether a file of this name is a temporary one of ours."""
    return _OURS.fullmatch(name) is not None


def drop(vault: Path, device_id: str) -> None:
    """Delete the temporary files in a vault; the caller holds its lock. A failure is no error.

    Left alone: the journals of other devices, where a file may be on its way, what another
    program named, and the folders that `drop_crowd` looks through.
    """
    crowded = {vault / name for name in _CROWDED}
    for place, folders, files in os.walk(vault):
        if Path(place) == vault / _JOURNAL:
            folders[:] = [name for name in folders if name == device_id]
        folders[:] = [name for name in folders if Path(place, name) not in crowded]
        _drop(Path(place, name) for name in files if is_remain(name))


def drop_crowd(vault: Path) -> None:
    """Do the same in the folders that grow with the number of cases: when there is time."""
    for pattern in ("keys/*.tmp", "blobs/*/*.tmp", "cache/cases/*/*.tmp"):
        _drop(path for path in vault.glob(pattern) if is_remain(path.name))


def _drop(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()
