"""A case as its registers tell it: reports, messages, parties, times, the clock and the checks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from models import record
from models.answer import BLANK, Answer
from models.chain import Gap, delay_chain, gap
from models.checks import REGISTRY, Evidence, check
from models.clock import Reading, read_clock
from models.course import stops
from models.moment import Moment, duration
from models.problem import Findings
from models.record import CaseReport, Decision, Happening, Message, Party
from models.report import Report
from models.rule import rule, rules
from models.strictjson import JSON
from models.zone import known

_T = TypeVar("_T")
_SLUG_LENGTH = 40
_RULE = "uk-gdpr-33-1"
_FORM, _ZONE = "ico-2019", "UTC"


@dataclass(frozen=True, slots=True)
class Case:
    """One case of one side; reports, messages and events are oldest first.

    `aware` is the recorded awareness (`aware_reason` says why), else the discovery that the
    latest report to state one gives. `reported` is when the initial report was sent, by our
    record, else by the acknowledgement. `reference` is the regulator's. `odd` names the registers
    that could not be read, `conflicts` those that hold more than one value.
    """

    id: str
    title: str
    side: str
    form: str
    rule_id: str
    zone: str
    state: str
    reference: str | None
    reports: tuple[CaseReport, ...]
    messages: tuple[Message, ...]
    events: tuple[Happening, ...]
    parties: tuple[Party, ...]
    decisions: tuple[Decision, ...]
    aware: Moment | None
    aware_reason: str | None
    first_alert: Moment | None
    reported: Moment | None
    conflicts: frozenset[str]
    odd: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The title as `[a-z0-9-]`, at most 40 characters; `case` when nothing is left of it."""
        plain = unicodedata.normalize("NFKD", self.title).encode("ascii", "ignore").decode()
        words = re.sub("[^a-z0-9]+", "-", plain.lower()).strip("-")
        return words[:_SLUG_LENGTH].strip("-") or "case"

    @property
    def draft(self) -> CaseReport | None:
        """The latest report that is not sealed yet."""
        return next((each for each in reversed(self.reports) if each.frozen is None), None)

    @property
    def initial(self) -> CaseReport | None:
        """The report that stops the clock."""
        return next((each for each in self.reports if each.report.kind == "initial"), None)

    @property
    def acknowledgement(self) -> Message | None:
        """The regulator's first acknowledgement, sent or received."""
        return next((each for each in self.messages if each.kind == "acknowledgement"), None)

    @property
    def occurred(self) -> Moment | None:
        """When the breach happened, as the latest report to state it says."""
        value = self.fact("occurred").value
        return value if isinstance(value, Moment) else None

    def fact(self, name: str) -> Answer:
        """Return the answer of the latest report that has one, BLANK when none has."""
        return _fact(self.reports, name)

    def when(self, name: str, *messages: str | None) -> Moment | None:
        """Return the first recorded time of an event, of one of those messages if any is named."""
        return _when(self.events, name, *messages)

    def reading(self, now: Moment | None) -> Reading:
        """Return the clock of the case: stopped by the report, else running until `now`."""
        return read_clock(rule(self.rule_id), aware=self.aware, reported=self.reported, now=now)

    def clock_text(self, now: Moment | None) -> str:
        """Return the clock in a few words, such as `22h26m left`, or `closed`."""
        return "closed" if self.state == "closed" else clock_text(self.reading(now))

    def findings(self, now: Moment | None) -> Findings:
        """Return what the checks say of the latest report; with no report, none has run.

        Our own initial report is judged as if it were sent now while it is not.
        """
        if not self.reports:
            return Findings(not_run=tuple(each.id for each in REGISTRY))
        *earlier, latest = self.reports
        unsent = self.side == "controller" and latest.report.kind == "initial"
        alone = Evidence.of_report(latest.report)
        evidence = Evidence(
            report=latest.report,
            pack=alone.pack,
            aware=self.aware,
            reported=self.reported or (now if unsent else None),
            previous=earlier[-1].report if earlier else None,
            now=now,
            rule_id=self.rule_id,
            acknowledged_reference=self.reference,
            earlier_initial=any(each.report.kind == "initial" for each in earlier),
        )
        return check(evidence)

    def chain(self) -> tuple[Gap, ...]:
        """Return the gaps between one known event and the next, from breach to closure.

        Breach to awareness, awareness to report and report to filing follow at the end where
        another event stands between the two.
        """
        course = stops(self)
        named = {stop.name: stop for stop in course}  # the controller's awareness is the last one
        pairs = [(named.get(a), named.get(b)) for a, b in _HEADLINES]
        gaps = delay_chain(course)
        adjacent = {(each.from_, each.to) for each in gaps}
        split = [gap(a, b) for a, b in pairs if a and b and (a, b) not in adjacent]
        return (*gaps, *split)


_HEADLINES = (("occurrence", "awareness"), ("awareness", "sent"), ("sent", "filed"))


def clock_text(reading: Reading) -> str:
    """Return a reading in a few words: `22h26m left`, `overdue 3h05m`, `49h34m on_time`."""
    if reading.left_s is not None:
        whole = duration(abs(reading.left_s) // 60 * 60)
        if reading.overdue:
            return f"overdue {whole}"
        return f"{whole} left" if reading.left_s >= 0 else f"perhaps overdue {whole}"
    least, most = reading.elapsed_min_s, reading.elapsed_max_s
    if least is None or most is None:
        return reading.status
    lapse = duration(least) if least == most else f"{duration(least)} .. {duration(most)}"
    return f"{lapse} {reading.status}"


def case_view(
    case_id: str, fields: Mapping[str, JSON], conflicts: frozenset[str] = frozenset()
) -> Case:
    """Return the case that registers tell of; pure, and never raises on odd values.

    `fields` are the registers that hold one value, `conflicts` the names of those that hold more.
    A report known only by the message that carried it is one of the case's reports.
    """
    shelf = _Shelf(fields)
    messages = shelf.rows("message", record.message)
    messages.sort(key=lambda each: (each.created, each.id))
    events = sorted(shelf.rows("event", record.happening), key=lambda each: each.place)
    reports = _reports(shelf, messages, events)
    aware, reason = shelf.awareness()
    found = _fact(reports, "discovered").value
    receipt = next((each for each in messages if each.kind == "acknowledgement"), None)
    return Case(
        id=case_id,
        title=shelf.text("case/title", ""),
        side=shelf.text("case/side", "controller"),
        form=shelf.text("case/form", _FORM),
        rule_id=shelf.text("case/rule", _RULE, lambda text: text in {each.id for each in rules()}),
        zone=shelf.text("case/zone", _ZONE, known),
        state=shelf.text("case/state", "open"),
        reference=shelf.text("case/reference", receipt.text("reference") if receipt else "")
        or None,
        reports=reports,
        messages=tuple(messages),
        events=tuple(events),
        parties=tuple(shelf.rows("party", record.party)),
        decisions=tuple(shelf.rows("decision", record.decision)),
        aware=aware or (found if isinstance(found, Moment) else None),
        aware_reason=reason,
        first_alert=record.moment(shelf.text("case/first_alert", "", _readable)),
        reported=_reported(reports, events, receipt),
        conflicts=conflicts,
        odd=tuple(sorted(shelf.odd)),
    )


def _readable(text: str) -> bool:
    return record.moment(text) is not None


@dataclass(slots=True)
class _Shelf:
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
        found: list[_T] = []
        for name, value in self.below(prefix).items():
            row = read(name, value)
            if row is None:
                self.odd.add(f"{prefix}/{name}")
            else:
                found.append(row)
        return found

    def text(self, name: str, default: str, sound: Callable[[str], bool] = bool) -> str:
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


def _reports(
    shelf: _Shelf, messages: list[Message], events: list[Happening]
) -> tuple[CaseReport, ...]:
    """Return our own reports, then those only a message knows, in the order of their numbers."""
    found = _own_reports(shelf)
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
    reports = [
        CaseReport(
            rid=rid,
            report=report,
            frozen=frozen,
            sealed_at=at.get(frozen) if frozen else None,
            sent_at=_when(events, "sent", frozen) if frozen else None,
        )
        for rid, (report, frozen) in found.items()
    ]
    reports.sort(key=lambda each: (each.report.number, each.frozen is None))
    return tuple(reports)


def _own_reports(shelf: _Shelf) -> dict[str, tuple[Report, str | None]]:
    below: dict[str, dict[str, JSON]] = {}
    for name, value in shelf.below("report").items():
        rid, _, rest = name.partition("/")
        below.setdefault(rid, {})[rest] = value
    found: dict[str, tuple[Report, str | None]] = {}
    for rid, registers in below.items():
        report, odd = record.draft(registers)
        shelf.odd.update(f"report/{rid}/{name}" for name in odd)
        if report is not None:
            found[rid] = (report, record.text(registers.get("frozen")) or None)
    return found


def _reported(
    reports: tuple[CaseReport, ...], events: list[Happening], receipt: Message | None
) -> Moment | None:
    """Return when the initial report was sent: by our record, else as the regulator states."""
    initial = next((each for each in reports if each.report.kind == "initial"), None)
    sent = initial.sent_at if initial else None
    # sent by portal or telephone: the event names no bundle
    return (
        sent or _when(events, "sent", None) or (receipt.stated("reported_at") if receipt else None)
    )


def _when(
    events: tuple[Happening, ...] | list[Happening], name: str, *messages: str | None
) -> Moment | None:
    wanted = (each for each in events if each.name == name and each.at)
    return next((each.at for each in wanted if not messages or each.message in messages), None)


def _fact(reports: tuple[CaseReport, ...], name: str) -> Answer:
    answers = (each.report.fact(name) for each in reversed(reports))
    return next((answer for answer in answers if answer.state not in _SILENT), BLANK)


_SILENT = frozenset({"blank", "not_asked", "not_applicable"})
