"""Keeping drafts: the person's keys come first, so `keep` only hands over; one thread writes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final

from store import platform
from store.draft import DraftFile, Kept, Seal, Slot, Typed, draft_files, remove

_AGAIN: Final = 1024 * 1024  # bytes from which a file is begun anew with what is still open
_GAP_S: Final = 0.25  # between writes: a held-down key is not a hundred frames
_SYNC_S: Final = 1.0
_PATIENCE_S: Final = 3.0

Told = Callable[[bool], object]
"""Told, from the thread, whether the last write was refused: when that changes."""


class Drafts:
    """The drafts of one replica. Only one process at a time may write: the holder of the lock."""

    def __init__(self, path: Path, vault_id: bytes, replica_key: bytes) -> None:
        """`path` is the folder; nothing is read or written yet."""
        self._path = path
        self._seal = Seal.of_replica(replica_key, vault_id)
        self._queue: SimpleQueue[Typed | Event | None] = SimpleQueue()
        self._undecided: dict[Slot, Kept] = {}
        self._keeper: _Keeper | None = None
        self._thread: Thread | None = None

    def left(self) -> tuple[Kept, ...]:
        """Return what earlier sessions left open, the newest first.

        A torn tail is no fault here: the process ended while it wrote. What cannot be read is
        not there.
        """
        return _left(draft_files(self._path, self._seal).values())

    def start(self, told: Told) -> tuple[Kept, ...]:
        """Begin to keep drafts, and return what was left; all of it is kept until it is dropped."""
        self.close()
        read = draft_files(self._path, self._seal)
        left = _left(read.values())
        for each in reversed(left):
            self.keep(each.slot, each.text, each.at)
        self._undecided = {each.slot: each for each in left}
        self._keeper = _Keeper(self._path, self._seal, self._queue, told, list(read))
        # a hung disk must not keep the process from ending
        self._thread = Thread(target=self._keeper.run, name="drafts", daemon=True)
        self._thread.start()
        return left

    @property
    def undecided(self) -> tuple[Kept, ...]:
        """What was left and has not been kept again or dropped since `start`, the newest first."""
        return tuple(self._undecided.values())

    def keep(self, slot: Slot, text: str, at: str) -> None:
        """Take note of what stands in a field, at wall clock `at`; returns at once."""
        self._undecided.pop(slot, None)
        self._queue.put(Typed(slot, text, at))

    def drop(self, slot: Slot, at: str) -> None:
        """Take note that a field was saved or its text discarded; returns at once."""
        self._undecided.pop(slot, None)
        self._queue.put(Typed(slot, None, at))

    @property
    def failed(self) -> bool:
        """Whether the last write was refused: what is typed is not on disk."""
        return self._keeper is not None and self._keeper.failed

    def flush(self) -> None:
        """Return when all that was handed over is on the medium, or after 3 seconds.

        Takes no lock that the caller could hold: a signal handler may call it.
        """
        if self._keeper is not None:
            done = Event()
            self._queue.put(done)
            done.wait(_PATIENCE_S)

    def close(self) -> None:
        """Write what is to be written and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(_PATIENCE_S)
            self._keeper = self._thread = None


def _left(files: Iterable[list[Typed]]) -> tuple[Kept, ...]:
    last: dict[Slot, Typed] = {}
    for typed in sorted((each for said in files for each in said), key=lambda each: each.at):
        last[typed.slot] = typed  # the sort is stable: of one moment, the later frame
    kept = [Kept(each.slot, each.text, each.at) for each in last.values() if each.text is not None]
    return tuple(sorted(kept, key=lambda each: each.at, reverse=True))


@dataclass(slots=True)
class _Keeper:
    """What the one thread that writes works on. `old`: the files of earlier sessions, until copied.

    A write that the system refuses is made again with the next key.
    """

    where: Path
    seal: Seal
    queue: SimpleQueue[Typed | Event | None]
    told: Told
    old: list[Path]
    failed: bool = False
    _open: dict[Slot, Typed] = field(default_factory=dict)  # what is typed and not saved
    _pending: dict[Slot, Typed] = field(default_factory=dict)
    _waiting: list[Event] = field(default_factory=list)
    _file: DraftFile | None = None
    _dirty_since: float | None = None
    _ending: bool = False

    def run(self) -> None:
        """Write what comes; stand still while nothing does."""
        while not self._ending:
            if not self._pending or self.failed:
                self._take(None if self._dirty_since is None else _SYNC_S)
            self._write()
            self._gather()
            if self._waiting or self._ending:
                self._write()
                self._sync()
            elif self._dirty_since is not None and time.monotonic() - self._dirty_since >= _SYNC_S:
                self._sync()
            for event in self._waiting:
                event.set()
            self._waiting.clear()
        if self._file is not None:
            self._file.close()

    def _take(self, wait_s: float | None) -> None:
        try:
            taken = self.queue.get(timeout=wait_s)
        except Empty:
            return
        if isinstance(taken, Typed):
            self._pending[taken.slot] = taken
        elif taken is None:
            self._ending = True
        else:
            self._waiting.append(taken)

    def _gather(self) -> None:
        """Let what is typed in the next quarter of a second become one frame."""
        until = time.monotonic() + _GAP_S
        while not (self._waiting or self._ending) and self._dirty_since is not None:
            left = until - time.monotonic()
            if left <= 0:
                return
            self._take(left)

    def _write(self) -> None:
        if not self._pending:
            return
        for slot, typed in self._pending.items():
            if typed.text is None:
                self._open.pop(slot, None)
            else:
                self._open[slot] = typed
        try:
            self._put()
        except OSError:
            self._tell(failed=True)
            return
        self._pending.clear()
        self._dirty_since = self._dirty_since or time.monotonic()
        self._tell(failed=False)

    def _put(self) -> None:
        weight = sum(typed.weight for typed in self._open.values())
        if not self._open:
            self._begin_anew(None)
        elif self._file is None or self._file.size > max(_AGAIN, 8 * weight):
            self._begin_anew(self._copy())
        else:
            for typed in self._pending.values():
                self._file.add(self.seal, typed)

    def _copy(self) -> DraftFile:
        """Return a new file with all that is open."""
        begun = DraftFile.begin(self.where)
        try:
            for typed in self._open.values():
                begun.add(self.seal, typed)
            if self._file is not None or self.old:
                platform.sync(begun.descriptor)  # before what it takes the place of is gone
        except OSError:
            begun.end()
            raise
        return begun

    def _begin_anew(self, begun: DraftFile | None) -> None:
        if self._file is not None:
            self._file.end()
        remove(self.old)
        self.old.clear()
        self._file = begun

    def _sync(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                platform.sync(self._file.descriptor)
        self._dirty_since = None

    def _tell(self, *, failed: bool) -> None:
        if failed != self.failed:
            self.failed = failed
            self.told(failed)
