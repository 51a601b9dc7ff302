"""Retention: when somebody decides whether a case is still needed. A date destroys nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from models.errors import UsageError
from models.strictjson import JSON
from store.change import AnyOp, DelOp, SetOp
from store.fold import CaseState
from store.hold import required_reason
from store.row import Row
from store.vault import Vault

FIELD: Final = "case/review"
SETTING: Final = "setting/retention"
LONGEST: Final = 100  # years


@dataclass(frozen=True, slots=True)
class DueReview:
    """A case whose review date has come. `suggested` says that nobody set it: the setting did."""

    row: Row
    on: str
    suggested: bool
    held: bool

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        row = self.row
        told: dict[str, JSON] = {"id": row.id, "title": row.title, "reference": row.reference}
        return told | {"review": self.on, "suggested": self.suggested, "held": self.held}


def set_review(vault: Vault, case_id: str, on: dt.date, reason: str, *, wall: str) -> None:
    """Say when a case is to be reviewed, and why then; raise UsageError without a reason."""
    state = vault.state(case_id)
    value: JSON = {"date": on.isoformat(), "reason": required_reason(reason)}
    vault.commit(case_id, [SetOp(FIELD, value)], shown=state, wall=wall)


def set_years(vault: Vault, years: int | None, *, wall: str) -> None:
    """Set how many years after its closing a case is suggested for review; None: not at all.

    Raises UsageError (no such number, nothing set, not for this role).
    """
    if years is not None and not 1 <= years <= LONGEST:
        raise UsageError(f"cases are kept for 1 to {LONGEST} years")
    log = vault.log_state()
    if years is None and years_kept(log) is None:
        raise UsageError("no number of years is set")
    op: AnyOp = DelOp(SETTING) if years is None else SetOp(SETTING, {"years": years})
    vault.commit(vault.log_id, [op], shown=log, wall=wall)


def years_kept(log: CaseState) -> int | None:
    """Return the vault's setting; of two that nobody chose between, the longer one."""
    register = log.fields.get(SETTING)
    values = [each.value for each in register.values] if register else []
    found = [value.get("years") for value in values if isinstance(value, dict)]
    years = [each for each in found if isinstance(each, int) and 1 <= each <= LONGEST]
    return max(years, default=None)


def review_date(row: Row, years: int | None) -> tuple[str, bool]:
    """Return when a case is to be reviewed (ISO, empty: never); whether that is a suggestion."""
    if row.review or years is None or row.state != "closed":
        return row.review, False
    try:
        closed = dt.date.fromisoformat(row.closed)
        month = closed.replace(day=1, year=closed.year + years)
    except ValueError:  # nobody said when, or the year is past the calendar's end
        return "", False
    # the day after a 29 February that there is not
    return (month + dt.timedelta(days=closed.day - 1)).isoformat(), True


def due_reviews(
    vault: Vault, rows: Iterable[Row], held: Iterable[str], today: str
) -> list[DueReview]:
    """Return the cases whose review date has come as of `today` (ISO), the oldest date first."""
    years, kept = years_kept(vault.log_state()), frozenset(held)
    dated = ((row, *review_date(row, years)) for row in rows)
    due = [
        DueReview(row, on, told, row.id in kept) for row, on, told in dated if on and on <= today
    ]
    return sorted(due, key=lambda each: (each.on, each.row.id))
