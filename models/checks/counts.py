"""How many people and records, and whether the numbers fit the categories: K18 to K23."""

from __future__ import annotations

from models.answer import NOT_YET_KNOWN, Count
from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.pack import Question
from models.problem import Severity

_CATEGORIES = ("data_categories", "subject_categories")
_TOLD = ("Yes", "We're about to")
HARM_LIKELY = ("Very likely", "Likely")


def _count(e: Evidence, name: str) -> Count | None:
    question = e.question(name)
    value = e.answer(question).value if question else None
    return value if isinstance(value, Count) else None


def _total(e: Evidence, name: str) -> int | None:
    count = _count(e, name)
    return count.total if count else None


def _named(e: Evidence, name: str) -> bool:
    """Return whether any category is ticked, "Not yet known" aside; redacted ticks are ticks.

    A form without a list of its own has them as text.
    """
    question = e.question(name)
    if question is None:
        return False
    answer = e.answer(question)
    if isinstance(answer.value, tuple):
        return any(label != NOT_YET_KNOWN for label in answer.value)
    return isinstance(answer.value, str) or answer.state == "redacted"


def people_without_category(e: Evidence) -> Verdict:
    """K18: there are data subjects, and no category of them."""
    question, total = e.question("subject_categories"), _total(e, "subjects_count")
    if question is None:
        return NOT_RUN
    if e.given(question):
        return ()
    if total is None:
        return NOT_RUN
    message = "tick the categories of data subjects: people are affected"
    return [Objection(Severity.INCOMPLETE, question, message)] if total else ()


def count_without_data(e: Evidence) -> Verdict:
    """K19: data subjects or records are counted, and no category of personal data."""
    question = e.question("data_categories")
    if question is None:
        return NOT_RUN
    counts = [e.question(name) for name in ("subjects_count", "records_count")]
    counted = any(e.answer(each).state in {"answered", "redacted"} for each in counts if each)
    if e.given(question) or not counted:
        return ()
    message = "tick the categories of personal data: a number is given"
    return [Objection(Severity.INCOMPLETE, question, message)]


def category_without_people(e: Evidence) -> Verdict:
    """K20: categories are ticked, and not even "not yet known" for the number of people."""
    question = e.question("subjects_count")
    if question is None:
        return NOT_RUN
    if e.given(question) or not any(_named(e, name) for name in _CATEGORIES):
        return ()
    message = "give the number of data subjects, or say that it is not yet known"
    return [Objection(Severity.INCOMPLETE, question, message)]


def nobody_but(e: Evidence) -> Verdict:
    """K21: no data subjects, yet likely harm, people told, or categories are recorded."""
    question, total = e.question("subjects_count"), _total(e, "subjects_count")
    if question is None or total is None:
        return NOT_RUN
    recorded = {
        "likely harm": e.label("likelihood") in HARM_LIKELY,
        "people told": e.label("subjects_told").startswith(_TOLD),
        "categories": any(_named(e, name) for name in _CATEGORIES),
    }
    against = [what for what, holds in recorded.items() if holds]
    if total or not against:
        return ()
    message = f"correct the number of data subjects: 0, yet {' and '.join(against)} recorded"
    return [Objection(Severity.ERROR, question, message)]


def fewer_records_than_people(e: Evidence) -> Verdict:
    """K22: fewer records than people, and neither a breakdown nor a note explains it."""
    question, people = e.question("records_count"), e.question("subjects_count")
    records, subjects = _count(e, "records_count"), _total(e, "subjects_count")
    if question is None or people is None or records is None:
        return NOT_RUN
    if records.total is None or subjects is None:
        return NOT_RUN
    explained = records.parts or e.answer(question).note or e.answer(people).note
    if records.total >= subjects or explained:
        return ()
    message = "explain in a note why there are fewer records than data subjects"
    return [Objection(Severity.WARNING, question, message)]


def _broken(question: Question, count: Count, total: int) -> Objection | None:
    if any(part.count > total for part in count.parts):
        message = "correct the breakdown: a line is greater than the total"
        return Objection(Severity.ERROR, question, message)
    if count.disjoint and sum(part.count for part in count.parts) > total:
        message = "correct the breakdown: its separate lines add up to more than the total"
        return Objection(Severity.ERROR, question, message)
    return None


def breakdown_exceeds_total(e: Evidence) -> Verdict:
    """K23: a line of a breakdown, or the sum of lines said to be disjoint, exceeds the total."""
    lacking, objections = False, []
    for question in e.pack.questions:
        count = e.answer(question).value
        if not isinstance(count, Count) or not count.parts:
            continue
        if count.total is None:
            lacking = True
        elif objection := _broken(question, count, count.total):
            objections.append(objection)
    return NOT_RUN if lacking and not objections else objections


CHECKS = (
    Check("K18", (Severity.INCOMPLETE,), "{law} Art. 33(3)(a)", people_without_category),
    Check("K19", (Severity.INCOMPLETE,), "{law} Art. 33(3)(a)", count_without_data),
    Check("K20", (Severity.INCOMPLETE,), "{law} Art. 33(3)(a)", category_without_people),
    Check("K21", (Severity.ERROR,), "logic", nobody_but),
    Check(
        "K22",
        (Severity.WARNING,),
        "records are normally at least people",
        fewer_records_than_people,
    ),
    Check("K23", (Severity.ERROR,), "logic", breakdown_exceeds_total),
)
