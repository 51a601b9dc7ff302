"""A report: one filled form, initial or follow-up, and what changed between two of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NoReturn

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from models.answer import BLANK, NOT_YET_KNOWN, OTHER, Answer, Organisation, Value, same
from models.errors import MissingError, ShapeError
from models.kinds import LARGEST_NUMBER, answers_type
from models.library import load_pack, pack_ids
from models.moment import Moment
from models.pack import Pack, Question, ReportKind
from models.shape import refusal
from models.strictjson import JSON, scan

ChangeKind = Literal["added", "removed", "changed", "widened", "narrowed"]


class UnknownFormError(ShapeError, MissingError):
    """The report is of a form, or a version of one, that does not come with this program."""

    code = ShapeError.code


class Answers(Mapping[str, Answer]):
    """The answers of a report by question id, in the form's order; it never changes."""

    __slots__ = ("_found",)

    def __init__(self, found: Mapping[str, Answer]) -> None:
        self._found = dict(found)

    def __getitem__(self, qid: str) -> Answer:
        return self._found[qid]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __hash__(self) -> int:
        return hash(frozenset(self._found.items()))

    def __repr__(self) -> str:
        return f"Answers({', '.join(self._found)})"  # the ids alone: the rest is the case


def _answers_json(answers: Mapping[str, Answer]) -> dict[str, JSON]:
    return {qid: answer.as_json() for qid, answer in answers.items()}


class Report(BaseModel):
    """One filled form. Any subset of answers is a report: a draft can always be saved.

    `number` is 0 for the initial report and counts the follow-ups from 1. Each answer is held to
    its question while the report is built; ShapeError names the place and repeats nothing.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True
    )

    form: str
    kind: ReportKind
    number: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
    answers: Annotated[Mapping[str, Answer], PlainSerializer(_answers_json, return_type=dict)]

    @field_validator("form")
    @classmethod
    def _form_is_known(cls, form: str) -> str:
        if form not in pack_ids():
            raise UnknownFormError(
                "report of a form that is not known here", hint=f"forms: {', '.join(pack_ids())}"
            )
        return form

    @field_validator("answers", mode="plain")
    @classmethod
    def _answers_fit_their_questions(cls, found: object, info: ValidationInfo) -> Answers:
        if "form" not in info.data:
            return Answers({})  # the form's own error is on its way
        return _held_to(load_pack(info.data["form"]), found)

    @property
    def pack(self) -> Pack:
        """The form that the report is of."""
        return load_pack(self.form)

    def answer(self, qid: str) -> Answer:
        """Return the answer to a question, BLANK when there is none."""
        return self.answers.get(qid, BLANK)

    def fact(self, name: str) -> Answer:
        """Return the answer to the question for the fact `name`, BLANK where none asks for it."""
        question = self.pack.question_of(name)
        return BLANK if question is None else self.answer(question.id)

    def as_json(self) -> dict[str, JSON]:
        """Return `{"form","kind","number","answers":{...}}`, answers in the form's order."""
        return {
            "form": self.form,
            "kind": self.kind,
            "number": self.number,
            "answers": _answers_json(self.answers),
        }


def _held_to(pack: Pack, found: object) -> Answers:
    """Return answers, given as values or as JSON, validated against their questions."""
    if isinstance(found, Mapping):
        found = {
            qid: answer.as_json() if isinstance(answer, Answer) else answer
            for qid, answer in found.items()
        }
    try:
        typed = answers_type(pack).model_validate(found)
    except ValidationError as error:
        _refuse(error, "report.answers", [question.id for question in pack.questions], pack.id)
    return Answers(
        {
            question.id: getattr(typed, question.id)
            for question in pack.questions
            if question.id in typed.model_fields_set
        }
    )


def _refuse(error: ValidationError, what: str, known: Iterable[str], form: str = "ID") -> NoReturn:
    hint = f"breachcase schema {form} prints what is allowed"
    # `from None`: pydantic's error prints the report.
    raise refusal(error, what, known=tuple(known), hint=hint) from None


def parse_report(raw: bytes) -> Report:
    """Return the report in a file's bytes.

    Raises ShapeError, and nothing else, for whatever the bytes are (UnknownFormError where the
    form is not known here). Errors name the place and repeat nothing of the input.
    """
    return report_from_json(scan(raw))


def report_from_json(value: JSON) -> Report:
    """Return the report whose JSON form, already scanned, is `value`; errors as parse_report."""
    try:
        return Report.model_validate(value)
    except ValidationError as error:
        _refuse(error, "report", Report.model_fields)


def dump_report(report: Report) -> bytes:
    """Return the report as a file: indented JSON in utf-8 that ends in a newline."""
    return (json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n").encode()


def amend(report: Report, **answers: Answer) -> Report:
    """Return the report with these answers instead, validated; BLANK takes an answer out.

    Raises ShapeError where an answer does not fit its question.
    """
    kept = {qid: answer for qid, answer in {**report.answers, **answers}.items() if answer != BLANK}
    return report_from_json({**report.as_json(), "answers": _answers_json(kept)})


@dataclass(frozen=True, slots=True)
class Change:
    """One question answered differently; `before` and `after` are JSON, None for no answer."""

    question: str
    before: Mapping[str, JSON] | None
    after: Mapping[str, JSON] | None
    kind: ChangeKind

    def as_json(self) -> dict[str, JSON]:
        """Return `{"question","before","after","kind"}`."""
        return {
            "question": self.question,
            "before": None if self.before is None else dict(self.before),
            "after": None if self.after is None else dict(self.after),
            "kind": self.kind,
        }


def diff(a: Report, b: Report) -> tuple[Change, ...]:
    """Return what `b` answers differently from `a`, in the form's order.

    Blank, absent and "N/A" are the same. A list that grew, or a moment that gained a half, is
    `widened`; one that lost something and kept the rest is `narrowed`. Raises ShapeError for
    reports of two forms.
    """
    if a.form != b.form:
        raise ShapeError("reports of two forms", hint="compare reports of one form")
    found = (
        (question, a.answer(question.id), b.answer(question.id)) for question in a.pack.questions
    )
    return tuple(
        Change(question.id, _json(before), _json(after), _change(question, before, after))
        for question, before, after in found
        if not same(before, after)
    )


def diff_json(changes: Iterable[Change]) -> dict[str, JSON]:
    """Return `{"changes": [{"question","before","after","kind"}]}`."""
    return {"changes": [change.as_json() for change in changes]}


def _json(answer: Answer) -> dict[str, JSON] | None:
    return None if answer == BLANK else answer.as_json()


def _change(question: Question, before: Answer, after: Answer) -> ChangeKind:
    if before.void and not after.void:
        return "added"
    if after.void and not before.void:
        return "removed"
    old, new = _items(question, before.value), _items(question, after.value)
    if old and new and old != new:
        if old <= new:
            return "widened"
        if new <= old:
            return "narrowed"
    return "changed"


def _items(question: Question, value: Value | None) -> frozenset[str]:
    """Return what a list names, or which halves a moment states; empty for anything else."""
    if question.kind == "text" and isinstance(value, str):
        # A short text is often a list: the real follow-up added a category after a comma.
        parts = (part.strip().casefold() for part in value.replace(";", ",").split(","))
        return frozenset(part for part in parts if part)
    if isinstance(value, Moment):
        halves = (value.date, value.time, value.zone)
        return frozenset(str(half) for half in halves if half is not None)
    if not isinstance(value, tuple):
        return frozenset()
    return frozenset(_name(item) for item in value) - _POINTERS


# Ticks that name nothing themselves: the real follow-up widened the categories, kept the details
# of "Other", and lost the tick beside them.
_POINTERS = frozenset({OTHER, NOT_YET_KNOWN})


def _name(item: Any) -> str:  # noqa: ANN401 -- an item of any list kind
    if isinstance(item, str):
        return item
    return (item.name if isinstance(item, Organisation) else str(item.text)).casefold()
