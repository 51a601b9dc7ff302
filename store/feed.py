"""The feed index: where the frames of each case lie, without reading the whole journal.

Runs tell it for the segments that an earlier session read and found sound; the others are read
and held in memory. What a run tells is believed of a file that nobody has touched since, and of
each frame only what its own seal bears out.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Final

from store.cache import Cache
from store.chain import Link, segment_name
from store.change import is_case_id
from store.errors import DamagedError
from store.journal import FrameRef, Reading, SegmentFile, read_segment, stamp_of
from store.keychain import Keychain
from store.keyring import Keyring
from store.roll import Place
from store.run import NO_CASE, Row, Run, Stamp, Told, renumbered
from store.segment import SegmentCipher

_TALLER: Final = 2  # a run so many times as long as what comes after it is left as it is
_CLOSED: Final = NO_CASE.hex()


@dataclass(slots=True, eq=False)
class _Known:
    """A run, and by number which of its segments are here as it tells of them, and which count."""

    run: Run
    here: dict[int, SegmentFile] = field(default_factory=dict)
    counted: dict[int, SegmentFile] = field(default_factory=dict)

    @property
    def told(self) -> Iterator[Told]:
        """What the run tells of the segments that count."""
        return (self.run.segments[number] for number in self.counted)

    @property
    def worth(self) -> int:
        """How many rows there is a reason to keep apart: none once most of them are dead."""
        return self.run.count if 2 * len(self.here) > len(self.run.segments) else 0


@dataclass(slots=True)
class _Tally:
    """The records of one segment that are held in memory: how many, and their tally."""

    file: SegmentFile
    count: int = 0
    tally: bytes = b""

    def add(self, change_id: str) -> None:
        """Take in the next record."""
        self.count += 1
        self.tally = hashlib.sha256(self.tally + bytes.fromhex(change_id)).digest()


@dataclass(frozen=True, slots=True)
class _Batch:
    """A segment that was read, and its frames with the case that each is of."""

    file: SegmentFile
    frames: tuple[tuple[str, FrameRef], ...]


class Feed:
    """Finds frames by case. `recall` serves the reading of the journal; `begin` takes that in.

    Only frames of segments that count are found, once `judge` was told which those are.
    """

    def __init__(self, cache: Cache, keyring: Keyring) -> None:
        self._cache = cache
        self._keyring = keyring
        runs, self._useless = cache.load_runs()
        self._known = [_Known(run) for run in runs]
        self._places: dict[tuple[str, str], list[tuple[_Known, int]]] = {}
        for known in self._known:
            for number, each in enumerate(known.run.segments):
                place = each.header.device, segment_name(each.header.seq, each.digest)
                self._places.setdefault(place, []).append((known, number))
        self._batches: list[_Batch] = []
        self._held: dict[str, list[FrameRef]] = {}
        self._tallies: dict[int, _Tally] = {}
        self._closed = Counter[str]()
        self._keys: Keychain
        self._reading: Reading

    def recall(self, place: Place) -> SegmentFile | None:
        """Return a closed segment that a run tells of, None where the file was touched since."""
        path = place.path
        places = self._places.get((path.parent.name, place.stem), ())
        stamp = _stamp(path) if places else None
        for known, number in reversed(places):
            told = known.run.segments[number]
            if told.stamp == stamp and told.header.epoch in self._keyring.epochs:
                cipher = SegmentCipher(told.header, self._keyring)
                file = SegmentFile(path, cipher, None, told.digest, told.stamp, sound=True)
                file.start, file.size = place.start, place.size
                known.here[number] = known.counted[number] = file
                return file
        return None

    def begin(self, reading: Reading, keys: Keychain) -> str:
        """Take in what was read; return the id of the vault log as runs tell it, empty for none."""
        self._reading, self._keys = reading, keys
        self._take(reading.refs)
        self._look_again()
        return next((known.run.log_id for known in self._known if known.here), "")

    def judge(self, accepts: Callable[[Link], bool]) -> tuple[Link, ...]:
        """Let only the segments count that are accepted; return the others."""
        aside = {link for link in self.links() if not accepts(link)}
        if aside:
            for known in self._known:
                files = known.here.items()
                known.counted = {at: file for at, file in files if file.link not in aside}
            self._held, self._tallies, self._closed = {}, {}, Counter()
            for batch in self._batches:
                for case_id, ref in batch.frames if batch.file.link not in aside else ():
                    if case_id == _CLOSED:
                        self._closed[ref.device] += 1
                    else:
                        self.note(case_id, ref)
            self._look_again()
        return tuple(sorted(aside, key=lambda each: (each.device, each.seq, each.digest)))

    def links(self) -> set[Link]:
        """Return every segment that was found, whether it counts or not."""
        files = [file for known in self._known for file in known.here.values()]
        return {file.link for file in (*files, *(batch.file for batch in self._batches))}

    def frames(self, case_id: str) -> list[FrameRef]:
        """Return the frames of a case that count, in the order in which they came here.

        None for what is no case id: somebody may have typed it.
        """
        if not is_case_id(case_id):
            return []
        found = [
            _ref(known.counted[row.number], row)
            for known in tuple(self._known)
            for row in self._rows(known, case_id)
            if row.number in known.counted
        ]
        return found + self._held.get(case_id, [])

    def cases(self) -> Iterator[str]:
        """Yield the id of each case, and of the vault log, once."""
        seen = set[str]()
        for known in tuple(self._known):
            try:
                for case_id in known.run.cases(known.counted.__contains__):
                    if case_id not in seen:
                        seen.add(case_id)
                        yield case_id
            except DamagedError:
                self._lose(known)
        yield from (case_id for case_id in tuple(self._held) if case_id not in seen)

    def note(self, case_id: str, ref: FrameRef) -> None:
        """Take in a frame that counts and that no run tells of."""
        self._held.setdefault(case_id, []).append(ref)
        file = ref.file
        tally = self._tallies.get(id(file)) or self._tallies.setdefault(id(file), _Tally(file))
        tally.add(ref.change_id)

    def count(self, device: str) -> int:
        """Return how many records of a device there are, those that nobody can open included."""
        told = (each for known in self._known for each in known.told)
        held = sum(one.count for one in self._tallies.values() if one.file.link.device == device)
        held += self._closed[device]
        return held + sum(each.count for each in told if each.header.device == device)

    def tallies(self) -> list[str]:
        """Return a line for each segment that counts: device, number, tally; sorted."""
        told = [(each.header, each.tally) for known in self._known for each in known.told]
        held = [(one.file.cipher.header, one.tally) for one in self._tallies.values()]
        return sorted(f"{each.device} {each.seq} {tally.hex()}" for each, tally in told + held)

    def write_behind(self, log_id: str) -> None:
        """File what was read and is sound; raise StoreError.

        Runs that are not much longer than what comes after them become one with it, so that
        there are few of them, and each row is written a few times only.
        """
        batches = [batch for batch in self._batches if batch.file.sound]
        self._batches = []
        joined: list[_Known] = []
        if batches:
            left, count = list(self._known), sum(len(batch.frames) for batch in batches)
            while left and left[-1].worth <= _TALLER * count:
                joined.insert(0, left.pop())
                count += joined[0].run.count
            segments: list[Told] = []
            rows = [_renewed(known, segments) for known in joined]
            rows.append(iter(sorted(_packed(batches, segments))))
            with contextlib.suppress(DamagedError):  # of a run: then all is read anew
                self._cache.save_run(log_id, segments, merge(*rows))
        self._cache.drop_runs([*self._useless, *(known.run.path for known in joined)])
        self._useless = []

    def _take(self, refs: Iterable[FrameRef]) -> None:
        for _, group in groupby(refs, key=lambda ref: id(ref.file)):
            frames = tuple((self._hold(ref), ref) for ref in group)
            self._batches.append(_Batch(frames[0][1].file, frames))

    def _look_again(self) -> None:
        """Hold the frames that runs have under no case: their keys may have come since."""
        for known in tuple(self._known):
            for row in self._rows(known, _CLOSED):
                if row.number in known.counted:
                    self._hold(_ref(known.counted[row.number], row))

    def _hold(self, ref: FrameRef) -> str:
        """Keep a frame in memory and return its case, none where its key is not at hand."""
        key = self._keys.get(ref.key_id)
        if key is None:
            self._closed[ref.device] += 1
            return _CLOSED
        self.note(key.case_id, ref)
        return key.case_id

    def _rows(self, known: _Known, case_id: str) -> list[Row]:
        """Return the rows of a case; where a run is damaged, its segments are read instead."""
        try:
            return [*known.run.rows(case_id)]
        except DamagedError:
            self._lose(known)
            return []

    def _lose(self, known: _Known) -> None:
        """Do without a run: read those of its segments that count."""
        self._known.remove(known)
        self._useless.append(known.run.path)
        for file in known.counted.values():
            found = Reading()
            place = Place(file.path, file.link.name, file.start, file.size)
            read_segment(place, self._keyring, [file.cipher.header.previous], found)
            self._reading.notices += found.notices
            self._take(found.refs)


def _renewed(known: _Known, segments: list[Told]) -> Iterator[bytes]:
    """Return the rows of the segments of a run that are here, which go to `segments` at once."""
    numbers: list[int | None] = []
    for number, told in enumerate(known.run.segments):
        numbers.append(len(segments) if number in known.here else None)
        if number in known.here:
            segments.append(told)
    return renumbered(known.run.packed(), numbers)


def _packed(batches: Iterable[_Batch], segments: list[Told]) -> Iterator[bytes]:
    """Yield the packed rows of segments that were read, adding these to `segments`."""
    for batch in batches:
        file, tally = batch.file, _Tally(batch.file)
        for case_id, ref in batch.frames:
            place = len(segments), ref.index, ref.offset, ref.size
            yield Row(case_id, *place, ref.key_id, ref.change_id).pack()
            if case_id != _CLOSED:
                tally.add(ref.change_id)
        told = file.digest, file.stamp, tally.tally, tally.count
        segments.append(Told(file.cipher.header, *told))


def _stamp(path: Path) -> Stamp | None:
    try:
        return stamp_of(path.lstat())
    except OSError:  # its owner has rolled it up meanwhile
        return None


def _ref(file: SegmentFile, row: Row) -> FrameRef:
    return FrameRef(file, row.index, row.offset, row.size, row.key_id, row.change_id)
