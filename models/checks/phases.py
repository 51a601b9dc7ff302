"""What later reports have to bring, and when steps were taken: K26 and K40 to K42."""

from __future__ import annotations

from typing import Final

from models.answer import Measure
from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.checks.wording import TRAINING
from models.elapsed import between
from models.moment import Moment
from models.problem import Severity

LONG_OPEN_S: Final = 30 * 24 * 3600
"""How long "not yet known" may stand after the report; the threshold is ours."""


def still_unknown(e: Evidence) -> Verdict:
    """K26: a follow-up says "not yet known" more than 30 days after the report."""
    if e.report.kind != "follow_up":
        return ()
    passed = between(e.reported.span(), e.now.span()) if e.reported and e.now else None
    if passed is None:
        return NOT_RUN
    if passed.min_s <= LONG_OPEN_S:
        return ()
    message = "say what is known by now: the report is more than 30 days old"
    return [
        Objection(Severity.WARNING, question, message)
        for question in e.pack.questions
        if e.pack.applies(question, e.report) and e.answer(question).state == "not_yet_known"
    ]


def untrained_and_no_training(e: Evidence) -> Verdict:
    """K40: the staff was not trained, and no step says that it will be."""
    question, chosen = e.question("staff_training"), e.label("staff_training")
    actions = e.question("actions")
    if question is None or actions is None:
        return NOT_RUN
    if not chosen:  # N/A: no staff member was involved
        return () if e.answer(question).state == "not_applicable" else NOT_RUN
    if chosen not in {"No", "Don't know"} or TRAINING.search(
        e.words("actions", "prevention_steps")
    ):
        return ()
    where = e.asked("prevention_steps") or actions
    message = "plan training, or say why not: the staff involved had none, or nobody knows"
    return [Objection(Severity.WARNING, where, message)]


def later_parts_missing(e: Evidence) -> Verdict:
    """K41: a follow-up lacks the measures in place before, or a date for a step."""
    if e.report.kind != "follow_up":
        return ()
    before, steps = e.asked("prior_measures"), e.asked("prevention_steps")
    if before is None or steps is None:
        return NOT_RUN
    objections = []
    if not e.given(before):
        message = "describe the measures that were in place before the breach"
        objections.append(Objection(Severity.INCOMPLETE, before, message))
    undated = [each for each in _of(e.answer(steps).value) if each.due is None and not each.done]
    if undated or not e.given(steps):
        message = "say when each step against a recurrence will be complete"
        objections.append(Objection(Severity.INCOMPLETE, steps, message))
    return objections


def steps_before_the_breach(e: Evidence) -> Verdict:
    """K42: a step taken because of the breach has a date before it."""
    occurred = e.moment("occurred")
    stated = [
        (question, moment)
        for question in e.pack.questions
        if question.kind == "measures"
        for each in _of(e.answer(question).value)
        for moment in (each.due, each.done)
        if moment is not None
    ]
    if not stated:
        return ()
    if occurred is None or occurred.span().earliest is None:
        return NOT_RUN
    early = {question.id: question for question, moment in stated if _before(moment, occurred)}
    message = "correct the dates: a step lies before the breach itself"
    return [Objection(Severity.ERROR, question, message) for question in early.values()]


def _of(value: object) -> tuple[Measure, ...]:
    found = value if isinstance(value, tuple) else ()
    return tuple(each for each in found if isinstance(each, Measure))


def _before(moment: Moment, occurred: Moment) -> bool:
    """Whether `moment` lies before the breach, whatever the unknown halves are."""
    found = between(occurred.span(), moment.span())
    return found is not None and found.backwards


CHECKS = (
    Check("K26", (Severity.WARNING,), "{law} Art. 33(4)", still_unknown),
    Check("K40", (Severity.WARNING,), "the form's staff training", untrained_and_no_training),
    Check("K41", (Severity.INCOMPLETE,), "the form's follow-up part", later_parts_missing),
    Check("K42", (Severity.ERROR,), "logic", steps_before_the_breach),
)
