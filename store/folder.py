"""Files that are whole or absent: reading, writing once, replacing, in a private folder."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from store import platform
from store.errors import DamagedError, DiskError, NotAVaultError, StoreError

TEMPORARY: Final = ".tmp"


def check(path: Path) -> None:
    """Raise NotAVaultError where there is no folder, StoreError where others could change it."""
    try:
        private = platform.is_private(path)
    except OSError:
        raise NotAVaultError(
            "there is no vault here", hint="breachcase vault init makes one; --vault names another"
        ) from None
    if not private:
        raise StoreError(
            f"vault folder {path.name} is not private: a link, not ours, or writable by others",
            hint="make it yours alone (chmod 700) if you trust what is in it",
        )


def make(path: Path) -> None:
    """Make a private folder unless there is one; raise StoreError, DiskError."""
    try:
        platform.create_folder(path)
    except FileExistsError:
        check(path)
    except OSError as error:
        raise refused(error) from error


def read(path: Path, limit: int) -> bytes:
    """Return a regular file of at most `limit` bytes.

    Raises FileNotFoundError and DamagedError (too long, a link, not a file, unreadable).
    """
    try:
        descriptor = platform.open_existing(path)
        try:
            found = os.fstat(descriptor)
            if stat.S_ISREG(found.st_mode) and found.st_size <= limit:
                with os.fdopen(descriptor, "rb", closefd=False) as file:
                    return file.read(limit)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DamagedError(f"{path.name} cannot be read: {error.strerror}") from error
    raise DamagedError(f"{path.name} is not a file of the expected size")


def write(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace or make a file, so that a crash leaves the old one or the new one.

    A cache is not `durable`: its loss costs time only, and a sync would cost each save.
    Raises DiskError.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        _fill(temporary, data, durable=durable)
        temporary.replace(path)
        if durable:
            platform.sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):  # a name too long to write is too long to unlink
            temporary.unlink()
        raise refused(error) from error


def refused(error: OSError) -> DiskError:
    """Return the error for a person: what the system refused, and that nothing was saved."""
    return DiskError(
        f"not saved: {(error.strerror or 'input/output error').lower()}",
        hint="free some space or check the disk, then save again",
    )


def _fill(path: Path, data: bytes, *, durable: bool) -> None:
    descriptor = platform.create(path)
    try:
        platform.write_all(descriptor, data)
        if durable:
            platform.sync(descriptor)
    finally:
        os.close(descriptor)
