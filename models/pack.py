"""A form pack: one regulator's form in one version, as data (`models/forms/*.toml`)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Protocol, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from models import zone as zones
from models.answer import Answer
from models.errors import MissingError, ShapeError
from models.rule import is_main, rules
from models.shape import refusal
from models.text import Line, Prose

Kind = Literal[
    "text",
    "long_text",
    "choice",
    "choices",
    "moment",
    "count",
    "contact",
    "organisations",
    "measures",
    "tick",
]
ReportKind = Literal["initial", "follow_up"]
Need = Literal["required", "required_or_unknown", "optional", "conditional"]
Wording = Literal["official", "ours"]
Status = Literal["verified", "second_hand"]

PackId = Annotated[str, StringConstraints(pattern=r"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\z")]
"""A form's name and version: `ico-2019`."""

Name = Annotated[str, StringConstraints(pattern=r"\A[a-z][a-z0-9_]{0,39}\z")]
"""A question, section or fact: `discovered`."""

PACK_BYTES = 1024 * 1024
_KIND = "kind"
_OF_A_REPORT = frozenset({_KIND, "form", "number", "frozen"})  # stand beside answers in a case


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Asked(Protocol):
    """What a pack needs to know of a report to say which questions are asked of it."""

    @property
    def kind(self) -> ReportKind: ...  # noqa: D102 -- a protocol's member is its own sentence

    def answer(self, qid: str) -> Answer: ...  # noqa: D102 -- as above


class Condition(_Part):
    """Holds while the answer to `question` is one of the labels (`yes` and `no` for a tick).

    The question `kind` is the report's own.
    """

    question: Name
    one_of: Annotated[tuple[Line, ...], Field(strict=False, min_length=1)]

    def holds(self, report: Asked) -> bool:
        """Return whether it holds in `report`; a tick left alone is `no`."""
        if self.question == _KIND:
            return report.kind in self.one_of
        value = report.answer(self.question).value
        if isinstance(value, tuple):
            return any(item in self.one_of for item in value)
        if isinstance(value, str):
            return value in self.one_of
        return ("yes" if value is True else "no") in self.one_of


class MisfitError(ValueError):
    """Parts of a form that do not go together; `place` leads to the one that names another."""

    def __init__(self, message: str, *place: str | int) -> None:
        super().__init__(message)
        self.place = place


class Authority(_Part):
    """The regulator as it was called at `as_of`. Dated: the name is due to change in law.

    `mailbox` is None where none was seen: an e-mail draft then has no recipient.
    """

    name: Line
    country: Annotated[str, StringConstraints(pattern=r"\A[A-Z]{2}\z")]
    mailbox: Line | None = None
    subject_initial: Line
    reference_pattern: Line
    reference_example: Line
    zone: Line
    as_of: dt.date
    successor: Line | None = None
    source: Line

    @model_validator(mode="after")
    def _pattern_and_zone_can_be_used(self) -> Self:
        try:
            fits = re.fullmatch(self.reference_pattern, self.reference_example)
        except (re.error, OverflowError, RecursionError):
            fits = None
        if fits is None:
            raise ValueError("the example of a reference is not of its pattern")
        if not zones.known(self.zone):
            raise ValueError("the zone of the authority is unknown")
        return self


class Office(_Part):
    """Another office that a form names, with how it was reached at `as_of`."""

    name: Line
    phone: Line | None = None
    fax: Line | None = None
    post: Line | None = None
    website: Line | None = None
    as_of: dt.date
    source: Line


class Section(_Part):
    """A heading of the form; the same heading printed twice is two sections."""

    id: Name
    title: Line
    help: str = ""


class Question(_Part):
    """One question: its id, the form's own number, and what an answer to it may be.

    `wording` is that of the label, `options_wording` that of the options. `only_if` says when the
    question is asked at all, `required_if` when an answer to a conditional one must be given.
    `fact` is the canonical name that rules use. `status` is `second_hand` where the form itself
    was not seen to say so.
    """

    id: Name
    number: Line
    section: Name
    kind: Kind
    label: Line
    options: Annotated[tuple[Line, ...], Field(strict=False)] = ()
    help: str = ""
    applies: Annotated[tuple[ReportKind, ...], Field(strict=False, min_length=1)] = (
        "initial",
        "follow_up",
    )
    only_if: Condition | None = None
    need: Need
    required_if: Condition | None = None
    fact: Name | None = None
    source: Line
    wording: Wording = "ours"
    options_wording: Wording | None = None
    status: Status = "verified"

    @model_validator(mode="after")
    def _options_go_with_the_kind(self) -> Self:
        if (self.kind in ("choice", "choices")) != bool(self.options):
            raise ValueError("options belong to a choice, and a choice has them")
        if len(set(self.options)) != len(self.options):
            raise ValueError("an option is listed twice")
        # ids become fields of the form's typed model, and names of a case's registers
        if hasattr(BaseModel, self.id) or self.id in _OF_A_REPORT:
            raise ValueError("the id of a question is a word we cannot use")
        return self


class Pack(_Part):
    """A form: who takes it, its sections, and its questions in the regulator's order.

    `rule` names the clock rule it is measured by. `sha256` is that of the TOML bytes, in hex.
    """

    id: PackId
    version: Annotated[int, Field(ge=1)]
    title: Line
    authority: Authority
    offices: Annotated[tuple[Office, ...], Field(strict=False)] = ()
    rule: Line
    preamble: Prose
    closing: Prose
    sections: Annotated[tuple[Section, ...], Field(strict=False, min_length=1)]
    questions: Annotated[tuple[Question, ...], Field(strict=False, min_length=1)]
    sha256: str

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Self:
        _once("questions", "id", [each.id for each in self.questions], "is the id of two questions")
        _once("sections", "id", [each.id for each in self.sections], "is the id of two sections")
        facts = [each.fact for each in self.questions]
        _once("questions", "fact", facts, "is answered by two questions")
        if not is_main(self.rule):
            known = ", ".join(each.id for each in rules() if each.main)
            raise MisfitError(f"there is no clock rule of that id for a case ({known})", "rule")
        sections = {each.id for each in self.sections}
        known_questions = {each.id: each for each in self.questions}
        for place, question in enumerate(self.questions):
            if question.section not in sections:
                raise MisfitError("a question stands in no section", "questions", place, "section")
            for name in ("only_if", "required_if"):
                condition = getattr(question, name)
                if condition is not None and not _possible(condition, known_questions):
                    raise MisfitError("a condition can never hold", "questions", place, name)
            if _circular(question, known_questions):
                raise MisfitError("a condition waits for itself", "questions", place, "only_if")
        return self

    def question(self, qid: str) -> Question:
        """Return the question of that id; MissingError."""
        for question in self.questions:
            if question.id == qid:
                return question
        raise MissingError(
            f"{self.id} has no question of that name",
            hint=f"questions: {', '.join(question.id for question in self.questions)}",
        )

    def question_of(self, fact: str) -> Question | None:
        """Return the question that answers `fact`, None where this form does not ask."""
        return next((found for found in self.questions if found.fact == fact), None)

    def applies(self, question: Question, report: Asked) -> bool:
        """Return whether the form asks `question` of this report: its kind, and its `only_if`."""
        return report.kind in question.applies and (
            question.only_if is None or question.only_if.holds(report)
        )

    def required(self, question: Question, report: Asked) -> bool:
        """Return whether an answer (perhaps "not yet known") is due to a question that applies."""
        if question.need == "conditional":
            return question.required_if is not None and question.required_if.holds(report)
        return question.need != "optional"


def _possible(condition: Condition, known: dict[str, Question]) -> bool:
    if condition.question == _KIND:
        return set(condition.one_of) <= set(get_args(ReportKind))
    asked = known.get(condition.question)
    if asked is None:
        return False
    options = ("yes", "no") if asked.kind == "tick" else asked.options
    return set(condition.one_of) <= set(options)


def _once(table: str, key: str, names: Sequence[str | None], complaint: str) -> None:
    for place, name in enumerate(names):
        if name is not None and name in names[:place]:
            raise MisfitError(f"{name} {complaint}", table, place, key)


def _circular(question: Question, known: dict[str, Question]) -> bool:
    """Return whether `question` is asked only if it has been answered, by whatever round."""
    seen: set[str] = set()
    asked: Question | None = question
    while asked is not None and asked.only_if is not None and asked.id not in seen:
        seen.add(asked.id)
        asked = known.get(asked.only_if.question)
    return asked is not None and asked.id == question.id and bool(seen)


def parse_pack(raw: bytes) -> Pack:
    """Return the pack of TOML bytes; ShapeError, which names the place and repeats nothing."""
    if len(raw) > PACK_BYTES:
        raise ShapeError("form of more than 1 MiB", hint="a form is a few hundred lines of toml")
    try:
        found = tomllib.loads(raw.decode())
    except (ValueError, RecursionError):
        # `from None`: the decoder quotes the text it stumbled over.
        raise ShapeError("form is not toml", hint="see models/forms for an example") from None
    try:
        return pack_of(found, raw)
    except ValidationError as error:
        raise refusal(error, "form", known=FIELDS, hint=HINT) from None


def pack_of(found: Mapping[str, object], raw: bytes) -> Pack:
    """Return the pack of a TOML document and the bytes it was read from; ValidationError."""
    return Pack.model_validate({**found, "sha256": hashlib.sha256(raw).hexdigest()})


HINT = "compare it with a form in models/forms"
FIELDS = frozenset(
    name
    for part in (Pack, Authority, Office, Section, Question, Condition)
    for name in part.model_fields
)
