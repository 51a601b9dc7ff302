"""JSON from outside, refused before it is believed: one scan, one set of limits, one error."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sized
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from models.errors import ShapeError

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | bool | None"

LARGEST_INT = 2**53 - 1  # what every JSON reader agrees on
_INT_DIGITS = 16  # as many as LARGEST_INT has
_LISTS = (list, tuple)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_HINT = "write plain JSON: utf-8, each key once, whole numbers, no NaN"

# A string that never closes is one token to the end of the text; without that and the possessive
# repeats, a file of quotes and backslashes takes quadratic time.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}:,]|[^\s"\[\]{}:,]++', re.DOTALL)


@dataclass(frozen=True)
class Limits:
    """The most that is read: bytes of the file, nesting, tokens, utf-8 bytes a string, items."""

    bytes: int
    depth: int
    tokens: int
    string: int
    array: int


REPORT_LIMITS = Limits(
    bytes=2 * 1024 * 1024, depth=16, tokens=50_000, string=256 * 1024, array=1_000
)


def scan(raw: bytes, limits: Limits = REPORT_LIMITS) -> JSON:
    """Return the JSON value of `raw`.

    Raises ShapeError, and nothing else, for whatever two readers could read differently (duplicate
    keys, NaN, fractions, integers beyond 2^53-1, lone surrogates, a byte order mark) and for
    whatever is over a limit. No error repeats any of the text.
    """
    text = _decode(raw, limits)
    _prescan(text, limits)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_fraction,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        # `from None`: the decoder's own error carries the whole document.
        raise ShapeError(
            f"not json at line {error.lineno} column {error.colno}", hint=_HINT
        ) from None
    _walk(value, limits)
    return value  # type: ignore[no-any-return] # json.loads is untyped; the hooks left only JSON


def check(value: JSON, limits: Limits = REPORT_LIMITS) -> None:
    """Raise ShapeError where `scan` would refuse, whatever its size, what `dump` makes of `value`.

    One walk over the value in place of a scan of its bytes. Keys that are no text are refused,
    since two of them may be written alike. A float is a bug: TypeError, as in `dump`.
    """
    texts: list[str] = []
    tokens = 0
    waiting: list[tuple[int, Collection[JSON]]] = [(1, (value,))]
    while waiting:
        depth, items = waiting.pop()
        tokens += len(items)
        for item in items:
            if isinstance(item, str):
                texts.append(item)
            elif isinstance(item, dict):
                texts.extend(item)
                tokens += 3 * len(item) or 1  # the marks around the values, and the keys
                waiting.append((depth + 1, item.values()))
            elif isinstance(item, _LISTS):
                _check_length(item, limits)
                tokens += len(item) or 1
                waiting.append((depth + 1, item))
            else:
                _check_scalar(item)
        if waiting and waiting[-1][0] > limits.depth + 1:
            raise ShapeError(f"json nested deeper than {limits.depth}", hint=_HINT)
        if tokens > limits.tokens:
            raise ShapeError(f"json of more than {limits.tokens} tokens", hint=_HINT)
    _check_texts(texts, limits)


def dump(value: JSON, limits: Limits | None = None) -> bytes:
    """Return compact utf-8 JSON, keys in the order given. A float is a bug: TypeError.

    With `limits`, raises ShapeError for what `scan` would refuse under them.
    """
    if limits is None:
        _refuse_floats(value)
    else:
        check(value, limits)
    raw = _ENCODER.encode(value).encode()
    if limits is not None:
        _check_size(raw, limits)
    return raw


def _check_length(found: Sized, limits: Limits) -> None:
    if len(found) > limits.array:
        raise ShapeError(f"json list of more than {limits.array} items", hint=_HINT)


def _check_scalar(found: int | None) -> None:
    if found is None:
        return
    if not isinstance(found, int):
        raise TypeError("json of ours holds no floats: two readers print them differently")
    if not -LARGEST_INT <= found <= LARGEST_INT:
        raise ShapeError("json with a number beyond 2^53-1, or minus zero", hint=_HINT)


def _check_texts(texts: list[str], limits: Limits) -> None:
    try:
        plain = "".join(texts).isascii()
    except TypeError:
        raise ShapeError("json object with a key that is no text", hint=_HINT) from None
    if not plain or max(map(len, texts), default=0) > limits.string:
        for text in texts:
            _check_string(text, limits)


def _check_size(raw: bytes, limits: Limits) -> None:
    if len(raw) > limits.bytes:
        raise ShapeError(
            f"json of more than {limits.bytes} bytes", hint="long material goes in an attachment"
        )


def _decode(raw: bytes, limits: Limits) -> str:
    _check_size(raw, limits)
    if raw.startswith(b"\xef\xbb\xbf"):
        raise ShapeError("json begins with a byte order mark", hint="save it as utf-8 without one")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise ShapeError(f"not utf-8 at byte {error.start}", hint=_HINT) from None


def _prescan(text: str, limits: Limits) -> None:
    """Refuse nesting and token bombs before a recursive parser meets them."""
    depth = 0
    for count, token in enumerate(_TOKEN.finditer(text), start=1):
        if count > limits.tokens:
            raise ShapeError(f"json of more than {limits.tokens} tokens", hint=_HINT)
        first = text[token.start()]
        if first in "[{":
            depth += 1
            if depth > limits.depth:
                raise ShapeError(f"json nested deeper than {limits.depth}", hint=_HINT)
        elif first in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ShapeError("json object with the same key twice", hint=_HINT)
    return found


def _constant(_name: str) -> NoReturn:
    raise ShapeError("json with NaN or Infinity", hint=_HINT)


def _fraction(_text: str) -> NoReturn:
    raise ShapeError("json with a number that is not whole", hint=_HINT)


def _integer(text: str) -> int:
    # Length first: turning thousands of digits into an int is slow, and Python refuses it.
    if text == "-0" or len(text.lstrip("-")) > _INT_DIGITS or abs(int(text)) > LARGEST_INT:
        raise ShapeError("json with a number beyond 2^53-1, or minus zero", hint=_HINT)
    return int(text)


def _walk(value: JSON, limits: Limits) -> None:
    waiting: list[JSON] = [value]
    while waiting:
        match waiting.pop():
            case dict() as found:
                waiting.extend(found)
                waiting.extend(found.values())
            case list() as found:
                _check_length(found, limits)
                waiting.extend(found)
            case str() as found:
                _check_string(found, limits)
            case _:
                pass


def _check_string(text: str, limits: Limits) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise ShapeError("json with half a surrogate pair", hint=_HINT) from None
    if size > limits.string:
        raise ShapeError(
            f"json text of more than {limits.string} bytes",
            hint="long material goes in an attachment",
        )


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("json of ours holds no floats: two readers print them differently")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
