"""A medium: the folder, on a stick or a share, where replicas leave files for each other."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from models.errors import MissingError, UsageError
from store import folder, platform
from store.change import is_case_id
from store.errors import DamagedError, DiskError, StoreError

JOURNAL: Final = "journal"
MOST_COPIES: Final = 16
_VAULT: Final = re.compile(r"[0-9a-f]{64}")
_NO_SYNC: Final = frozenset({errno.EINVAL, errno.ENOTSUP})
_PART: Final = re.compile(r".*\.(tmp|part|partial)", re.IGNORECASE)


class Medium(Protocol):
    """Where the files of one vault lie. Names are relative, with `/`, and always made by us.

    A name stands for the same bytes everywhere and for good; only heads are replaced.
    """

    def names(self, home: str) -> frozenset[str]:
        """Return the names of the plain files in a folder, none where it is not there."""

    def homes(self, home: str) -> frozenset[str]:
        """Return the names of the folders in a folder."""

    def sizes(self, home: str) -> dict[str, int]:
        """Return the size in bytes of each plain file in a folder."""

    def opened(self, name: str, limit: int) -> contextlib.AbstractContextManager[BinaryIO]:
        """Lend a file of at most `limit` bytes; raise FileNotFoundError, DamagedError."""

    def put_new(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file, whole or not at all; raise DiskError."""

    def set_aside(self, name: str) -> None:
        """Give a damaged copy another name, so that a whole one can come; a failure is none."""

    def remove(self, name: str) -> None:
        """Delete a file: one that was shredded, or that another one holds all of; DiskError."""

    def settle(self) -> None:
        """Return when everything is on the medium; raise DiskError."""


class Folder:
    """A folder as a medium: `root/<vault id>/` with the same trees as a vault."""

    def __init__(self, root: Path, vault_id: bytes) -> None:
        """Take the folder `root`; raise MissingError where there is none: no medium is made."""
        if not root.is_dir():
            raise _absent()
        if any((each / "header").exists() for each in (root, *root.resolve().parents)):
            raise UsageError(
                "that folder is in a vault, or is one", hint="name a folder that all can reach"
            )
        self._root = root
        self.vault_id = vault_id
        self._home = root / vault_id.hex()
        self._made: set[Path] = set()

    @property
    def is_new(self) -> bool:
        """Whether nothing of this vault was ever put here."""
        return not self._home.is_dir()

    @property
    def others(self) -> int:
        """How many other vaults have files here."""
        found = vaults(self._root)
        return len(found) - (self._home.name in found)

    def names(self, home: str) -> frozenset[str]:
        """Return the names of the plain files in a folder, none where it is not there."""
        return frozenset(
            each.name for each in self._scan(home) if each.is_file(follow_symlinks=False)
        )

    def sizes(self, home: str) -> dict[str, int]:
        """Return the size in bytes of each plain file in a folder."""
        files = (each for each in self._scan(home) if each.is_file(follow_symlinks=False))
        return {each.name: each.stat(follow_symlinks=False).st_size for each in files}

    def homes(self, home: str) -> frozenset[str]:
        """Return the names of the folders in a folder."""
        return frozenset(
            each.name for each in self._scan(home) if each.is_dir(follow_symlinks=False)
        )

    @contextlib.contextmanager
    def opened(self, name: str, limit: int) -> Iterator[BinaryIO]:
        """Lend a file of at most `limit` bytes; raise FileNotFoundError, DamagedError."""
        with folder.opened(self._home / name, limit) as file:
            yield file

    def put_new(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file, whole or not at all; raise DiskError."""
        path = self._home / name
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{folder.TEMPORARY}")
        try:
            self._make(path.parent)
            self._fill(temporary, pieces)
            temporary.replace(path)
        except OSError as error:
            raise _refused(error) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()

    def set_aside(self, name: str) -> None:
        """Give a damaged copy another name, so that a whole one can come; a failure is none."""
        with contextlib.suppress(DiskError):
            folder.set_aside(self._home / name)

    def remove(self, name: str) -> None:
        """Delete a file; raise DiskError. Only what was shredded, or lies in a roll as well."""
        path = self._home / name
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _refused(error) from error
        self._made.add(path.parent)

    def settle(self) -> None:
        """Return when everything is on the medium; raise DiskError."""
        try:
            for path in sorted(self._made):
                _sync_folder(path)
        except OSError as error:
            raise _refused(error) from error

    def _scan(self, home: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._home / home) as found:
                return [*found]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            reason = (error.strerror or "input/output error").lower()
            raise DiskError(f"medium cannot be read: {reason}", hint="check the medium") from error

    def _make(self, path: Path) -> None:
        """Make a folder below ours; what stands there as a link is refused."""
        if path in self._made:
            return
        if path != self._root:
            self._make(path.parent)
            with contextlib.suppress(FileExistsError):
                path.mkdir(mode=0o700)
            if path.is_symlink() or not path.is_dir():
                raise StoreError(
                    f"{path.name} on the medium is no folder", hint="use another medium"
                )
        self._made.add(path)

    def _fill(self, path: Path, pieces: Iterable[bytes]) -> None:
        # a stick has no modes to set, so what `platform.create` insists on is not asked for
        descriptor = os.open(path, platform.NEW, 0o600)
        try:
            for piece in pieces:
                platform.write_all(descriptor, piece)
            platform.sync(descriptor)
        finally:
            os.close(descriptor)


class WholeCopy(Folder):
    """A whole copy of the vault, which holds the same trees; it is read and never changed."""

    def __init__(self, path: Path) -> None:
        """Take the folder of a backup; what it is a backup of, the caller checks."""
        self._home = path

    def set_aside(self, name: str) -> None:
        """Leave it as it is: a backup is nobody's to tidy."""


def vaults(root: Path) -> list[str]:
    """Return the ids of the vaults that have files in the folder `root`; raise MissingError."""
    if not root.is_dir():
        raise _absent()
    return sorted(each.name for each in root.iterdir() if is_vault_id(each.name) and each.is_dir())


def is_vault_id(text: str) -> bool:
    """Whether a folder's name is that of a vault's files."""
    return bool(_VAULT.fullmatch(text))


def devices(medium: Medium) -> list[str]:
    """Return the ids of the devices that have a folder on the medium."""
    return sorted(name for name in medium.homes(JOURNAL) if is_case_id(name))


def get(medium: Medium, name: str, limit: int) -> bytes | None:
    """Return a file of at most `limit` bytes, None where it is not there; raise DamagedError."""
    try:
        with medium.opened(name, limit) as file:
            return file.read(limit)
    except FileNotFoundError:
        return None


def copies(
    medium: Medium, home: str, stem: str, limit: int, suffix: str = ""
) -> Iterator[tuple[str, bytes]]:
    """Yield the files that a mover may have made of one, the one of that name first: (name, bytes).

    Syncthing and others keep two versions as `<stem>.sync-conflict-<...>` and the like. What an
    unfinished copy left is passed over; what cannot be read comes as no bytes.
    """
    exact = stem + suffix
    names = [exact]
    while names:
        name = names.pop(0)
        try:
            raw = get(medium, f"{home}/{name}", limit)
        except DamagedError:
            raw = b""
        if raw is not None:
            yield name, raw
        if name == exact:  # the folder is looked through only where that one will not do
            alike = (each for each in medium.names(home) if each.startswith(stem))
            others = sorted(each for each in alike if each != exact and not _PART.fullmatch(each))
            names += others[:MOST_COPIES]


def _absent() -> MissingError:
    return MissingError(
        "there is no such folder", hint="put the medium in, or make the folder first"
    )


def _sync_folder(path: Path) -> None:
    try:
        platform.sync_folder(path)
    except OSError as error:
        if error.errno not in _NO_SYNC:  # some file systems of sticks and shares can't
            raise


def _refused(error: OSError) -> DiskError:
    reason = (error.strerror or "input/output error").lower()
    found = DiskError(
        f"the medium took no more files: {reason}",
        hint="what is on it is whole; put it in again, or make room, and repeat the sync",
    )
    found.full = platform.is_full(error)
    return found
