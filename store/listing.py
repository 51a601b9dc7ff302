"""The rows of the index in one order, narrowed down to those that hold some words."""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store.errors import DamagedError
from store.pack import Pack
from store.row import Row
from store.slip import Slip, folded, read_row


@dataclass(frozen=True, slots=True)
class Order:
    """All cases in one order: numbers of the pack's rows, and -1, -2, ... for the hot `slips`."""

    pack: Pack
    slips: Sequence[Slip]
    places: array[int]

    def row(self, place: int) -> Row:
        """Return the row at a place; raise DamagedError."""
        return read_row(self.slips[~place].row if place < 0 else self.pack.rows[place])

    def finder(self, words: Sequence[bytes]) -> Callable[[int], bool]:
        """Return what tells of a place whether all of `words` are in its text.

        It raises DamagedError.
        """
        packed = self.pack.texts.finder(words)

        def holds(place: int) -> bool:
            if place >= 0:
                return packed(place)
            text = self.slips[~place].text
            return all(word in text for word in words)

        return holds

    def slip(self, place: int) -> Slip:
        """Return the slip at a place; raise DamagedError."""
        return self.slips[~place] if place < 0 else self.pack.slip(place)

    def place(self, case_id: str) -> int | None:
        """Return the place of a case that may be in the list; raise DamagedError."""
        for index, slip in enumerate(self.slips):
            if slip.id == case_id:
                return ~index
        return self.pack.number(case_id)


class Listing:
    """A sequence of rows that is found only as far as it is asked for.

    It stays as it was made while the index goes on. `make` gives its order anew where a file of the
    index proves to be damaged in the middle.
    """

    def __init__(self, make: Callable[[], Order], order: Order, words: tuple[bytes, ...]) -> None:
        self._make = make
        self._order = order
        self._words = words
        self._holds = order.finder(words)
        self._next = 0
        self._found = array("i")

    def __len__(self) -> int:
        """How many rows are found so far."""
        return len(self._found) if self._words else len(self._order.places)

    @property
    def complete(self) -> bool:
        """Whether there are no more than are found."""
        return not self._words or self._next == len(self._order.places)

    @property
    def of(self) -> int:
        """How many cases there are, with the words or without."""
        return len(self._order.places)

    def find(self, count: int) -> int:
        """Look on until `count` rows are found or all are looked at; return how many are."""
        try:
            self._look(count)
        except DamagedError:
            self._again(count)
        return len(self)

    def narrowed(self, text: str) -> Listing:
        """Return the same cases with all words of `text` in them.

        Where they say more than the words before, what those have passed over stays out.
        """
        words = folded(text)
        new = Listing(self._make, self._order, words)
        if self._words and all(any(old in word for word in words) for old in self._words):
            with contextlib.suppress(DamagedError):  # the new one begins at the start then
                found = array("i", filter(new._holds, self._found))
                new._next, new._found = self._next, found
        return new

    def row(self, index: int) -> Row:
        """Return one of the rows found so far."""
        try:
            return self._order.row(self._at(index))
        except DamagedError:
            self._again(index + 1)
            return self._order.row(self._at(index))

    def rows(self, offset: int, count: int) -> tuple[Row, ...]:
        """Return `count` rows from `offset` on, fewer at the end."""
        end = min(self.find(offset + count), offset + count)
        return tuple(self.row(index) for index in range(offset, end))

    def all(self) -> tuple[Row, ...]:
        """Return all rows there are."""
        return self.rows(0, self.of)

    def index(self, case_id: str) -> int | None:
        """Return where a case stands among the rows found so far, None where it does not."""
        try:
            place = self._order.place(case_id)
            places = self._found if self._words else self._order.places
            return None if place is None else places.index(place)
        except (ValueError, DamagedError):
            return None

    def _at(self, index: int) -> int:
        return (self._found if self._words else self._order.places)[index]

    def _look(self, count: int) -> None:
        places, holds, found = self._order.places, self._holds, self._found
        if not self._words or len(found) >= count:
            return
        for at in range(self._next, len(places)):
            place = places[at]
            self._next = at + 1
            if holds(place):
                found.append(place)
                if len(found) >= count:
                    return

    def _again(self, count: int) -> None:
        self._order = self._make()
        self._holds = self._order.finder(self._words)
        self._next, self._found = 0, array("i")
        self._look(count)
