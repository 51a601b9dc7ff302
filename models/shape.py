"""What pydantic refused, said without repeating what was refused."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from models.errors import ShapeError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_STATES = frozenset(
    {"answered", "not_yet_known", "not_applicable", "redacted", "not_asked", "blank"}
)
MISSPELLED = "is not written as it must be"
_REASONS = {
    "missing": "is missing",
    "extra_forbidden": "holds a key it must not have",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "tuple_type": "must be a list",
    "date_type": "must be a date",
    "string_pattern_mismatch": MISSPELLED,
    "literal_error": "is none of the values allowed there",
    "none_required": "must be left out in this state",
    "union_tag_invalid": "has no state of that name",
    "union_tag_not_found": "has no state",
    "too_short": "has too few items",
    "too_long": "has too many items",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}
_HINT = "compare it with the published format"
_LONGEST_KEY = 64  # difflib is slow on long text, and no key of ours is long


class Fault(NamedTuple):
    """One thing wrong: the steps that lead to it, the line that says so, and what to do."""

    place: tuple[str | int, ...]
    message: str
    hint: str


def refusal(
    error: ValidationError, what: str, *, known: Collection[str] = (), hint: str = _HINT
) -> ShapeError:
    """Return the first thing wrong with `what` as one line: its path and why, never its content.

    `known` are names a misspelled key may have meant; the nearest is then the hint. Raise the
    result `from None`: pydantic's own error prints the input, which may be personal data.
    """
    first = faults(error, what, known=known, hint=hint)[0]
    return ShapeError(first.message, hint=first.hint)


def faults(
    error: ValidationError, what: str, *, known: Collection[str] = (), hint: str = _HINT
) -> tuple[Fault, ...]:
    """Return everything wrong with `what`, as `refusal` says it, in the order of its fields."""
    found = error.errors(include_input=False, include_url=False)
    return tuple(_fault(each, what, known, hint) for each in found)


def _fault(detail: ErrorDetails, what: str, known: Collection[str], hint: str) -> Fault:
    place = detail["loc"]
    if detail["type"] == "value_error":
        place += getattr(detail["ctx"]["error"], "place", ())
    path = [str(step) for step in detail["loc"] if step not in _STATES]
    if detail["type"] == "extra_forbidden":  # the last step is the stranger's own word
        hint = _meant(path.pop(), known) or hint
    return Fault(place, f"{'.'.join([what, *path])} {_reason(detail)}", hint)


def _reason(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "value_error":
            return f"is refused: {detail['ctx']['error']}"  # our own validators, our own words
        case "moment":
            # Cut at the colon: what follows it is the text that was refused.
            return f"is refused: {detail['ctx']['reason'].partition(':')[0]}"
        case kind:
            return _REASONS.get(kind, "has the wrong type")


def _meant(key: str, known: Collection[str]) -> str:
    if len(key) > _LONGEST_KEY:
        return ""
    close = get_close_matches(key, sorted(known), n=1)
    return f"did you mean {close[0]}" if close else ""
