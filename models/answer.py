"""One answer: what is known, or why nothing is, and who says so."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from models.errors import ShapeError
from models.moment import Moment
from models.strictjson import JSON, LARGEST_INT
from models.text import Line, Prose

State = Literal["answered", "not_yet_known", "not_applicable", "redacted", "not_asked", "blank"]
STATES: tuple[State, ...] = get_args(State)
NOT_YET_KNOWN = "Not yet known"  # the option's label where a form has it
OTHER = "Other (please give details below)"  # points at a question of its own
MOST_ITEMS = 1_000

ContactField = Literal["name", "email", "phone"]
CONTACT_FIELDS: tuple[ContactField, ...] = get_args(ContactField)


class Frozen(BaseModel):
    """What every value has in common: it does not change, and it takes nothing it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def as_json(self) -> dict[str, JSON]:
        """Return the JSON form; what is not known is left out."""
        return self.model_dump(mode="json", exclude_defaults=True)


class Part(Frozen):
    """One line of a breakdown: so many of the total are `label`."""

    label: Line
    count: Annotated[int, Field(ge=0, le=LARGEST_INT)]


class Count(Frozen):
    """A number as the source states it, and what of it can be counted with.

    The form's box is free text: the real case wrote a total and a sentence. `parts` may overlap
    unless `disjoint`. Whether they fit the total is a check, not a shape.
    """

    text: Line
    total: Annotated[int, Field(ge=0, le=LARGEST_INT)] | None = None
    parts: Annotated[tuple[Part, ...], Field(strict=False, max_length=MOST_ITEMS)] = ()
    disjoint: bool = False


def _given(field: str) -> JsonDict:
    """Return the JSON Schema of a contact in which `field` is both given and redacted."""
    redacted: JsonDict = {"type": "array", "contains": {"const": field}}
    properties: JsonDict = {field: {"type": "string"}, "redacted": redacted}
    return {"required": [field, "redacted"], "properties": properties}


class Contact(Frozen):
    """A person to reach. `redacted` names the fields that were blacked out: not the same as empty.

    In the real case name and phone are redacted and the e-mail address is not.
    """

    model_config = ConfigDict(
        json_schema_extra={"not": {"anyOf": [_given(field) for field in CONTACT_FIELDS]}}
    )

    name: Line | None = None
    email: Line | None = None
    phone: Line | None = None
    redacted: Annotated[
        tuple[ContactField, ...], Field(strict=False, json_schema_extra={"uniqueItems": True})
    ] = ()

    @model_validator(mode="after")
    def _redacted_is_not_given(self) -> Self:
        if len(set(self.redacted)) != len(self.redacted):
            raise ValueError("a field is listed as redacted twice")
        if any(getattr(self, field) is not None for field in self.redacted):
            raise ValueError("a field is both redacted and given")
        return self


class Organisation(Frozen):
    """An organisation told, or to be told."""

    name: Line
    told_on: Moment | None = None
    planned: bool = False


class Measure(Frozen):
    """A step, when it is due, and when it was done."""

    text: Prose
    due: Moment | None = None
    done: Moment | None = None


Value: TypeAlias = (
    str
    | bool
    | Moment
    | Count
    | Contact
    | tuple[str, ...]
    | tuple[Organisation, ...]
    | tuple[Measure, ...]
)


class Answer(Frozen):
    """A state and, where the state has one, a value of the question's kind.

    `source` says who, or which message, says so. `answered` has a value; `not_yet_known` has none
    or the option "Not yet known"; the other states have none. Raises ShapeError otherwise. That
    the value fits the question is for `models.form.parse_answer` and `models.report.amend`.
    """

    state: State
    value: Value | None = None
    note: Prose | None = None
    source: Line | None = None

    @model_validator(mode="after")
    def _value_follows_state(self) -> Self:
        match self.state:
            case "answered":
                fits = self.value not in (None, "", ())
            case "not_yet_known":
                fits = self.value in (None, NOT_YET_KNOWN, (NOT_YET_KNOWN,))
            case _:
                fits = self.value is None
        if not fits:
            raise ShapeError(
                f"an answer in state {self.state} with a value that does not go with it",
                hint="answered has a value, the other states have none",
            )
        return self

    @property
    def void(self) -> bool:
        """Whether nothing is said: blank, not asked, and "N/A" in either spelling."""
        return self.state in ("blank", "not_applicable", "not_asked") or self.value == "N/A"

    def as_json(self) -> dict[str, JSON]:
        """Return `{"state","value","note","source"}` without those that are None."""
        parts: dict[str, JSON] = {
            "state": self.state,
            "value": value_json(self.value),
            "note": self.note,
            "source": self.source,
        }
        return {key: part for key, part in parts.items() if part is not None}


BLANK = Answer(state="blank")


def value_json(value: Value | None) -> JSON:
    """Return the JSON form of a value of any kind."""
    match value:
        case Moment():
            return str(value)
        case Frozen():
            return value.as_json()
        case tuple():
            return [item if isinstance(item, str) else item.as_json() for item in value]
        case _:
            return value


def same(a: Answer, b: Answer) -> bool:
    """Return whether two answers say the same: blank, not asked and "N/A" do (the real copies).

    Notes count, since they are part of what is said. Sources don't: who says it is not what.
    """
    return _said(a) == _said(b)


def _said(answer: Answer) -> tuple[str, Value | None, str | None]:
    if answer.void:
        return "blank", None, answer.note
    value = answer.value if answer.state == "answered" else None
    return answer.state, value, answer.note
