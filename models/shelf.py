"""The registers of a case as they lie there, read shelf by shelf; what is odd is named and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from models import record
from models.moment import Moment
from models.record import CaseReport, Decision, Happening, Message
from models.report import Report
from models.strictjson import JSON

_T = TypeVar("_T")


@dataclass(slots=True)
class Shelf:
    """The registers of a case while they are read, and the names of the odd ones."""

    fields: Mapping[str, JSON]
    odd: set[str] = field(default_factory=set)

    def below(self, prefix: str) -> dict[str, JSON]:
        """Return the registers under `prefix/` by what follows it."""
        start = f"{prefix}/"
        return {
            name.removeprefix(start): self.fields[name]
            for name in sorted(self.fields)
            if name.startswith(start)
        }

    def rows(self, prefix: str, read: Callable[[str, JSON], _T | None]) -> list[_T]:
        """Return what `read` makes of the registers under `prefix/`, without the odd ones."""
        found: list[_T] = []
        for name, value in self.below(prefix).items():
            row = read(name, value)
            if row is None:
                self.odd.add(f"{prefix}/{name}")
            else:
                found.append(row)
        return found

    def named(self, prefix: str, read: Callable[[JSON], _T | None]) -> dict[str, _T]:
        """Return what `read` makes of each register under `prefix/`, by what follows it."""
        found = self.rows(prefix, lambda name, value: _with(name, read(value)))
        return dict(found)

    def text(self, name: str, default: str, sound: Callable[[str], bool] = bool) -> str:
        """Return the text of a register, or `default` where it is empty or not `sound`."""
        value = self.fields.get(name)
        if isinstance(value, str) and sound(value):
            return value
        if value is not None and value != "":
            self.odd.add(name)
        return default

    def awareness(self) -> tuple[Moment | None, str | None]:
        """Return the recorded awareness and why it is not the discovery."""
        value = self.fields.get("case/aware")
        if value is None:
            return None, None
        aware = record.moment(value.get("moment")) if isinstance(value, dict) else None
        if aware is None or not isinstance(value, dict):
            self.odd.add("case/aware")
            return None, None
        return aware, record.text(value.get("reason")) or None


def _with(name: str, value: _T | None) -> tuple[str, _T] | None:
    return None if value is None else (name, value)


def reports(
    shelf: Shelf, messages: list[Message], events: list[Happening]
) -> tuple[CaseReport, ...]:
    """Return our own reports, then those only a message knows, in the order of their numbers."""
    found = _own_reports(shelf, messages)
    sealed = {frozen for _, frozen in found.values()}
    for each in messages:
        own = each.id in sealed or (each.direction == "out" and each.report in found)
        if each.kind in record.REPORT_KINDS and not own:
            carried = record.report(each.payload.get("report"))
            if carried is None:
                shelf.odd.add(f"message/{each.id}")
            else:
                found[each.id] = (carried, each.id)
    at = {each.id: each.at for each in messages}
    told = [
        CaseReport(
            rid=rid,
            report=report,
            frozen=frozen,
            sealed_at=at.get(frozen) if frozen else None,
            sent_at=when(events, "sent", frozen) if frozen else None,
        )
        for rid, (report, frozen) in found.items()
    ]
    told.sort(key=lambda each: (each.report.number, each.frozen is None))
    return tuple(told)


def _own_reports(shelf: Shelf, messages: list[Message]) -> dict[str, tuple[Report, str | None]]:
    """Return our own reports by id; one that was sealed as it was sealed, whatever came since."""
    carried = {each.id: each.payload.get("report") for each in messages}
    below: dict[str, dict[str, JSON]] = {}
    for name, value in shelf.below("report").items():
        rid, _, rest = name.partition("/")
        below.setdefault(rid, {})[rest] = value
    found: dict[str, tuple[Report, str | None]] = {}
    for rid, registers in below.items():
        frozen = record.text(registers.get("frozen")) or None
        sealed = record.report(carried.get(frozen or ""))
        report, odd = (sealed, ()) if sealed else record.draft(registers)
        shelf.odd.update(f"report/{rid}/{name}" for name in odd)
        if report is not None:
            found[rid] = (report, frozen)
    return found


def decisions(shelf: Shelf, messages: list[Message]) -> tuple[Decision, ...]:
    """Return the decisions, ours by their registers and those received by their letters."""
    found = {each.id: each for each in shelf.rows("decision", record.decision)}
    for each in messages:
        if each.kind == "decision" and each.id not in found:
            carried = record.decision(
                each.id, {**each.payload, "at": each.payload.get("decided_at")}
            )
            if carried is None:
                shelf.odd.add(f"message/{each.id}")
            else:
                found[each.id] = carried
    return tuple(sorted(found.values(), key=lambda each: each.place))


def when(
    events: tuple[Happening, ...] | list[Happening], name: str, *messages: str | None
) -> Moment | None:
    """Return the first recorded time of an event, of one of those messages if any is named."""
    wanted = (each for each in events if each.name == name and each.at)
    return next((each.at for each in wanted if not messages or each.message in messages), None)
