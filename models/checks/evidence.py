"""What a check looks at: one report and whatever is known beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple

from models.answer import BLANK, NOT_YET_KNOWN, Answer, Measure, Organisation
from models.assessment import Assessment
from models.clock import Reading, read_clock
from models.dossier import Dossier
from models.library import load_pack
from models.links import Link
from models.moment import Moment
from models.pack import Pack, Question
from models.personal.confirmed import NOTHING, Confirmed
from models.problem import Severity
from models.report import Report
from models.rule import rule


class _NotRun(Enum):
    NOT_RUN = "not_run"


NOT_RUN: Literal[_NotRun.NOT_RUN] = _NotRun.NOT_RUN
"""What a check returns when it lacks its input: that is never the same as passing."""


class Objection(NamedTuple):
    """What a check says of one question, or of the whole case (None).

    The check's own id and basis make it a Problem.
    """

    severity: Severity
    question: Question | None
    message: str


Verdict = Sequence[Objection] | Literal[_NotRun.NOT_RUN]


class Dating(NamedTuple):
    """When the report was sent, when the regulator says it was, and the days on which we sent."""

    sent: Moment
    stated: Moment
    days: frozenset[dt.date | None]


class Stated(NamedTuple):
    """A moment, the question it belongs to and its name; `planned` ones may lie in the future."""

    question: Question
    name: str
    moment: Moment
    planned: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A report and what is known beside it; None wherever something is not known.

    `aware` is the moment the clock starts from, `reported` when the report that stops it was sent,
    `previous` the report before this one in the case, `earlier_initial` whether the case has one.
    `dossier` is what the case shows beside its reports, `links` are the links of the delay chain,
    `dating` what an acknowledgement says of the sending, `confirmed` what people said may
    stay in it, `suspected` when an Australian entity had grounds to suspect.
    """

    report: Report
    pack: Pack
    aware: Moment | None
    reported: Moment | None
    previous: Report | None
    now: Moment | None
    rule_id: str
    acknowledged_reference: str | None
    earlier_initial: bool | None
    dossier: Dossier | None = None
    links: tuple[Link, ...] | None = None
    dating: Dating | None = None
    confirmed: Confirmed = NOTHING
    assessment: Assessment | None = None
    suspected: Moment | None = None

    @classmethod
    def of_report(
        cls,
        report: Report,
        *,
        reported: Moment | None = None,
        previous: Report | None = None,
        now: Moment | None = None,
    ) -> Evidence:
        """Return what a report on its own shows: discovery is awareness, no acknowledgement.

        A previous follow-up does not show that there was an initial report. Raises MissingError
        for a form nobody has.
        """
        pack = load_pack(report.form)
        discovered = report.fact("discovered").value
        return cls(
            report=report,
            pack=pack,
            aware=discovered if isinstance(discovered, Moment) else None,
            reported=reported,
            previous=previous,
            now=now,
            rule_id=pack.rule,
            acknowledged_reference=None,
            earlier_initial=True if previous and previous.kind == "initial" else None,
        )

    def question(self, name: str) -> Question | None:
        """Return the form's question of that fact (or id), None where the form has none."""
        named = (each for each in self.pack.questions if each.id == name)
        return self.pack.question_of(name) or next(named, None)

    def asked(self, name: str) -> Question | None:
        """Return the question of that fact if this report is asked it."""
        question = self.question(name)
        return question if question and self.pack.applies(question, self.report) else None

    def answer(self, question: Question) -> Answer:
        """Return this report's answer to a question, BLANK where there is none."""
        return self.report.answer(question.id)

    def moment(self, name: str) -> Moment | None:
        """Return the moment of that fact, None where none is stated."""
        question = self.question(name)
        value = self.answer(question).value if question else None
        return value if isinstance(value, Moment) else None

    def label(self, name: str) -> str:
        """Return the option chosen for that fact, with straight apostrophes; empty for none."""
        question = self.question(name)
        answer = self.answer(question) if question else BLANK
        if answer.state == "not_yet_known":
            return NOT_YET_KNOWN
        return answer.value.replace("\u2019", "'") if isinstance(answer.value, str) else ""

    def ticked(self, name: str) -> tuple[str, ...]:
        """Return the labels ticked for that fact, empty where there is none."""
        question = self.question(name)
        value = self.answer(question).value if question else None
        if not isinstance(value, tuple):
            return ()
        return tuple(label for label in value if isinstance(label, str))

    def words(self, *names: str) -> str:
        """Return what the report writes for those facts, notes included, as one text."""
        questions = [found for found in map(self.question, names) if found]
        return "\n".join(
            part
            for question in questions
            for part in (_text(self.answer(question).value), self.answer(question).note or "")
            if part
        )

    def given(self, question: Question) -> bool:
        """Return whether the question has an answer.

        Redacted is one: somebody gave it. "N/A" is none. "Not yet known" is one where the form
        offers it.
        """
        answer = self.answer(question)
        if answer.state == "not_yet_known":
            return NOT_YET_KNOWN in question.options or question.need == "required_or_unknown"
        return not answer.void

    def reading(self) -> Reading | None:
        """Return the clock of the case, None where the report's time of sending is not known."""
        if self.aware is None or self.reported is None:
            return None
        return read_clock(rule(self.rule_id), aware=self.aware, reported=self.reported, now=None)

    def moments(self) -> Iterator[Stated]:
        """Yield every moment stated: the report's in form order, then awareness and sending."""
        for question in self.pack.questions:
            value = self.answer(question).value
            for each in value if isinstance(value, tuple) else (value,):
                yield from _stated(question, each)
        discovered = self.question("discovered")
        if discovered and self.aware and self.aware != self.moment("discovered"):
            yield Stated(discovered, "the time of awareness", self.aware, planned=False)
        if discovered and self.reported:
            yield Stated(discovered, "the time of sending", self.reported, planned=False)


def _text(value: object) -> str:
    """Return the words of a value of any kind that has some."""
    match value:
        case str():
            return value
        case Organisation():
            return value.name
        case Measure():
            return value.text
        case tuple():
            return "\n".join(_text(each) for each in value)
        case _:
            return ""


def _stated(question: Question, value: object) -> Iterator[Stated]:
    found: tuple[tuple[Moment | None, bool], ...]
    match value:
        case Moment():
            found = ((value, False),)
        case Organisation():
            found = ((value.told_on, value.planned),)
        case Measure():
            found = ((value.due, True), (value.done, False))
        case _:
            found = ()
    for moment, planned in found:
        if moment:
            yield Stated(question, "the time", moment, planned)


class Check(NamedTuple):
    """One check of the table: its id, the severities it can give, its basis, and how it finds.

    `{law}` in the basis stands for the law of the case's clock rule, such as `UK GDPR`.
    """

    id: str
    severities: tuple[Severity, ...]
    basis: str
    find: Callable[[Evidence], Verdict]
