"""What an answer to a question of each kind may be: pydantic types, built from the pack's data."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal, NoReturn

from annotated_types import MinLen
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic.config import JsonDict

from models.answer import (
    BLANK,
    MOST_ITEMS,
    NOT_YET_KNOWN,
    Answer,
    Contact,
    Count,
    Measure,
    Organisation,
    State,
)
from models.moment import Moment
from models.pack import Kind, Pack, Question, ReportKind
from models.shape import refusal
from models.strictjson import JSON
from models.text import Line, Prose

LARGEST_NUMBER = 9_999


class Said(BaseModel):
    """What stands beside the value of every answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, protected_namespaces=())

    note: Prose | None = None
    source: Line | None = None


class Empty(Said):
    """States without a value."""

    state: Literal["not_applicable", "redacted", "not_asked", "blank"]
    value: None = None


class NotYetKnown(Said):
    """The explicit "we don't know yet", where the form has no option for it."""

    state: Literal["not_yet_known"]
    value: None = None


def _said(
    name: str,
    state: State,
    value: Any,  # noqa: ANN401 -- a type made at run time
    default: Any = ...,  # noqa: ANN401 -- as above
) -> type[Said]:
    return create_model(
        f"{name}_{state}",
        __base__=Said,
        state=(_one_of((state,)), ...),
        value=(value, default),
    )


def _one_of(labels: tuple[str, ...]) -> Any:  # noqa: ANN401 -- a type made at run time
    return Literal[labels]


_ITEMS = Field(strict=False, min_length=1, max_length=MOST_ITEMS)  # json has lists, we tuples
_PLAIN: dict[Kind, Any] = {
    "text": Line,
    "long_text": Prose,
    "moment": Moment,
    "count": Count,
    "contact": Contact,
    "organisations": Annotated[tuple[Organisation, ...], _ITEMS],
    "measures": Annotated[tuple[Measure, ...], _ITEMS],
    "tick": bool,
}


@cache
def _plain(kind: Kind) -> object:
    return _union(_said(kind, "answered", _PLAIN[kind]), NotYetKnown)


def _union(answered: type[Said], unknown: type[Said]) -> object:
    union = answered | unknown | Empty
    return Annotated[union, Field(discriminator="state"), AfterValidator(_answer)]


def _answer(said: Any) -> Answer:  # noqa: ANN401 -- models made at run time have no static type
    return Answer.model_construct(
        state=said.state, value=said.value, note=said.note, source=said.source
    )


def _choice(question: Question) -> object:
    """Return the type of a question with options; "Not yet known" goes with its own state."""
    options = tuple(label for label in question.options if label != NOT_YET_KNOWN)
    answered = _said(question.id, "answered", _one_of(options))
    if options == question.options:
        return _union(answered, NotYetKnown)
    return _union(answered, _unknown(question, _one_of((NOT_YET_KNOWN,))))


def _choices(question: Question) -> object:
    """Return the type of a tick-all list; "Not yet known" may stand beside others (a real copy)."""
    alone: JsonDict = {"not": {"const": [NOT_YET_KNOWN]}}
    several = NOT_YET_KNOWN in question.options
    option = _one_of(question.options)
    ticked = Annotated[
        tuple[option, ...],  # type: ignore[valid-type] # the options are the pack's data
        Strict(strict=False),
        MinLen(1),
        AfterValidator(_in_form_order(question.options)),
        Field(json_schema_extra={"uniqueItems": True, **(alone if several else {})}),
    ]
    answered = _said(question.id, "answered", ticked)
    if not several:
        return _union(answered, NotYetKnown)
    option = _one_of((NOT_YET_KNOWN,))
    only = Annotated[tuple[option], Strict(strict=False)]  # type: ignore[valid-type] # as above
    return _union(answered, _unknown(question, only))


def _unknown(question: Question, value: Any) -> type[Said]:  # noqa: ANN401 -- as above
    return _said(question.id, "not_yet_known", value | None, None)


def _in_form_order(options: tuple[str, ...]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    def ordered(ticked: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(ticked)) != len(ticked):
            raise ValueError("an option is ticked twice")
        if ticked == (NOT_YET_KNOWN,):
            raise ValueError('"Not yet known" alone goes with the state not_yet_known')
        return tuple(option for option in options if option in ticked)

    return ordered


def answer_type(question: Question) -> Any:  # noqa: ANN401 -- a type made at run time
    """Return the pydantic type of an answer to `question`: JSON in, `Answer` out.

    Strict by its models' configuration; `strict=True` in a call would refuse every JSON list.

    A union told apart by `state`, so that which state has a value is part of the JSON Schema.
    """
    match question.kind:
        case "choice":
            return _choice(question)
        case "choices":
            return _choices(question)
        case kind:
            return _plain(kind)


@cache
def _adapter(question: Question) -> TypeAdapter[Answer]:
    return TypeAdapter(answer_type(question))


def parse_answer(question: Question, value: JSON) -> Answer:
    """Return the answer whose JSON form is `value`: `{"state","value","note","source"}`.

    Raises ShapeError, which names the place and repeats nothing.
    """
    try:
        return _adapter(question).validate_python(value)
    except ValidationError as error:
        _refuse(error, question)


def _refuse(error: ValidationError, question: Question) -> NoReturn:
    known = ("state", "value", "note", "source")
    hint = (
        f"options: {'; '.join(question.options)}" if question.options else f"kind {question.kind}"
    )
    # `from None`: pydantic's error prints the answer.
    raise refusal(error, question.id, known=known, hint=hint) from None


@cache
def answers_type(pack: Pack) -> type[BaseModel]:
    """Return the typed model of a form's answers: a field a question, each may be missing."""
    fields: dict[str, Any] = {
        question.id: (
            answer_type(question),
            Field(default_factory=lambda: BLANK, title=f"{question.number} {question.label}"),
        )
        for question in pack.questions
    }
    config = ConfigDict(frozen=True, extra="forbid", strict=True, protected_namespaces=())
    return create_model("answers", __config__=config, **fields)


@cache
def report_type(pack: Pack) -> type[BaseModel]:
    """Return the typed model of a report file of this form."""
    config = ConfigDict(frozen=True, extra="forbid", strict=True)
    number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
    return create_model(
        "report",
        __config__=config,
        form=(_one_of((pack.id,)), ...),
        kind=(ReportKind, ...),
        number=(number, ...),
        answers=(answers_type(pack), ...),
    )
