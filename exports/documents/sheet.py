"""The portal copy-sheet: a report in the regulator's order, to be pasted or read out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from textwrap import wrap
from typing import Final

from exports.documents.pasted import pasted
from models.case import Case
from models.clock import clock_text
from models.form import Pack, load_pack
from models.moment import Moment
from models.record import CaseReport
from models.report import Report
from models.text import visible
from models.thread import option

_WIDTH: Final = 80  # columns; answers keep their own lines, or they could not be pasted
_RULE: Final = "=" * _WIDTH
_NAMES: Final = 11  # columns of the names at the head
_HOW: Final = (
    "Answers stand at the left margin, word for word as they are to be pasted. What is said "
    "about them stands in [brackets]. This file is in clear: delete it when it has served."
)


def copy_sheet(case: Case, filed: CaseReport, now: Moment | None) -> str:
    """Return the copy-sheet of one report of `case`: case, clock, every question, open checks.

    Everything but the answers keeps to 80 columns. All of it is safe to show.
    """
    pack = load_pack(filed.report.form)
    lines = [*_head(case, filed, pack, now), *_answers(filed.report, ours=True)]
    lines += _tail(_up_to(case, filed), pack, now)
    return visible("\n".join(lines)) + "\n"


def report_text(filed: CaseReport) -> str:
    """Return a report for the regulator to read: its questions and answers, nothing of the case."""
    pack = load_pack(filed.report.form)
    lines = [_RULE, pack.title, filed.name, _RULE, *_answers(filed.report, ours=False)]
    return visible("\n".join(lines)) + "\n"


def _head(case: Case, filed: CaseReport, pack: Pack, now: Moment | None) -> Iterator[str]:
    reading = case.reading(now)
    deadlines = dict.fromkeys(each for each in (reading.deadline_min, reading.deadline_max) if each)
    yield from (_RULE, "PORTAL COPY-SHEET", _RULE)
    for name, text in (
        ("Case", f"{case.title} ({case.id[:8]})"),
        ("Report", f"{filed.name}, {_standing(filed)}"),
        ("Form", pack.title),
        ("To", ", ".join(filter(None, (pack.authority.name, pack.authority.mailbox)))),
        ("Reference", case.reference or "none yet"),
        ("Deadline", " or ".join(map(str, deadlines)) or "not known"),
        ("Clock", f"{clock_text(reading)} ({reading.why})"),
    ):
        yield from _wrapped(f"{name:<{_NAMES}}{text}", " " * _NAMES)
    yield ""
    yield from _wrapped(_HOW)
    yield from _wrapped(f"The form says: {' '.join(pack.preamble.split())}")


def _standing(filed: CaseReport) -> str:
    if filed.sent_at:
        return f"sent {filed.sent_at}"
    return "a draft, not sent" if filed.frozen is None else "sealed, not recorded as sent"


def _answers(report: Report, *, ours: bool) -> Iterator[str]:
    pack = load_pack(report.form)
    titles = {section.id: section.title for section in pack.sections}
    heading = ""
    for question in pack.questions:
        answer = report.answer(question.id)
        if answer.void and not pack.applies(question, report):
            continue
        if question.section != heading:
            heading = question.section
            yield from ("", _RULE, *_wrapped(titles[heading].upper()), _RULE)
        yield ""
        yield from _wrapped(f"{question.number:<4} {question.label}", " " * 5)
        yield from pasted(question, answer, hints=ours)
        if ours and answer.note:
            yield from _wrapped(f"[note, not part of the answer: {answer.note}]")


def _tail(case: Case, pack: Pack, now: Moment | None) -> Iterator[str]:
    findings = case.findings(now)
    numbers = {question.id: question.number for question in pack.questions}
    left = [found for found in findings.problems if found.open]
    yield from ("", _RULE, f"OPEN CHECKS: {len(left) or 'none'}", _RULE)
    for found in left:
        place = numbers.get(found.question, found.question)
        text = f"{found.id}  {found.severity.value:<10}  {place:<4} {found.message}"
        yield from _wrapped(text, " " * 22)
    yield from _wrapped(f"not run for lack of input: {' '.join(findings.not_run) or 'none'}")
    yield ""
    yield from _wrapped(" ".join(pack.closing.split()))
    form = option(case.form, case.forms)
    yield from _wrapped(
        f"When it has gone: breachcase sent CASE{form} --at MOMENT --via portal --ref REF"
    )


def _up_to(case: Case, filed: CaseReport) -> Case:
    """Return the case as it was with this report its latest: checks judge the latest one."""
    place = case.reports.index(filed)
    return replace(case, reports=case.reports[: place + 1])


def _wrapped(text: str, indent: str = "") -> list[str]:
    # spelled out first: it makes a line longer
    return wrap(visible(text), _WIDTH, subsequent_indent=indent)
