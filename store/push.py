"""Leaving on a medium what it lacks: whole files, written once, the heads last."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from store import folder
from store.admission import KEYS, digest_of
from store.blob import LARGEST_FILE, PIECE
from store.chain import CLOSED, DIGITS, SEGMENT, is_head, load_heads, place_of
from store.change import is_case_id
from store.errors import DamagedError, DiskError
from store.grant import FOLDER as GRANTS
from store.grant import NAME as GRANT
from store.grant import is_whole
from store.head import Head
from store.journal import LARGEST
from store.medium import JOURNAL, Medium
from store.replica import Replica
from store.roll import NAME, rolled
from store.roll import SUFFIX as ROLLED
from store.roll import is_whole as is_roll
from store.rolls import Rolls
from store.sync_report import Notes

BLOBS: Final = "blobs"
_BLOB: Final = re.compile(r"[0-9a-f]{64}")
_JOURNAL: Final = re.compile(f"{SEGMENT.pattern}|{NAME.pattern}")
_PAIR: Final = re.compile(r"[0-9a-f]{2}")


class Push:
    """One push. What the medium has is asked of it each time: nothing remembers it."""

    def __init__(
        self,
        replica: Replica,
        medium: Medium,
        notes: Notes,
        *,
        damaged: frozenset[str] = frozenset(),
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        """Begin; `damaged` are the files here that are known not to be what their names say.

        `withheld` are names of keys and attachments that are not put there.
        """
        self._withheld = withheld
        self._path = replica.path
        self._ours = f"{JOURNAL}/{replica.device_id}"
        self._rolls = Rolls(medium)
        self._medium = medium
        self._notes = notes
        self._damaged = damaged

    def run(self, heads: Mapping[str, Mapping[str, Head]]) -> None:
        """Copy what is not there, or shorter; `heads` are those there that their devices signed.

        Whoever reads meanwhile finds no segment before its keys and no head before its segments.
        Raises DiskError.
        """
        journal = self._path / JOURNAL
        devices = sorted(each.name for each in journal.iterdir() if is_case_id(each.name))
        for home, named in self._homes(devices):
            here, there = _sizes(self._path / home, named), self._medium.sizes(home)
            if home.startswith(JOURNAL):
                here, there = self._rolled(home, here, there)
            for name in sorted(here.keys() - self._withheld):
                if there.get(name, -1) < here[name]:
                    self._copy(home, name)
        for device in devices:
            told = heads.get(device, {})
            known = {name: head for name, head in told.items() if is_head(name)}
            for head in load_heads(journal / device).values():
                place = place_of(head, known)
                if place is not None:
                    self._medium.put_new(f"{JOURNAL}/{device}/{place}", (head.raw,))
                    known[place] = head
                    self._notes.copied += 1
        self._medium.settle()
        self._make_room()

    def _rolled(
        self, home: str, here: dict[str, int], there: dict[str, int]
    ) -> tuple[dict[str, int], dict[str, int]]:
        """Return what is here and there of a device, where what is in a roll there is there.

        A roll of another device goes there only where it holds what is not there otherwise.
        """
        told = self._rolls.held(home).items()
        there = {**there, **{name: max(size, there.get(name, 0)) for name, size in told}}
        if home == self._ours:
            return here, there
        places, _ = rolled(self._path / home)
        lacking = {
            each.path.name
            for each in places.values()
            if there.get(f"{each.stem}{CLOSED}", -1) < each.size
        }
        wanted = {name: size for name, size in here.items() if not NAME.fullmatch(name)}
        return wanted | {name: here[name] for name in lacking}, there

    def _make_room(self) -> None:
        """Delete those segments of ours from the medium that a roll there holds which we made."""
        rolls = sorted(each.name for each in (self._path / self._ours).glob(f"*{ROLLED}"))
        for name in self._rolls.doubled(self._ours, rolls):
            with contextlib.suppress(DiskError):  # it is there twice, which harms nothing
                self._medium.remove(f"{self._ours}/{name}")

    def _homes(self, devices: Iterable[str]) -> Iterator[tuple[str, Callable[[str], object]]]:
        """Yield each folder that is shared, and what its files are called."""
        yield KEYS, is_case_id
        yield GRANTS, GRANT.fullmatch
        for pair in sorted(each.name for each in (self._path / BLOBS).iterdir()):
            if _PAIR.fullmatch(pair):
                yield f"{BLOBS}/{pair}", _BLOB.fullmatch
        for device in devices:
            yield f"{JOURNAL}/{device}", _JOURNAL.fullmatch

    def _copy(self, home: str, name: str) -> None:
        """Copy one file; what is damaged here is named and stays here."""
        path = self._path / home / name
        if f"{home}/{name}" in self._damaged:
            return
        try:
            if home.startswith(BLOBS):
                self._medium.put_new(f"{home}/{name}", read_pieces(path))
            else:
                raw = folder.read(path, LARGEST)
                if not _is_whole(name, raw):
                    raise _damaged()
                self._medium.put_new(f"{home}/{name}", (raw,))
        except DamagedError as error:
            self._notes.tell("damaged", f"{home}/{name} of this replica: {error.message}")
        else:
            self._notes.copied += 1


def blob_place(blob_id: str) -> str:
    """Return where an attachment lies, here and on a medium."""
    return f"{BLOBS}/{blob_id[:2]}/{blob_id}"


def read_pieces(path: Path) -> Iterator[bytes]:
    """Yield an attachment's file as it lies, a piece at a time; raise DamagedError."""
    with folder.opened(path, LARGEST_FILE) as file:
        while piece := file.read(PIECE):
            yield piece


def _sizes(home: Path, named: Callable[[str], object]) -> dict[str, int]:
    return {each.name: each.lstat().st_size for each in home.iterdir() if named(each.name)}


def _is_whole(name: str, raw: bytes) -> bool:
    """Whether a file is what its name says, where that tells."""
    if GRANT.fullmatch(name):
        return is_whole(name, raw)
    if NAME.fullmatch(name):
        return is_roll(name, raw)
    return not SEGMENT.fullmatch(name) or name.endswith(f"-{digest_of(raw)[:DIGITS]}{CLOSED}")


def _damaged() -> DamagedError:
    return DamagedError("it is not what its name says", hint="breachcase vault verify says more")
