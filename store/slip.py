"""What the index keeps of a case: its row, where that stands in each order, what a search sees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from models.case import Case
from models.errors import CaseError
from models.strictjson import JSON
from store.errors import DamagedError
from store.fold import CaseState
from store.row import Row, filed_row, row_of, view

Sort = Literal["clock", "changed", "title"]
SORTS: Final[tuple[Sort, ...]] = ("clock", "changed", "title")
"""By the deadline, the next one first; by the last change, the newest first; by the title."""

_BIAS: Final = 1 << 63  # a deadline before 1970 is below zero
_TITLE, _WALL = 200, 64  # characters that count: a stranger's may be as long as a record
_DOWN: Final = bytes(range(255, -1, -1))
_ASKED: Final = frozenset({"text", "long_text"})


@dataclass(frozen=True, slots=True)
class Slip:
    """One case. `row` is its JSON, `keys` stand in the order of SORTS and are compared as bytes.

    `text` is what a search looks at, case-folded, and `covers` the digest (hex) of the records
    that all of it was made from.
    """

    id: str
    row: bytes
    text: bytes
    keys: tuple[bytes, bytes, bytes]
    covers: str

    @classmethod
    def of(cls, row: bytes, text: bytes, covers: str) -> Self:
        """Return the slip of a filed row; raise DamagedError for one of another shape."""
        try:
            filed = json.loads(row)
            return cls(filed["id"], row, text, _keys(filed), covers)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            raise _odd() from None

    def read(self) -> Row:
        """Return the row; raise DamagedError for one of another shape."""
        return read_row(self.row)


def slip_of(state: CaseState, covers: str) -> Slip:
    """Return the slip of a case."""
    case = view(state)
    row = row_of(state, case)
    filed: dict[str, JSON] = {**row.as_json(), "deadline": row.deadline}
    text = _text(case) + _days(row)
    return Slip.of(_encoded(json.dumps(filed, ensure_ascii=False)), text, covers)


def read_row(row: bytes) -> Row:
    """Return the row whose JSON is `row`; raise DamagedError for one of another shape."""
    try:
        return filed_row(json.loads(row))
    except (CaseError, ValueError, KeyError, TypeError):
        raise _odd() from None


def folded(words: str) -> tuple[bytes, ...]:
    """Return the words of what a person typed, as they are looked for in `Slip.text`."""
    return tuple(_encoded(word) for word in words.casefold().split())


def _keys(filed: Mapping[str, Any]) -> tuple[bytes, bytes, bytes]:
    own = bytes.fromhex(filed["id"])
    title = _encoded(filed["title"].casefold()[:_TITLE]) + b"\0" + own
    deadline: int | None = filed["deadline"]
    rank = 2 if filed["state"] == "closed" else 1 if deadline is None else 0
    due = (deadline or 0) + _BIAS if rank == 0 else 0
    wall = _encoded(filed["wall"][:_WALL]) + b"\0" + own
    return bytes([rank]) + due.to_bytes(8, "big") + title, wall.translate(_DOWN), title


def _text(case: Case) -> bytes:
    """Return short name, reference, title, parties and prose, a line break before each."""
    found = [case.slug, case.reference or "", case.title]
    found += [party.name for party in case.parties]
    found += [event.ref for event in case.events]
    for filed in case.reports:
        report = filed.report
        asked = (each.id for each in report.pack.questions if each.kind in _ASKED)
        answers = (report.answer(qid).value for qid in asked)
        found += [value for value in answers if isinstance(value, str)]
    # a follow-up report repeats the initial one's prose
    return _encoded("".join(f"\n{each}" for each in dict.fromkeys(found)).casefold())


def _days(row: Row) -> bytes:
    """Return the words by which the cases of a day are found."""
    told = (("discovered", row.traits.discovered), ("occurred", row.traits.occurred))
    return _encoded("".join(f"\n{day_word(name, date)}" for name, date in told if date))


def day_word(name: str, date: str) -> str:
    """Return the word that a search finds the cases of a day by: `@discovered:2019-12-18`."""
    return f"@{name}:{date}"


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")


def _odd() -> DamagedError:
    return DamagedError("a row of the index is of another version")
