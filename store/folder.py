"""Files that are whole or absent: reading, writing once, replacing, in a private folder."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from models.errors import MissingError, UsageError
from store import platform
from store.errors import DamagedError, DiskError, NotAVaultError, StoreError

TEMPORARY: Final = ".tmp"
DAMAGED: Final = ".damaged"


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


def check_file(path: Path) -> None:
    """Raise FileNotFoundError, or StoreError for a file that others could change."""
    if not platform.is_private(path, file=True):
        raise StoreError(
            f"vault file {path.name} is not private: a link, no plain file, not ours, "
            "or writable by others",
            hint="make it yours alone (chmod 600) if you trust what is in it",
        )


def make(path: Path, *, durable: bool = True) -> None:
    """Make a private folder unless there is one; raise StoreError, DiskError.

    What is in it is on the medium only if its own name is. A cache is not `durable`.
    """
    try:
        platform.create_folder(path)
        if durable:
            platform.sync_folder(path.parent)
    except FileExistsError:
        check(path)
    except OSError as error:
        raise refused(error) from error


@contextlib.contextmanager
def in_making(path: Path) -> Iterator[Path]:
    """Lend a private folder that takes the place of `path` at the end, whole or not at all.

    Raises StoreError where something is there already, DiskError.
    """
    if os.path.lexists(path) and (path.is_symlink() or not path.is_dir() or any(path.iterdir())):
        raise StoreError("there is something there already", hint="choose a new or empty folder")
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        draft.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        make(draft, durable=False)  # the rename is
        yield draft
        draft.replace(path)
        platform.sync_folder(path.parent)
    except OSError as error:
        raise refused(error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def read(path: Path, limit: int) -> bytes:
    """Return a regular file of at most `limit` bytes.

    Raises FileNotFoundError and DamagedError (too long, a link, not a file, unreadable).
    """
    with opened(path, limit) as file:
        return file.read(limit)


def read_part(path: Path, limit: int) -> bytes:
    """Return a file of our own that no vault is without.

    Raises NotAVaultError (absent), StoreError (not private) and DamagedError.
    """
    try:
        check_file(path)
        return read(path, limit)
    except FileNotFoundError:
        raise NotAVaultError(
            f"this is not a whole vault: it has no {path.name}",
            hint="check the folder given with --vault, or restore the file from a backup",
        ) from None


@contextlib.contextmanager
def opened(path: Path, limit: int) -> Iterator[BinaryIO]:
    """Lend a regular file of at most `limit` bytes for reading; raises what `read` raises."""
    try:
        descriptor = platform.open_existing(path)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
                raise DamagedError(f"{path.name} is not a file of the expected size")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                yield file
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DamagedError(f"{path.name} cannot be read: {error.strerror}") from error


@contextlib.contextmanager
def outside(path: Path) -> Iterator[int]:
    """Lend a descriptor for reading a plain file that a person named, wherever it lies.

    Raises MissingError where there is none, UsageError for a link, a folder, a pipe, a device.
    """
    try:
        descriptor = platform.open_existing(path)
    except FileNotFoundError:
        raise MissingError("there is no such file", hint="check the path") from None
    except OSError as error:
        reason = (error.strerror or "input/output error").lower()
        raise UsageError(
            "that is a symbolic link" if path.is_symlink() else f"cannot be read: {reason}",
            hint="name the file itself",
        ) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UsageError("that is not a plain file", hint="put a folder into one file first")
        yield descriptor
    finally:
        os.close(descriptor)


def write(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace or make a file, so that a crash leaves the old one or the new one.

    A cache is not `durable`: its loss costs time only, and a sync would cost each save.
    Raises DiskError.
    """
    replace(path, (data,), durable=durable)


def replace(path: Path, pieces: Iterable[bytes], *, durable: bool = True) -> None:
    """Do as `write` with data that come in pieces; an error of theirs leaves all as it was."""
    try:
        _place(path, pieces, durable=durable)
    except OSError as error:
        raise refused(error) from error


def set_aside(path: Path) -> None:
    """Name a damaged file `<name>.<8 hex digits>.damaged`: nothing is deleted. Raises DiskError."""
    try:
        path.rename(path.with_name(f"{path.name}.{secrets.token_hex(4)}{DAMAGED}"))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise refused(error) from error


def put_in_place(source: Path, target: Path) -> None:
    """Let a file that is on the medium take the place of another; raise DiskError."""
    try:
        source.replace(target)
        platform.sync_folder(target.parent)
    except OSError as error:
        raise refused(error) from error


def write_new(path: Path, pieces: Iterable[bytes]) -> None:
    """Make a file of `pieces`, whole or not at all: an error of theirs leaves nothing behind.

    Raises FileExistsError when there is one of that name, DiskError.
    """
    try:
        _place(path, pieces, new=True)
    except FileExistsError:
        raise
    except OSError as error:
        raise refused(error) from error


def refused(error: OSError) -> DiskError:
    """Return the error for a person: what the system refused, and that nothing was saved."""
    found = DiskError(
        f"not saved: {(error.strerror or 'input/output error').lower()}",
        hint="free some space or check the disk, then save again",
    )
    found.full = platform.is_full(error)
    return found


def _place(path: Path, pieces: Iterable[bytes], *, durable: bool = True, new: bool = False) -> None:
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        _fill(temporary, pieces, durable=durable)
        if new:  # a rename alone would go over what is there
            os.close(platform.create(path))
        temporary.replace(path)
        if durable:
            platform.sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):  # a name too long to write is too long to unlink
            temporary.unlink()
        raise


def _fill(path: Path, pieces: Iterable[bytes], *, durable: bool) -> None:
    descriptor = platform.create(path)
    try:
        for piece in pieces:
            platform.write_all(descriptor, piece)
        if durable:
            platform.sync(descriptor)
    finally:
        os.close(descriptor)
