"""The rolls on a medium: which segments they hold, and those segments out of them."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from store.chain import CLOSED
from store.errors import DamagedError
from store.medium import Medium, get
from store.roll import LARGEST, NAME, entries, is_whole


class Rolls:
    """Reads rolls as they are asked for; the one read last stays in memory."""

    def __init__(self, medium: Medium) -> None:
        self._medium = medium
        self._name = ""
        self._raw = b""
        self._held: dict[str, tuple[int, int]] = {}

    def segment(self, home: str, stem: str) -> bytes | None:
        """Return the bytes that a roll in the folder `home` has for a segment, None for none."""
        seq, _, _ = stem.partition("-")
        for name in self._names(home):
            first, last, _ = name.split("-")
            if first <= seq <= last and stem in self._read(f"{home}/{name}"):
                start, size = self._held[stem]
                return self._raw[start : start + size]
        return None

    def held(self, home: str) -> dict[str, int]:
        """Return the size of each segment that rolls in a folder tell of, by name of its file."""
        found: dict[str, int] = {}
        for name in self._names(home):
            found |= self._told(home, name)
        return found

    def doubled(self, home: str, rolls: Iterable[str]) -> set[str]:
        """Return the files of segments in a folder that whole `rolls` there hold too."""
        sizes, found = self._medium.sizes(home), set[str]()
        for name in rolls:
            told = self._told(home, name)
            both = {each for each, size in told.items() if sizes.get(each) == size}
            if both and self._read(f"{home}/{name}"):
                found |= both
        return found

    def _names(self, home: str) -> list[str]:
        return sorted(filter(NAME.fullmatch, self._medium.names(home)))

    def _told(self, home: str, name: str) -> dict[str, int]:
        """Return what the table of a roll tells, as far as the file is long enough for it."""
        try:
            with self._medium.opened(f"{home}/{name}", LARGEST) as file:
                told = [*entries(file)]
            whole = self._medium.sizes(home)[name]
        except (FileNotFoundError, DamagedError):
            return {}
        return {f"{stem}{CLOSED}": size for stem, start, size in told if start + size <= whole}

    def _read(self, name: str) -> dict[str, tuple[int, int]]:
        """Take in a roll; one that is not what its name says holds nothing and is set aside."""
        if name != self._name:
            try:
                raw = get(self._medium, name, LARGEST) or b""
                told = {stem: (start, size) for stem, start, size in entries(BytesIO(raw))}
            except DamagedError:
                raw, told = b"", {}
            if not is_whole(name, raw):
                self._medium.set_aside(name)
                raw, told = b"", {}
            self._name, self._raw, self._held = name, raw, told
        return self._held
