"""Cases that may be one incident recorded twice: what they have in common, as data."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.case import Case
from models.moment import Moment
from models.strictjson import JSON

FEWEST: Final = 10
"""A count below this says nothing: many incidents are about one person."""
_HALF: Final = 2
_DAY: Final = dt.timedelta(days=1)
_WORD: Final = re.compile(r"[^\W_]{3,}")
# what nearly every title of a breach has in it tells no two apart
_COMMON: Final = frozenset(
    (
        *("and", "breach", "case", "data", "email", "for", "from", "incident", "lost", "mail"),
        *("notice", "personal", "report", "sent", "stolen", "that", "the", "was", "with", "wrong"),
    )
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a case is compared. Dates are ISO text as stated, empty where there is none.

    `subjects` and `records` are totals, None where not stated as a number.
    """

    title: str = ""
    discovered: str = ""
    occurred: str = ""
    processor: str = ""
    subjects: int | None = None
    records: int | None = None

    def as_json(self) -> dict[str, JSON]:
        """Return them without the title, for the case list."""
        return {
            "discovered": self.discovered,
            "occurred": self.occurred,
            "processor": self.processor,
            "subjects": self.subjects,
            "records": self.records,
        }

    @classmethod
    def filed(cls, title: str, filed: Mapping[str, Any]) -> Traits:
        """Return what `as_json` made; raise KeyError, TypeError for another."""
        names = ("discovered", "occurred", "processor", "subjects", "records")
        return cls(title, **{name: filed[name] for name in names})


def traits(case: Case) -> Traits:
    """Return what of a case is compared with others."""
    processors = [each.name for each in case.parties if each.role == "processor"]
    return Traits(
        title=case.title,
        discovered=_date(case.fact("discovered").value),
        occurred=_date(case.occurred),
        processor=processors[0] if processors else "",
        subjects=_total(case.fact("subjects_count").value),
        records=_total(case.fact("records_count").value),
    )


def days_around(date: str) -> tuple[str, ...]:
    """Return a date with the day before and after it, nothing for what is none."""
    try:
        day = dt.date.fromisoformat(date)
        return tuple((day + number * _DAY).isoformat() for number in (-1, 0, 1))
    except (ValueError, OverflowError):
        return ()


def likeness(one: Traits, other: Traits) -> tuple[str, ...]:
    """Return why two cases may be one incident, each reason in a few words; () if they differ.

    Both a time and something else have to agree: discovery or occurrence within a day; and the
    processor, the words of the title or a count of at least 10.
    """
    times = [
        _near(name, getattr(one, name), getattr(other, name)) for name in ("discovered", "occurred")
    ]
    when = [each for each in times if each]
    what = [
        *(["same processor"] if _name(one.processor) and _same_name(one, other) else []),
        *(["similar title"] if _similar(one.title, other.title) else []),
        *(["same number of data subjects"] if _equal(one.subjects, other.subjects) else []),
        *(["same number of records"] if _equal(one.records, other.records) else []),
    ]
    return (*when, *what) if when and what else ()


_SAID: Final = {"discovered": "discovery", "occurred": "occurrence"}


def _near(name: str, one: str, other: str) -> str:
    if one not in days_around(other):
        return ""
    return f"same {_SAID[name]}" if one == other else f"{_SAID[name]} a day apart"


def _same_name(one: Traits, other: Traits) -> bool:
    return _name(one.processor) == _name(other.processor)


def _name(text: str) -> str:
    return " ".join(_WORD.findall(_plain(text)))


def _similar(one: str, other: str) -> bool:
    """Whether at least half of the words that tell titles apart are in both."""
    mine, theirs = (set(_WORD.findall(_plain(each))) - _COMMON for each in (one, other))
    return bool(mine & theirs) and len(mine & theirs) * _HALF >= len(mine | theirs)


def _equal(one: int | None, other: int | None) -> bool:
    return one is not None and one == other and one >= FEWEST


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _date(value: object) -> str:
    return value.date.isoformat() if isinstance(value, Moment) and value.date else ""


def _total(value: object) -> int | None:
    total = value.get("total") if isinstance(value, dict) else getattr(value, "total", None)
    return total if isinstance(total, int) and not isinstance(total, bool) else None
