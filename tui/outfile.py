"""A file that leaves the vault, or comes in, by a name that a person typed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, ClassVar

from models.errors import MissingError, UsageError
from store import folder


class ExistsError(UsageError):
    """The file is there already; nothing is ever written over it."""

    code: ClassVar[int] = 73


class TooLargeError(UsageError):
    """A file is larger than anything that is read."""

    code: ClassVar[int] = 65

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"more than {limit // 1024**2} MiB", hint="no report or bundle is that large"
        )


def target(typed: str, name: str) -> Path:
    """Return where to write `name`: a typed folder takes it, anything else is the file itself.

    Raises UsageError where a file is there already or the folder is not, DiskError where the
    system refuses the name, before anything is done.
    """
    path = _typed(typed or ".")
    try:
        if path.is_dir():
            path = path / name
        if path.exists() or path.is_symlink():
            raise ExistsError("a file of that name is there already", hint="name another one")
        if not path.parent.is_dir():
            raise UsageError("there is no such folder", hint="type a folder that is there")
    except OSError as error:
        raise folder.refused(error) from error
    return path


def save(path: Path, data: bytes) -> None:
    """Write a new private file, whole or not at all; ExistsError, DiskError."""
    save_pieces(path, (data,))


def save_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Do as `save` with data that come in pieces: an error of theirs leaves no file at all."""
    try:
        folder.write_new(path, pieces)
    except FileExistsError:
        raise ExistsError("a file of that name is there already", hint="name another one") from None


@contextmanager
def lent(typed: str, limit: int) -> Iterator[BinaryIO]:
    """Lend the plain file of a typed name, at most `limit` bytes; MissingError, UsageError."""
    with folder.outside(_typed(typed)) as descriptor:
        if os.fstat(descriptor).st_size > limit:
            raise TooLargeError(limit)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            yield file


def _typed(text: str) -> Path:
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError:
        raise MissingError("there is no such home folder", hint="type the whole path") from None
