"""The lock of a writing session: held by the kernel, so it ends with the process."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from store import folder, platform
from store.errors import LockedError, ReadOnlyError

_LARGEST: Final = 512  # bytes


@dataclass(frozen=True, slots=True)
class Lock:
    """The descriptor whose lock we hold."""

    descriptor: int

    @classmethod
    def acquire(cls, path: Path) -> Self:
        """Take the lock.

        Raises LockedError naming the holder, ReadOnlyError on such a medium, and StoreError for
        a lock file that others could change.
        """
        try:
            with contextlib.suppress(FileNotFoundError):
                folder.check_file(path)
            descriptor, held = platform.lock(path)
        except OSError as error:
            raise ReadOnlyError(
                f"vault cannot be locked for writing: {(error.strerror or '').lower()}",
                hint="open it for reading only",
            ) from error
        if not held:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise LockedError(
                f"vault is being written to by {holder}",
                hint="end that session and try again; reading works meanwhile",
            )
        pid, host = platform.here()
        with contextlib.suppress(OSError):  # for people only; a full disk holds the lock as well
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps({"pid": pid, "host": host}).encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock back; the file stays, as deleting it would let two hold it."""
        os.close(self.descriptor)


def _holder(descriptor: int) -> str:
    """Return who wrote their name into the lock file: information, never believed."""
    try:
        match json.loads(os.pread(descriptor, _LARGEST, 0)):
            case {"pid": int(pid), "host": str(host)} if host.isprintable():
                return f"process {pid} on {host}"
            case _:
                pass
    except ValueError:
        pass
    return "another process"
