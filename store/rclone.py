"""A medium that rclone reaches: copied to a folder here, exchanged with, copied back.

The only module of the store that starts a program. rclone moves files by name; it deletes
only what a shred names. What they are worth is checked here, as on a stick.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Self

from models.errors import UsageError
from models.text import visible
from store import folder
from store.blob import LARGEST_FILE, PIECE
from store.errors import DamagedError, DiskError, StoreError
from store.medium import Folder, is_vault_id

PREFIX: Final = "rclone:"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@ -]*")
_ABSENT: Final = 3  # rclone's exit code for a folder that is not there
_GLOB: Final = re.compile(r"[*?\[\]{}\\]")
_ESCAPED: Final = r"\\\g<0>"
_AT_ONCE: Final = 500  # file names on one command line
_HASH: Final = 16  # hex digits
# integrity is in our names: a hash asked of the server costs 88 ms a file over SFTP
_OPTIONS: Final = ("--ask-password=false", "--sftp-disable-hashcheck", "--retries", "1")
_FILES: Final = (
    "--size-only",
    *("--exclude", "head*", "--exclude", "*.tmp", "--exclude", "*.damaged"),
)
# not every server keeps times, and a full head is always of one size
_HEADS: Final = ("--ignore-times", "--include", "/journal/*/head*")


class Staged(Folder):
    """The folder here that stands for a remote. What is set aside in it is set aside there too.

    rclone compares names and sizes only, so a copy that is damaged there would stay for good.
    """

    def __init__(self, root: Path, vault_id: bytes, remote: Remote) -> None:
        """Take the staging folder of a remote that was fetched."""
        super().__init__(root, vault_id)
        self._remote = remote

    def set_aside(self, name: str) -> None:
        """Give a damaged copy another name, here and there; a failure is none.

        If it was damaged here only, the next fetch brings the whole one.
        """
        spoilt = self._digest(name)
        super().set_aside(name)
        with contextlib.suppress(DiskError):
            self._remote.take_again(self.vault_id, self._root, name)
            if spoilt and self._digest(name) == spoilt:
                super().set_aside(name)
                self._remote.set_aside(self.vault_id, name)

    def _digest(self, name: str) -> bytes:
        """Return the SHA-256 of a file, nothing where it cannot be read."""
        sha256 = hashlib.sha256()
        try:
            with self.opened(name, LARGEST_FILE) as file:
                while piece := file.read(PIECE):
                    sha256.update(piece)
        except (FileNotFoundError, DamagedError):
            return b""
        return sha256.digest()


class RcloneMissingError(StoreError):
    """There is no rclone on this machine."""

    code: ClassVar[int] = 69


@dataclass(frozen=True, slots=True)
class Remote:
    """A folder at a remote of rclone's configuration, and the program."""

    target: str
    program: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what `rclone:REMOTE:PATH` means; raise UsageError, RcloneMissingError."""
        name, colon, path = text.removeprefix(PREFIX).partition(":")
        if not colon or not _NAME.fullmatch(name) or visible(path) != path:
            raise UsageError(
                "that is no place of rclone's", hint="rclone:REMOTE:PATH, as rclone config names it"
            )
        program = find_program()
        if program is None:
            raise RcloneMissingError(
                "rclone is not installed",
                hint="install it, or breachcase[rclone], or name a folder that you carry",
            )
        return cls(f"{name}:{path.rstrip('/')}", program)

    def staging(self, vault_id: bytes) -> Path:
        """Return the folder here that stands for the remote; sealed files only, it may be deleted.

        `$XDG_CACHE_HOME/breachcase/<vault id>/<hash>`; raises StoreError, DiskError.
        """
        place = _caches()
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (".", vault_id.hex(), hashlib.sha256(self.target.encode()).hexdigest()[:_HASH]):
            place /= name
            folder.make(place)
        return place

    def fetch(self, vault_id: bytes, root: Path) -> None:
        """Copy what is at the remote, and not here, into the staging folder; raise DiskError."""
        self._copy(self._there(vault_id), str(root / vault_id.hex()))

    def deliver(self, vault_id: bytes, root: Path) -> None:
        """Copy what is in the staging folder, and not there, to the remote; raise DiskError."""
        self._copy(str(root / vault_id.hex()), self._there(vault_id))

    def take_again(self, vault_id: bytes, root: Path, name: str) -> None:
        """Copy one file that is not in the staging folder any more; raise DiskError."""
        self._run(
            "copyto", "--", f"{self._there(vault_id)}/{name}", str(root / vault_id.hex() / name)
        )

    def set_aside(self, vault_id: bytes, name: str) -> None:
        """Name a file at the remote as a damaged one is named; raise DiskError."""
        place = f"{self._there(vault_id)}/{name}"
        self._run("moveto", "--", place, f"{place}.{secrets.token_hex(4)}{folder.DAMAGED}")

    def delete(self, vault_id: bytes, names: Iterable[str]) -> None:
        """Delete files at the remote, which a shred alone may do; raise DiskError."""
        # by filter: a file that a colleague has deleted meanwhile is no error then
        filters = [f"--include=/{_GLOB.sub(_ESCAPED, name)}" for name in names]
        for at in range(0, len(filters), _AT_ONCE):
            self._run("delete", *filters[at : at + _AT_ONCE], "--", self._there(vault_id))

    def vaults(self) -> list[str]:
        """Return the ids of the vaults that have files at the remote; raise DiskError."""
        told = self._run("lsf", "--dirs-only", "--", self.target)
        names = (line.rstrip("/") for line in told.decode("utf-8", "replace").splitlines())
        return sorted(name for name in names if is_vault_id(name))

    def _there(self, vault_id: bytes) -> str:
        slash = "" if self.target.endswith(":") else "/"
        return f"{self.target}{slash}{vault_id.hex()}"

    def _copy(self, source: str, target: str) -> None:
        """Copy everything, then the heads: nobody finds a head before its segments."""
        for options in (_FILES, _HEADS):
            self._run("copy", *options, "--", source, target)

    def _run(self, verb: str, *words: str) -> bytes:
        """Return what rclone wrote; a folder that is not there is an empty one."""
        done = subprocess.run(  # noqa: S603 - the user's own rclone, no shell
            [self.program, verb, *_OPTIONS, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode not in {0, _ABSENT}:
            raise DiskError(
                f"rclone could not copy: {_reason(done.stderr)}",
                hint="try rclone lsd with that remote; then repeat the sync",
            )
        return done.stdout


def find_program() -> str | None:
    """Return the rclone of the PATH, else the one that the extra `rclone` put beside us."""
    return shutil.which("rclone") or shutil.which("rclone", path=str(Path(sys.prefix, "bin")))


def staged(vault_id: bytes) -> list[Path]:
    """Return the folders here that stand for remotes, each with the trees of that vault."""
    try:
        return sorted((_caches() / vault_id.hex()).glob(f"*/{vault_id.hex()}"))
    except RuntimeError:  # nobody's home
        return []


def _caches() -> Path:
    told = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(told) if told.startswith("/") else Path.home() / ".cache") / "breachcase"


def _reason(said: bytes) -> str:
    """Return the last line that rclone wrote, without its clock, as text that steers nothing."""
    lines = said.decode("utf-8", "replace").strip().splitlines() or [""]
    return visible(re.sub(r"^[0-9/]+ [0-9:]+ *", "", lines[-1]))[:300]
