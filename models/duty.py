"""The clocks of a case: its main one, those that run beside it, and what each of them waits for."""

from __future__ import annotations

from dataclasses import dataclass

from models.case import Case
from models.clock import Reading, clock_text, read_clock, read_rule
from models.deadline import event_of
from models.moment import Moment
from models.rule import REPORTED, Rule, rule, rules
from models.thread import Course


@dataclass(frozen=True, slots=True)
class Duty:
    """One clock of a case. `main`: the one it is measured by in the list of cases.

    `waits_for` is the event that starts it while nobody has stated that, else empty. `form` is the
    further form that it comes with, empty for a clock of the whole case.
    """

    rule: Rule
    reading: Reading
    main: bool
    waits_for: str
    form: str = ""

    @property
    def name(self) -> str:
        """Which clock: `nis2-in`, `gdpr-33-1 (gdpr-art33)`."""
        return f"{self.rule.id} ({self.form})" if self.form else self.rule.id

    @property
    def text(self) -> str:
        """The clock in a few words, such as `3h10m left`, `waits for nis2-in`."""
        return f"waits for {self.waits_for}" if self.waits_for else clock_text(self.reading)

    @property
    def place(self) -> tuple[bool, bool, int, str]:
        """Where it stands in a list: the main one first, then the most pressing."""
        left = self.reading.left_s
        return (not self.main, left is None, left or 0, self.rule.id)


def beside(case: Case) -> tuple[Rule, ...]:
    """Return the rules that run beside those of the forms: asked for, or by a form's law."""
    laws = {each.rule_id for each in case.courses}
    found = [
        each
        for each in rules()
        if case.clocks.get(each.id, not laws.isdisjoint(each.default_for)) and each.id not in laws
    ]
    return tuple(found)


def duties(case: Case, now: Moment | None) -> tuple[Duty, ...]:
    """Return every clock of a case, the main one first, then the most pressing first.

    The main one is that of the form looked at; its other forms have theirs.
    """
    found = [Duty(rule(case.rule_id), case.reading(now), main=True, waits_for="")]
    found += [_on_form(case, each, now) for each in case.courses if each.form != case.form]
    found += [_duty(case, each, now) for each in beside(case)]
    return tuple(sorted(found, key=lambda each: each.place))


def measured(case: Case, by: Rule, now: Moment | None, *, instead: bool = False) -> Reading:
    """Return the case measured by a rule that is not its main one.

    It is stopped by the submission of its own step, or the event that the rule names; `instead` of
    the main one, by the report of the case too.
    """
    stop = case.times.get(by.id if by.stop == REPORTED else by.stop)
    if instead and stop is None and by.events[0] == "aware":
        stop = case.reported
    return read_rule(by, _events(case), reported=stop, now=now)


def reading_on(case: Case, course: Course, now: Moment | None) -> Reading:
    """Return the clock of one of a case's forms, whichever form is looked at."""
    return read_clock(rule(course.rule_id), aware=case.aware, reported=course.reported, now=now)


def _on_form(case: Case, course: Course, now: Moment | None) -> Duty:
    reading = reading_on(case, course, now)
    return Duty(rule(course.rule_id), reading, main=False, waits_for="", form=course.form)


def _duty(case: Case, by: Rule, now: Moment | None) -> Duty:
    started = event_of(_events(case), by.events[0]) is not None
    return Duty(by, measured(case, by, now), main=False, waits_for="" if started else by.events[0])


def _events(case: Case) -> dict[str, Moment | None]:
    reported = {each.rule_id: each.reported for each in case.courses}
    return {**case.times, "aware": case.aware, **reported}
