"""Rolling up: the oldest small segments of this device become one file, byte for byte.

Source: docs/format-vault.md, "Roll".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from store import folder, segment
from store.chain import CLOSED, DIGITS, segment_name
from store.change import is_case_id
from store.errors import DamagedError, StoreError
from store.home import is_whole_segment, read_place
from store.roll import LARGEST, NAME, SUFFIX, Place, is_whole, pack, rolled, rolled_name

ALONE: Final = 256  # small segments of a device that stay files of their own
_LATEST: Final = 16  # one in so many is never rolled up, the latest: others ask for these by name
_SMALL: Final = 64 * 1024  # bytes: of larger ones there are few, and a roll is read anew once
_FULL: Final = 16 * 1024 * 1024  # bytes of the segments in one roll


def roll_up(home: Path, *, alone: int = ALONE) -> None:
    """Roll up the segments in the folder of our device where there are too many.

    A file is deleted once the roll that holds its bytes was read back. Raises DiskError.
    """
    left = _closed(home)
    if len(left) <= alone:
        return
    _tidy(home)
    kept = max(alone // _LATEST, 1)
    left = _closed(home)[:-kept]
    while len(left) + kept > alone:
        stretch = _stretch(left)
        if len(stretch) > 1:
            raw = pack(stretch)
            folder.write(home / rolled_name(stretch[0][0], stretch[-1][0], raw), raw)
        left = left[max(len(stretch), 1) :]
    _tidy(home)


def _mend(home: Path) -> list[str]:
    """Make each damaged roll in the folder of a device whole of its segments; return their names.

    Whether these are all of it and as they were says the SHA-256 in its name. Raises DiskError.
    """
    mended = []
    for path in sorted(home.glob(f"*{SUFFIX}")):
        try:
            whole = is_whole(path.name, folder.read(path, LARGEST))
        except (FileNotFoundError, DamagedError):
            whole = False
        raw = b"" if whole or not NAME.fullmatch(path.name) else _assembled(home, path)
        if is_whole(path.name, raw):
            folder.set_aside(path)
            folder.write(path, raw)
            mended.append(path.stem)
    return mended


def mended_rolls(journal: Path) -> Iterator[str]:
    """Make damaged rolls of all devices whole; yield a line for each that is. Raises DiskError."""
    for home in sorted(each for each in journal.iterdir() if is_case_id(each.name)):
        for name in _mend(home):
            yield f"roll {name} of device {home.name[:DIGITS]}: made whole of its segments"


def _assembled(home: Path, roll: Path) -> bytes:
    """Return the roll of the whole segments of its numbers, alone or in it; empty for too few."""
    first, last = map(int, roll.stem.split("-")[:2])
    parts: dict[int, bytes] = {}
    inside = (each for each in rolled(home)[0].values() if each.path == roll)
    alone = (Place(each, each.stem) for each in sorted(home.glob(f"*{CLOSED}")))
    for place in (*inside, *alone):  # what stands alone was healed: it goes before
        seq = int(place.stem.partition("-")[0])
        if first <= seq <= last and is_whole_segment(place):
            parts[seq] = read_place(place)
    return pack(sorted(parts.items())) if len(parts) == last - first + 1 else b""


def _closed(home: Path) -> list[Path]:
    """Return the small closed segments, in order."""
    return sorted(each for each in home.glob(f"*{CLOSED}") if each.lstat().st_size <= _SMALL)


def _tidy(home: Path) -> None:
    """Delete each file whose bytes are in a roll, as that is read back."""
    places, both = rolled(home)[0], dict[Path, list[tuple[Path, Place]]]()
    for path in _closed(home):
        place = places.get(path.stem)
        if place:
            both.setdefault(place.path, []).append((path, place))
    for roll, found in both.items():
        whole = folder.read(roll, LARGEST)
        for path, place in found:
            if folder.read(path, _SMALL) == whole[place.start : place.start + place.size]:
                path.unlink()


def _stretch(paths: Sequence[Path]) -> list[tuple[int, bytes]]:
    """Return number and bytes of whole segments from the first on that follow on each other."""
    found: list[tuple[int, bytes]] = []
    room, previous = _FULL, b""
    for path in paths:
        try:
            raw = folder.read(path, room)
            header = segment.parse_header(raw)
        except (FileNotFoundError, StoreError):
            break
        digest = hashlib.sha256(raw)
        whole = path.stem == segment_name(header.seq, digest.hexdigest())
        if not whole or (found and header.previous != previous):
            break
        found.append((header.seq, raw))
        room, previous = room - len(raw), digest.digest()
    return found
