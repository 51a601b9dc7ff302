"""A case reported on several forms: which reports, letters and events belong to one of them.

Each form goes to a regulator of its own, with its own acknowledgement, reference and clock. What
cannot be told belongs to the form that the case began with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.moment import Moment
from models.record import CaseReport, Happening, Message

EVERY_FORM = "*"
"""Said in place of a form: all of the case at once, for what does not depend on the form."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The part of a case that belongs to one form; all in the order given."""

    reports: tuple[CaseReport, ...]
    messages: tuple[Message, ...]
    events: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What the clock of one of a case's forms is measured by: its rule, when it was reported."""

    form: str
    rule_id: str
    reported: Moment | None


def forms_of(main: str, reports: Iterable[CaseReport]) -> tuple[str, ...]:
    """Return the forms that a case is reported on, the one it began with first.

    Where no report is on that one, the case has one thread only: it began before we knew it.
    """
    found = tuple(dict.fromkeys(each.report.form for each in reports))
    return (main, *(form for form in found if form != main)) if main in found else (main,)


def option(form: str, forms: Sequence[str]) -> str:
    """Return what a command on `form` adds, such as ` --form gdpr-art33`; empty for the first."""
    return f" --form {form}" if form in forms[1:] else ""


def thread(form: str, main: str, whole: Thread) -> Thread:
    """Return the part of `whole` that belongs to `form`; `main` is the form it began with."""
    if form == EVERY_FORM or len(forms_of(main, whole.reports)) == 1:
        return whole
    reports = tuple(each for each in whole.reports if each.report.form == form)
    ours, theirs = (
        _carried(reports),
        _carried(each for each in whole.reports if each not in reports),
    )
    mine = {each.contact for each in whole.messages if _carries(each, ours) and each.contact}
    others = {each.contact for each in whole.messages if _carries(each, theirs) and each.contact}

    def belongs(letter: Message) -> bool:
        if letter.form:
            return letter.form == form
        if _carries(letter, ours) or _carries(letter, theirs):
            return _carries(letter, ours)
        return letter.contact in mine or (form == main and letter.contact not in others)

    messages = tuple(each for each in whole.messages if belongs(each))
    return Thread(reports, messages, _events(form, main, (ours, theirs), whole, messages))


def _carried(reports: Iterable[CaseReport]) -> frozenset[str]:
    """Return the ids of reports, and of the bundles or events that froze them."""
    return frozenset(name for each in reports for name in (each.rid, each.frozen) if name)


def _carries(letter: Message, names: frozenset[str]) -> bool:
    return letter.id in names or (letter.report or "") in names


def _events(
    form: str,
    main: str,
    carried: tuple[frozenset[str], frozenset[str]],
    whole: Thread,
    messages: Sequence[Message],
) -> tuple[Happening, ...]:
    ours, theirs = carried
    mine = {each.id for each in messages} | ours
    known = {each.id for each in whole.messages} | theirs | ours

    return tuple(
        each
        for each in whole.events
        if (each.message in mine if each.message in known else form == main)
    )
