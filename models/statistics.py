"""Cases as they are counted: by time to report, size, kind, decision, data and people concerned."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models.answer import Count
from models.case import Case
from models.moment import Moment
from models.vocabulary import (
    CYBER,
    CYBER_TYPES,
    DECISIONS,
    NON_CYBER,
    TIMES,
    UNKNOWN,
    relabelled,
    size,
)

_REGULATOR: Final = "regulator"


@dataclass(frozen=True, slots=True)
class Entry:
    """One case as it is counted. `subject_types` and `data_types` hold one label at least.

    `year` and `quarter` are those in which it was reported, 0 while it was not.
    """

    reference: str
    year: int
    quarter: int
    subject_types: tuple[str, ...]
    data_types: tuple[str, ...]
    decision: str
    category: str
    type: str
    size: str
    sector: str
    time: str

    @property
    def period(self) -> str:
        """`2026 Q1`, or `not reported`."""
        return f"{self.year} Q{self.quarter}" if self.year else "not reported"


def entry(case: Case) -> Entry:
    """Return how a case is counted, by its latest reports.

    Where the time to report may lie in two bands the case is of neither: `Unknown`.
    """
    day = _day(case)
    subjects = case.fact("subjects_count").value
    bands = case.reading(None).bands
    return Entry(
        reference=case.reference or case.id[:8],
        year=day.year if day else 0,
        quarter=(day.month + 2) // 3 if day else 0,
        subject_types=relabelled(_ticked(case, "subject_categories")),
        data_types=relabelled(_ticked(case, "data_categories")),
        decision=_decision(case),
        category=_category(case),
        type=case.classed.type or "Not Provided",
        size=size(subjects.total if isinstance(subjects, Count) else None),
        sector=case.classed.sector or "Unassigned",
        time=TIMES[bands[0]] if len(bands) == 1 else UNKNOWN,
    )


def _day(case: Case) -> dt.date | None:
    """Return the day on which it was reported: of a case of others, when that came in."""
    came = case.when("received") or case.when("filed") if case.side == _REGULATOR else None
    reported: Moment | None = case.reported or came
    return reported.date if reported else None


def _ticked(case: Case, fact: str) -> tuple[str, ...]:
    value = case.fact(fact).value
    if isinstance(value, tuple):
        return tuple(label for label in value if isinstance(label, str))
    return ()


def _decision(case: Case) -> str:
    """Return what was decided: as classified, else an outcome that is a word of the dataset."""
    outcome = case.decisions[-1].outcome.casefold() if case.decisions else ""
    meant = next((word for word in DECISIONS if word.casefold() == outcome), "")
    return case.classed.decision or meant or "Not Yet Assigned"


def _category(case: Case) -> str:
    if case.classed.type:
        return CYBER if case.classed.type in CYBER_TYPES else NON_CYBER
    said = case.fact("cyber").value
    return {"Yes": CYBER, "No": NON_CYBER}.get(said if isinstance(said, str) else "", UNKNOWN)


BY: Final[Mapping[str, Callable[[Entry], tuple[str, ...]]]] = {
    "time": lambda each: (each.time,),
    "size": lambda each: (each.size,),
    "category": lambda each: (each.category,),
    "type": lambda each: (each.type,),
    "decision": lambda each: (each.decision,),
    "sector": lambda each: (each.sector,),
    "data": lambda each: each.data_types,
    "people": lambda each: each.subject_types,
    "quarter": lambda each: (each.period,),
}
"""What cases can be counted by. By data and people a case counts once for each label."""


def tally(entries: Iterable[Entry], by: str) -> tuple[tuple[str, int], ...]:
    """Return how many cases have each label, the most frequent first; quarters in order."""
    labels = BY[by]
    found = Counter(label for each in entries for label in dict.fromkeys(labels(each)))
    order = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(sorted(order) if by == "quarter" else order)


COLUMNS: Final = (
    "BI Reference",
    "Year",
    "Quarter",
    "Data Subject Type",
    "Data Type",
    "Decision Taken",
    "Incident Category",
    "Incident Type",
    "No. Data Subjects Affected",
    "Sector",
    "Time Taken to Report",
)
"""As the ICO's dataset names them."""


def rows(entries: Iterable[Entry]) -> Iterator[Sequence[str]]:
    """Yield the dataset's rows: one for each characteristic, so count references, not rows."""
    for each in entries:
        year = str(each.year) if each.year else ""
        quarter = f"Qtr {each.quarter}" if each.quarter else ""
        for people in each.subject_types:
            for data in each.data_types:
                yield (
                    each.reference, year, quarter, people, data, each.decision, each.category,
                    each.type, each.size, each.sector, each.time,
                )  # fmt: skip
