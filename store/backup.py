"""A backup: one whole, verified copy of a vault in a folder of its own, or no folder at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from models.errors import UsageError
from store import ballast, folder, platform
from store.errors import DamagedError, ReadOnlyError
from store.header import LARGEST, parse_header
from store.journal import LARGEST as LARGEST_FILE
from store.lock import Lock

_LEFT_OUT: Final = frozenset({"lock", "cache", ballast.NAME})  # of this machine, or made again
_HEADER: Final = "header"
_PIECE: Final = 1024 * 1024  # bytes

Progress = Callable[[str, int, int], None]
"""Told what is being copied, how many of them are done, and how many there are."""


class TakenError(UsageError):
    """Something of the target's name is there already; nothing is ever written over it."""

    code: ClassVar[int] = 73


@dataclass(frozen=True, slots=True)
class Backup:
    """What was copied: how many files, and their bytes in all."""

    files: int
    size: int


def back_up(path: Path, target: Path, progress: Progress) -> Backup:
    """Copy the vault at `path` to the new folder `target`, sealed as it is; needs no passphrase.

    Nothing is written to the vault meanwhile: the lock is held. Every file is read back from the
    medium and compared before the folder gets its name. A process that is killed leaves a folder
    `<target>.<8 hex digits>.tmp`, which is no vault before its last file, the header, is there.

    Raises NotAVaultError, DamagedError (a header that is no header, a link or pipe in the vault),
    StoreError, LockedError, UsageError (no such place, inside the vault), TakenError, DiskError.
    """
    _check_target(path, target)
    folder.check(path)
    parse_header(folder.read_part(path / _HEADER, LARGEST))
    with _held(path):
        try:
            return _copied(path, target, progress)
        except OSError as error:
            raise folder.refused(error) from error


def _check_target(path: Path, target: Path) -> None:
    if os.path.lexists(target):
        raise TakenError(
            f"{target.name or 'that folder'} is there already", hint="name a new folder"
        )
    if not target.parent.is_dir():
        raise UsageError(
            f"there is no folder to put {target.name} in", hint="make it first, or name another"
        )
    if target.resolve().is_relative_to(path.resolve()):
        raise UsageError("a backup inside the vault is none", hint="name a folder elsewhere")


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the lock, but on a medium that takes none: nobody writes there either."""
    try:
        lock = Lock.acquire(path / "lock")
    except ReadOnlyError:
        lock = None
    try:
        yield
    finally:
        if lock:
            lock.release()


def _copied(path: Path, target: Path, progress: Progress) -> Backup:
    temporary = target.with_name(f"{target.name}.{secrets.token_hex(4)}{folder.TEMPORARY}")
    platform.create_folder(temporary)
    made = temporary
    try:
        names = _made_places(path, temporary)
        size = 0
        for number, name in enumerate(names):
            progress("files", number, len(names))
            size += _copy(path / name, temporary / name)
        for place, _, _ in os.walk(temporary):
            platform.sync_folder(Path(place))
        made = temporary.rename(target)
        platform.sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return Backup(len(names), size)


def _made_places(path: Path, copy: Path) -> list[str]:
    """Make the folders of the vault in the copy; return the names of its files, the header last.

    Everything but what is left out is taken, known or not: a newer version may have put it there.
    """
    found: list[str] = []
    for place, folders, files in os.walk(path, onerror=_give_up):
        here = Path(place)
        folders[:] = sorted(each for each in folders if _belongs(path, here / each))
        for each in folders:
            folder.check(here / each)
            platform.create_folder(copy / (here / each).relative_to(path))
        found += [
            str((here / each).relative_to(path)) for each in files if _belongs(path, here / each)
        ]
    return sorted(found, key=lambda name: (name == _HEADER, name))


def _give_up(error: OSError) -> None:
    raise error  # os.walk would pass over a folder that cannot be read


def _belongs(vault: Path, path: Path) -> bool:
    """Whether something is of the vault: not another program's, nor a remain of a crash."""
    ours = not path.name.startswith(".") and path.suffix != folder.TEMPORARY
    return ours and str(path.relative_to(vault)) not in _LEFT_OUT


def _copy(source: Path, copy: Path) -> int:
    """Copy a file and read it back; return its size. Raises OSError, DiskError, DamagedError."""
    descriptor = platform.create(copy)
    digest, size = hashlib.sha256(), 0
    try:
        with folder.opened(source, LARGEST_FILE) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                _write(descriptor, piece)
                size += len(piece)
        platform.sync(descriptor)
        platform.forget(descriptor)
    finally:
        os.close(descriptor)
    back = hashlib.sha256()
    with folder.opened(copy, LARGEST_FILE) as file:
        while piece := file.read(_PIECE):
            back.update(piece)
    if back.digest() != digest.digest():
        raise DamagedError(
            f"{copy.name} was not written as it is: no backup was made",
            hint="check the medium, or use another one",
        )
    return size


def _write(descriptor: int, piece: bytes) -> None:
    try:
        platform.write_all(descriptor, piece)
    except OSError as error:  # here: the file being read would be blamed for it
        raise folder.refused(error) from error
