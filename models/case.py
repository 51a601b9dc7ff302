"""A case as its registers tell it: reports, messages, parties, times, the clock and the checks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from models import acknowledgement, course, fact, filing, record
from models import override as overriding
from models import shelf as shelves
from models.answer import Answer
from models.assessment import Assessment, read_assessment
from models.chain import Gap
from models.clock import Reading, clock_text, read_clock
from models.library import load_pack
from models.merging import Contradiction, Merged, merge_halves
from models.moment import Moment
from models.override import Override
from models.personal.confirmed import NOTHING, Confirmed, confirmed
from models.priority import NORMAL, PRIORITIES
from models.problem import Findings
from models.record import CaseReport, Decision, Happening, Message, Party
from models.rule import is_main, rule
from models.shelf import Shelf
from models.strictjson import JSON
from models.thread import EVERY_FORM, Course, Thread, forms_of, thread
from models.vocabulary import Classification, classification
from models.zone import known

_SLUG_LENGTH = 40
_RULE = "uk-gdpr-33-1"
_FORM, _ZONE = "ico-2019", "UTC"


@dataclass(frozen=True, slots=True)
class Case:
    """One case of one side; reports, messages and events are oldest first.

    `aware` is the recorded awareness (`aware_reason` says why), else the discovery that the
    latest report to state one gives. `reported` is when the initial report was sent, by our
    record, else by the acknowledgement. `reference` is the regulator's, as the last acknowledgement
    to give one states it. `assignee` is who works on it, empty for nobody. `odd` names the
    registers that could not be read, `conflicts` those that hold more than one value. `unreported`
    is the recorded reason for no report, or for a late one; empty for none. A case may be reported
    on several `forms`: `form` is the one looked at, with its own reports, messages, reference and
    clock; `others` are the reports on the rest, `courses` what the clock of each form is measured
    by. `classed` is how it is counted. `times` are the
    events of clocks by name, `clocks` the rules asked for beside the main one, or not wanted.
    `merging` is what the reports' halves of the discovery come to, None where `aware` is stated.
    `confirmed` is what people said may stay of the personal data found.
    """

    id: str
    title: str
    side: str
    form: str
    rule_id: str
    zone: str
    state: str
    reference: str | None
    priority: str
    assignee: str
    reports: tuple[CaseReport, ...]
    messages: tuple[Message, ...]
    events: tuple[Happening, ...]
    parties: tuple[Party, ...]
    decisions: tuple[Decision, ...]
    aware: Moment | None
    aware_reason: str | None
    reported: Moment | None
    assessment: Assessment | None
    conflicts: frozenset[str]
    odd: tuple[str, ...]
    unreported: str
    overrides: tuple[Override, ...]
    classed: Classification
    forms: tuple[str, ...]
    courses: tuple[Course, ...]
    others: tuple[CaseReport, ...]
    times: Mapping[str, Moment]
    clocks: Mapping[str, bool]
    merging: Merged | Contradiction | None
    confirmed: Confirmed = NOTHING

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
        return next(iter(acknowledgement.acknowledgements(self.messages)), None)

    @property
    def occurred(self) -> Moment | None:
        """When the breach happened, as the latest report to state it says."""
        return fact.stated((*self.others, *self.reports), "occurred")

    def fact(self, name: str) -> Answer:
        """Return the answer of the latest report that has one, BLANK when none has.

        The form looked at comes first, then the others.
        """
        return fact.latest((*self.others, *self.reports), name)

    def when(self, name: str, *messages: str | None) -> Moment | None:
        """Return the first recorded time of an event, of one of those messages if any is named."""
        return shelves.when(self.events, name, *messages)

    def reading(self, now: Moment | None) -> Reading:
        """Return the clock of the case: stopped by the report, else running until `now`."""
        return read_clock(rule(self.rule_id), aware=self.aware, reported=self.reported, now=now)

    def clock_text(self, now: Moment | None) -> str:
        """Return the clock in a few words, such as `22h26m left`, or `closed`.

        One that starts at an inferred moment says so until a person confirms it.
        """
        if self.state == "closed":
            return "closed"
        told = clock_text(self.reading(now))
        return f"{told}, inferred: confirm it" if self.inferred else told

    @property
    def inferred(self) -> Merged | None:
        """The discovery as two reports together tell it, None where one of them does alone."""
        return self.merging if isinstance(self.merging, Merged) else None

    def findings(self, now: Moment | None) -> Findings:
        """Return what the checks say of the latest report; with no report, none has run.

        Our own initial report is judged as if it were sent now while it is not.
        """
        return filing.findings(self, now)

    def chain(self) -> tuple[Gap, ...]:
        """Return the gaps between one known event and the next, from breach to closure."""
        return course.chain(self)


def case_view(
    case_id: str,
    fields: Mapping[str, JSON],
    conflicts: frozenset[str] = frozenset(),
    form: str = "",
) -> Case:
    """Return the case that registers tell of; pure, and never raises on odd values.

    `form` is the form to look at, empty for the one the case began with; EVERY_FORM leaves its
    reports, messages and events together.

    `fields` are the registers that hold one value, `conflicts` the names of those that hold more.
    A report known only by the message that carried it is one of the case's reports.
    """
    shelf = Shelf(fields)
    messages = shelf.rows("message", record.message)
    messages.sort(key=lambda each: (each.created, *record.place(each.at), each.id))
    events = sorted(shelf.rows("event", record.happening), key=lambda each: each.place)
    every = shelves.reports(shelf, messages, events)
    main = shelf.text("case/form", _FORM)
    forms = forms_of(main, every)
    shown = form if form in {*forms, EVERY_FORM} else main
    whole = Thread(every, tuple(messages), tuple(events))
    part = thread(shown, main, whole)
    form = form if form in forms else main
    reports, events, messages = part.reports, [*part.events], [*part.messages]
    others = tuple(each for each in every if each not in reports)
    aware, reason = shelf.awareness()
    stays = confirmed(shelf)  # first: it names odd registers too
    times, clocks = shelf.named("case/at", record.moment), shelf.named("case/clock", _asked)
    merging = None if aware else merge_halves(fact.statements(reports, "discovered"))
    discovered = fact.stated((*others, *reports), "discovered")
    if isinstance(merging, Merged):
        discovered = merging.moment
    assessment = read_assessment(fields)
    shelf.odd.update(assessment.odd if assessment else ())
    law = shelf.text("case/rule", _RULE, is_main)
    courses = tuple(_course(each, main, law, whole) for each in forms)
    overrides = tuple(shelf.rows("override", overriding.override))
    reference = acknowledgement.reference(messages)
    return Case(
        id=case_id,
        title=shelf.text("case/title", ""),
        side=shelf.text("case/side", "controller"),
        form=form,
        rule_id=next((each.rule_id for each in courses if each.form == form), law),
        zone=shelf.text("case/zone", _ZONE, known),
        state=shelf.text("case/state", "open"),
        reference=(shelf.text("case/reference", reference) if form == main else reference) or None,
        priority=shelf.text("case/priority", NORMAL, PRIORITIES.__contains__),
        assignee=shelf.text("case/assignee", ""),
        reports=reports,
        messages=tuple(messages),
        events=tuple(events),
        parties=tuple(shelf.rows("party", record.party)),
        decisions=shelves.decisions(shelf, messages),
        aware=aware or discovered,
        aware_reason=reason,
        reported=_reported(reports, events, messages),
        assessment=assessment,
        conflicts=conflicts,
        times=times,
        clocks=clocks,
        merging=merging,
        odd=tuple(sorted(shelf.odd)),
        unreported=shelf.text("case/unreported", ""),
        overrides=overrides,
        classed=classification(fields.get("case/class")),
        forms=forms,
        courses=courses,
        others=others,
        confirmed=stays,
    )


def _course(form: str, main: str, law: str, whole: Thread) -> Course:
    part = thread(form, main, whole)
    reported = _reported(part.reports, [*part.events], [*part.messages])
    return Course(form, law if form == main else load_pack(form).rule, reported)


def _asked(value: JSON) -> bool | None:
    return value if isinstance(value, bool) else None


def _reported(
    reports: tuple[CaseReport, ...], events: list[Happening], messages: list[Message]
) -> Moment | None:
    """Return when the initial report was sent: by our record, else as its receiver states."""
    initial = next((each for each in reports if each.report.kind == "initial"), None)
    sent = initial.sent_at if initial else None
    # sent by portal or telephone: the event names no bundle
    return sent or shelves.when(events, "sent", None) or acknowledgement.vouched(initial, messages)
