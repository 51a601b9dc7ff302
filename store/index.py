"""The index: every case in a few orders, searched as one types, and found by what one calls it.

What the journal says is the truth. The index is kept in the row pack and, for the cases changed
since that was written, in the hot table; both may be lost, old or torn at any time.
"""

from __future__ import annotations

import contextlib
import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from models.errors import MissingError, UsageError
from store.cache import Cache, Hot
from store.errors import DamagedError, DiskError
from store.history import History
from store.listing import Listing, Order
from store.row import Row
from store.slip import SORTS, Slip, Sort, folded, slip_of

HOTTEST: Final = 1_000  # slips: TinyDB reads and writes the whole file each time
FOUND: Final = 500  # rows a search looks for at once
CROWD: Final = 10_000  # slips in memory while all are made again
_SHORTEST: Final = 4  # characters of a beginning
_HEX: Final = re.compile(r"[0-9a-f]{4,32}")
_T = TypeVar("_T")


class Compaction:
    """The writing of a new pack out of the old one and the hot slips; may run in a thread."""

    def __init__(self, cache: Cache, order: Order, covers: str) -> None:
        self._cache = cache
        self._covers = covers
        self.order = order

    def write(self) -> None:
        """Put the new pack in the place of the old one; raise StoreError."""
        self._cache.save_pack(self._covers, map(self.order.slip, self.order.places))


class Index:
    """Pages and searches all cases; what has changed is taken in when next asked for anything.

    `remade` counts the files of the index that were missing or no good, since the hot table was
    first written. One thread uses it; `warm` and `Compaction.write` may run in another.
    """

    def __init__(
        self,
        history: History,
        cache: Cache,
        *,
        writable: bool,
        hottest: int = HOTTEST,
        crowd: int = CROWD,
    ) -> None:
        self._history = history
        self._cache = cache
        self._writable = writable
        self._hottest = hottest
        self._crowd = crowd
        self._pack = cache.empty_pack()
        self._hot: dict[str, Slip] = {}
        self._gone: set[str] = set()  # cases of the pack that are no more
        self._pending: set[str] = set()
        self._orders: dict[Sort, Order] = {}
        self._filed = ""  # what the two files stand for
        self._behind = False
        self.remade = 0
        self._load()

    def listing(self, sort: Sort = "clock", text: str = "") -> Listing:
        """Return the cases in an order, those with all words of `text` in them."""
        return self._listing(sort, folded(text))

    def page(self, sort: Sort, text: str, offset: int, count: int) -> tuple[Row, ...]:
        """Return `count` rows of a listing from `offset` on, fewer at the end."""
        return self.listing(sort, text).rows(offset, count)

    def search(self, text: str, limit: int = FOUND) -> tuple[Row, ...]:
        """Return the first `limit` rows with all words of `text`, the most urgent first."""
        return self.page("clock", text, 0, limit)

    def having(self, words: Iterable[str]) -> tuple[Row, ...]:
        """Return the rows with any of `words` in their text, in no order; they begin alike."""
        sought = tuple(word for text in words for word in folded(text))
        return self._safely(lambda: self._having(sought))

    def find(self, text: str) -> str:
        """Return the id of the case that `text` means: an id, a slug or a reference.

        At least 4 characters that an id or a slug begins with will do. Raises MissingError for
        none and UsageError for several.
        """
        wanted = text.strip().lower()
        rows = self._called(wanted) if wanted else []
        tests: tuple[Callable[[Row], bool], ...] = (
            lambda row: row.id == wanted,
            lambda row: (row.reference or "").lower() == wanted,
            # before the slug: a stranger's name makes one, and could look like an id
            lambda row: len(wanted) >= _SHORTEST and row.id.startswith(wanted),
            lambda row: row.slug == wanted,
            lambda row: len(wanted) >= _SHORTEST and row.slug.startswith(wanted),
        )
        for test in tests:
            match [row.id for row in rows if test(row)]:
                case []:
                    continue
                case [case_id]:
                    return case_id
                case several:
                    short = ", ".join(case_id[:8] for case_id in several[:5])
                    raise UsageError(
                        f"{len(several)} cases are called that", hint=f"use one of the ids {short}"
                    )
        raise MissingError("no case of that name", hint="breachcase ls lists the cases")

    @property
    def cold(self) -> bool:
        """Whether `warm` has anything to do."""
        return self._pack.texts.cold

    def warm(self) -> None:
        """Take the search text into memory, so that the first key of a search need not wait."""
        with contextlib.suppress(DamagedError):  # met again, and mended, when it is looked at
            self._pack.texts.warm()

    def rebuild(self) -> None:
        """Make all of it again from the journal when next asked for anything."""
        self._pack = self._cache.empty_pack()
        self._hot.clear()
        self._gone.clear()
        self._orders.clear()
        self._pending.update(self._history.case_ids)
        self._filed = ""

    def compaction(self) -> Compaction | None:
        """Return the writing of a new pack, None while the hot table has room for all slips.

        Once it is written, `adopt` it. One who may only read never writes.
        """
        self._settle()
        if not self._writable or len(self._hot) <= self._hottest:
            return None
        return Compaction(self._cache, self._order("clock"), self._history.digest())

    def adopt(self, done: Compaction) -> None:
        """Go on with a new pack; what has changed since it was begun stays hot."""
        try:
            self._pack = self._cache.load_pack()
        except DamagedError:
            self._lose()
            return
        packed = set(map(id, done.order.slips))
        self._hot = {name: slip for name, slip in self._hot.items() if id(slip) not in packed}
        self._gone.clear()
        self._orders.clear()
        self._filed = ""

    def purge(self, cases: Iterable[str]) -> None:
        """File everything anew without these cases, which are no more; raise StoreError."""
        self._settle()
        ids = tuple(cases)
        if self._safely(lambda: any(self._pack.number(each) is not None for each in ids)):
            work = Compaction(self._cache, self._order("clock"), self._history.digest())
            work.write()
            self.adopt(work)
            self._settle()
        self.write_behind()

    def write_behind(self, *, compact: bool = True) -> None:
        """File what is not; raise StoreError. Without `compact` a long hot table waits."""
        self._settle()
        work = self.compaction() if compact else None
        if work:
            work.write()
            self.adopt(work)
            self._settle()
        digest = self._history.digest()
        if self._filed != digest and len(self._hot) <= self._hottest:
            slips, gone = tuple(self._hot.values()), tuple(self._gone)
            self._cache.save_hot(Hot(self._pack.name, digest, slips, gone, self.remade))
            self._filed = digest

    def _listing(self, sort: Sort, words: tuple[bytes, ...]) -> Listing:
        return Listing(lambda: self._mended(sort), self._order(sort), words)

    def _called(self, wanted: str) -> tuple[Row, ...]:
        """Return the rows that `wanted` may mean."""
        beginning = f"\n{wanted.casefold()}".encode(errors="replace")
        rows = {row.id: row for row in self._listing("changed", (beginning,)).all()}
        if _HEX.fullmatch(wanted):
            rows |= self._safely(lambda: self._beginning(wanted))
        return tuple(rows.values())

    def _having(self, sought: tuple[bytes, ...]) -> tuple[Row, ...]:
        order = self._order("clock")
        stale = {order.pack.number(case_id) for case_id in (*self._hot, *self._gone)}
        numbers = sorted({*order.pack.texts.having(sought)} - stale)
        hot = (~at for at, slip in enumerate(order.slips) if any(w in slip.text for w in sought))
        return tuple(order.row(place) for place in (*numbers, *hot))

    def _beginning(self, wanted: str) -> dict[str, Row]:
        order = self._order("changed")
        ids = set(order.pack.beginning(wanted)) - self._gone
        ids.update(slip.id for slip in order.slips if slip.id.startswith(wanted))
        places = {case_id: order.place(case_id) for case_id in ids}
        return {name: order.row(place) for name, place in places.items() if place is not None}

    def _load(self) -> None:
        hot = self._loaded(self._cache.load_hot) or Hot()
        pack = self._loaded(self._cache.load_pack)
        self._pack = pack or self._pack
        digest = self._history.digest()
        lost = pack is None or bool(hot.pack and not pack.name)
        self.remade = hot.remade + (not hot.covers and not self._history.is_empty) + lost
        self._filed = digest
        if self._pack.covers == digest:
            self._history.take_touched()
        elif (hot.pack, hot.covers) == (self._pack.name, digest):
            self._history.take_touched()
            self._hot, self._gone = {slip.id: slip for slip in hot.slips}, set(hot.gone)
        else:
            self._hot = {slip.id: slip for slip in hot.slips}
            self._filed, self._behind = "", True

    def _loaded(self, load: Callable[[], _T]) -> _T | None:
        try:
            return load()
        except DamagedError:
            return None

    def _settle(self) -> None:
        """Take in what has changed in the journal."""
        self._pending |= self._history.take_touched()
        if self._pending or self._behind:
            self._safely(self._renew_all)

    def _renew_all(self) -> None:
        if self._behind:
            cases = set(self._history.case_ids)
            self._pending |= cases
            self._gone = {case_id for case_id in self._pack.ids() if case_id not in cases}
            self._hot = {name: slip for name, slip in self._hot.items() if name in cases}
            self._behind = False
        while self._pending:
            self._renew(self._pending.pop())
            if self._writable and len(self._hot) >= self._crowd:
                self._make_room()
        self._orders.clear()

    def _renew(self, case_id: str) -> None:
        covers = self._history.covers(case_id)
        hot, number = self._hot.get(case_id), self._pack.number(case_id)
        if hot and hot.covers == covers:
            return
        if not hot and number is not None and self._pack.covered(number) == covers:
            return
        self._hot[case_id] = slip_of(self._history.glance(case_id), covers)

    def _make_room(self) -> None:
        """Pack what is there in the middle of it, as more would not fit into memory."""
        self._orders.clear()
        with contextlib.suppress(DiskError):
            work = Compaction(self._cache, self._ordered("clock"), "")
            work.write()
            self.adopt(work)

    def _order(self, sort: Sort) -> Order:
        self._settle()
        if sort not in self._orders:
            self._orders[sort] = self._safely(lambda: self._ordered(sort))
        return self._orders[sort]

    def _ordered(self, sort: Sort) -> Order:
        """Merge the hot slips into an order of the pack."""
        pack, slips, rank = self._pack, tuple(self._hot.values()), SORTS.index(sort)
        packed, keys = pack.order(sort), pack.keys[sort]
        places, start = array("i"), 0
        for key, number in sorted((slip.keys[rank], at) for at, slip in enumerate(slips)):
            end = bisect_left(keys, key, start)
            places += packed[start:end]
            places.append(~number)
            start = end
        places += packed[start:]
        stale = {pack.number(case_id) for case_id in (*self._hot, *self._gone)} - {None}
        if stale:
            places = array("i", (place for place in places if place not in stale))
        return Order(pack, slips, places)

    def _mended(self, sort: Sort) -> Order:
        self._lose()
        return self._order(sort)

    def _safely(self, work: Callable[[], _T]) -> _T:
        """Return what `work` does; where a chunk of the pack is damaged, do without the pack."""
        try:
            return work()
        except DamagedError:
            self._lose()
            self._settle()
            return work()

    def _lose(self) -> None:
        self.remade += 1
        self.rebuild()
