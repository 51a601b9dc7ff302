"""The case list: a row for each case, and finding a case by what a person types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from models.errors import CaseError, MissingError, UsageError
from store.cache import Cache
from store.history import History
from store.row import Row, filed_row, row_of

_SHORTEST: Final = 4  # characters of a beginning


class Rows:
    """Rows are worked out once for each set of records, then taken from the cache."""

    def __init__(self, history: History, cache: Cache) -> None:
        self._history = history
        self._cache = cache
        self._filed = cache.load_rows()
        self._rows: dict[str, tuple[str, Row]] = {}
        self._unfiled = False

    def all(self) -> tuple[Row, ...]:
        """Return the rows, the last changed first."""
        rows = [self._row(case_id) for case_id in self._history.case_ids]
        return tuple(sorted(rows, key=lambda row: (row.wall, row.id), reverse=True))

    def find(self, text: str) -> str:
        """Return the id of the case that `text` means: an id, a slug or a reference.

        At least 4 characters that an id or a slug begins with will do. Raises MissingError for
        none and UsageError for several.
        """
        wanted = text.strip().lower()
        rows = self.all()
        tests: tuple[Callable[[Row], bool], ...] = (
            lambda row: row.id == wanted,
            lambda row: (row.reference or "").lower() == wanted,
            # before the slug: a stranger's name makes one, and could look like an id
            lambda row: len(wanted) >= _SHORTEST and row.id.startswith(wanted),
            lambda row: row.slug == wanted,
            lambda row: len(wanted) >= _SHORTEST and row.slug.startswith(wanted),
        )
        for test in tests:
            match [row.id for row in rows if wanted and test(row)]:
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

    def write_behind(self) -> None:
        """File the rows if any is new; raise StoreError."""
        if self._unfiled:
            self._cache.save_rows(
                {**row.as_json(), "covers": self._rows[row.id][0]} for row in self.all()
            )
            self._unfiled = False

    def _row(self, case_id: str) -> Row:
        covers = self._history.covers(case_id)
        if case_id not in self._rows or self._rows[case_id][0] != covers:
            self._rows[case_id] = (covers, self._find_row(case_id, covers))
        return self._rows[case_id][1]

    def _find_row(self, case_id: str, covers: str) -> Row:
        filed: Mapping[str, Any] = self._filed.get(case_id, {})
        if filed.get("covers") == covers:
            # an older version may have filed other columns
            try:
                return filed_row(filed)
            except (CaseError, KeyError, TypeError):
                pass
        self._unfiled = True
        return row_of(self._history.state(case_id))
