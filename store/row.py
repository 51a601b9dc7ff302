"""A row of the case list: what is seen of a case without opening it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.alike import Traits, traits
from models.case import Case, case_view
from models.clock import Reading, clock_text, read_clock, rule
from models.moment import Moment
from models.strictjson import JSON
from models.thread import EVERY_FORM
from models.waiting import waiting
from store.fold import CaseState

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Row:
    """One case. `kind` is the latest report's, None before the first; `conflicts` counts fields.

    `waits` counts what waits for a person in it, see models.waiting; `assignee` may be empty.
    `wall` is the wall clock of the last change, as its author's machine had it. `review` and
    `closed` are dates (ISO), empty where there is none; `traits` are compared with other cases'.
    """

    id: str
    slug: str
    title: str
    reference: str | None
    state: str
    aware: Moment | None
    reported: Moment | None
    rule_id: str
    side: str
    kind: str | None
    conflicts: int
    priority: str
    assignee: str
    waits: int
    wall: str
    review: str
    closed: str
    traits: Traits

    def reading(self, now: Moment | None) -> Reading:
        """Return the clock of the case: stopped by the report, else running until `now`."""
        return read_clock(rule(self.rule_id), aware=self.aware, reported=self.reported, now=now)

    def clock_text(self, now: Moment | None) -> str:
        """Return the clock in a few words, such as `22h26m left`, or `closed`."""
        return "closed" if self.state == "closed" else clock_text(self.reading(now))

    @property
    def deadline(self) -> int | None:
        """The earliest possible deadline in seconds since 1970, None once reported or if unknown.

        None too where the law has no number. The order by time left is the order of these, whatever
        the time is now.
        """
        earliest = self.aware.span().earliest if self.aware and not self.reported else None
        limit = rule(self.rule_id).limit_s
        return None if earliest is None or limit is None else earliest + limit

    def as_json(self) -> dict[str, JSON]:
        """Return the row for scripts and for the cache."""
        return {
            "id": self.id,
            "slug": self.slug,
            "title": self.title,
            "reference": self.reference,
            "state": self.state,
            "aware": str(self.aware) if self.aware else None,
            "reported": str(self.reported) if self.reported else None,
            "rule_id": self.rule_id,
            "side": self.side,
            "kind": self.kind,
            "conflicts": self.conflicts,
            "priority": self.priority,
            "assignee": self.assignee,
            "waits": self.waits,
            "wall": self.wall,
            "review": self.review,
            "closed": self.closed,
            "traits": self.traits.as_json(),
        }


def view(state: CaseState, form: str = "") -> Case:
    """Return the domain's view of a case on one of its forms, empty for the one it began with."""
    return case_view(state.case_id, state.readings(), state.conflicts, form)


def row_of(state: CaseState, case: Case) -> Row:
    """Return the row of a case, `case` being the domain's view of it."""
    whole = case if len(case.forms) == 1 else view(state, EVERY_FORM)
    return Row(
        id=case.id,
        slug=case.slug,
        title=case.title,
        reference=case.reference,
        state=case.state,
        aware=case.aware,
        reported=case.reported,
        rule_id=case.rule_id,
        side=case.side,
        kind=case.reports[-1].report.kind if case.reports else None,
        conflicts=len(state.conflicts),
        priority=case.priority,
        assignee=case.assignee,
        waits=len(waiting(whole, None)),
        wall=state.wall,
        review=_review(state),
        closed=_closed(case),
        traits=traits(case),
    )


def filed_row(filed: Mapping[str, Any]) -> Row:
    """Return the row that the cache filed; raise CaseError, KeyError or TypeError for another."""
    aware, reported = filed["aware"], filed["reported"]
    known = {name: filed[name] for name in Row.__slots__}
    return Row(
        **{
            **known,
            "aware": Moment.parse(aware) if aware else None,
            "reported": Moment.parse(reported) if reported else None,
            "traits": Traits.filed(filed["title"], filed["traits"]),
        }
    )


def _review(state: CaseState) -> str:
    value = state.value("case/review")
    date = value.get("date") if isinstance(value, dict) else None
    return date if isinstance(date, str) and _DATE.fullmatch(date) else ""


def _closed(case: Case) -> str:
    """Return the date of the last closing of a case that is closed."""
    at = [each.at for each in case.events if each.name == "closed" and each.at]
    date = at[-1].date if at and case.state == "closed" else None
    return date.isoformat() if date else ""
