"""What stands under a printed question, as an answer of its kind; or why it cannot be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from models.answer import BLANK, Answer
from models.errors import CaseError, ShapeError
from models.formtext.likeness import begins_like, closest
from models.formtext.marks import box
from models.kinds import parse_answer
from models.moment import Moment
from models.pack import Kind, Question
from models.strictjson import JSON
from models.typed import typed_answer

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_WORDED: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})")
_NUMBERED: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME: Final = re.compile(r"\b(\d{1,2})[:.](\d{2})\b")
_LABELS: Final = re.compile(r"\b(?:date|time)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_LOST: Final = "\ufffd"
_PARTS: Final = {"name": "Name", "email": "Email", "phone": "Phone"}
_NOTHING: Final = frozenset({"", "n/a", "none", "-"})


class UnreadableError(ShapeError):
    """It says something, and what cannot be told."""


def value(question: Question, lines: Sequence[str]) -> Answer:
    """Return the answer that stands in `lines`, BLANK for none; UnreadableError."""
    told = [line.strip() for line in lines if line.strip()]
    if any(_LOST in line for line in told):
        raise UnreadableError("letters were lost")
    if not told:
        return BLANK
    if len(told) == 1 and told[0].casefold() in {"[redacted]", "redacted"}:
        return Answer(state="redacted")
    try:
        return _READERS[question.kind](question, told)
    except UnreadableError:
        raise
    except CaseError as error:
        raise UnreadableError(error.message) from None


def _answered(question: Question, found: JSON) -> Answer:
    return parse_answer(question, {"state": "answered", "value": found})


def _prose(question: Question, lines: Sequence[str]) -> Answer:
    apart = "\n" if question.kind == "long_text" else " "
    if len(lines) == 1 and lines[0].casefold() in _NOTHING:
        return Answer(state="not_applicable") if "/" in lines[0] else BLANK
    return _answered(question, apart.join(lines))


def _boxes(question: Question, lines: Sequence[str]) -> Mapping[str, bool]:
    """Return each option and whether it is ticked; every one must be there with a clear mark."""
    found: dict[str, bool] = {}
    for line in lines:
        ticked, label = box(line)
        option = closest(label, question.options)
        if option is None or option in found:
            raise UnreadableError("a line among the boxes is none of them, or one twice")
        if ticked is None:
            raise UnreadableError("a box has no mark that can be told")
        found[option] = ticked
    if missing := set(question.options) - set(found):
        raise UnreadableError(f"{len(missing)} of {len(question.options)} boxes are missing")
    return found


def _choice(question: Question, lines: Sequence[str]) -> Answer:
    ticked = [option for option, marked in _boxes(question, lines).items() if marked]
    if not ticked:
        return BLANK
    if len(ticked) > 1:
        raise UnreadableError(f"{len(ticked)} boxes are ticked and one may be")
    return typed_answer(question, ticked[0])


def _choices(question: Question, lines: Sequence[str]) -> Answer:
    marks = _boxes(question, lines)
    ticked: list[JSON] = [option for option in question.options if marks[option]]
    if not ticked:
        return BLANK
    return typed_answer(question, "\n".join(str(option) for option in ticked))


def _tick(question: Question, lines: Sequence[str]) -> Answer:
    marks = {box(line).ticked for line in lines}
    if marks not in ({True}, {False}):
        raise UnreadableError("a box has no mark that can be told")
    return _answered(question, marks.pop())


def _moment(question: Question, lines: Sequence[str]) -> Answer:
    text = " ".join(lines)
    dates, rest = _dates(text)
    times = {(int(hour), int(minute)) for hour, minute in _TIME.findall(rest)}
    if len(dates) > 1 or len(times) > 1:
        raise UnreadableError("more than one date or time")
    if re.search(r"\w", _LABELS.sub(" ", _TIME.sub(" ", rest))):
        raise UnreadableError("words beside the date and the time")
    if not dates and not times:
        return BLANK
    day = f"{dates[0][0]:04}-{dates[0][1]:02}-{dates[0][2]:02}" if dates else ""
    hour = "".join(f"T{at[0]:02}:{at[1]:02}" for at in times)
    return _answered(question, str(Moment.parse(day + hour)))


def _dates(text: str) -> tuple[list[tuple[int, int, int]], str]:
    """Return the dates of a text, and the text without them.

    3/4/2026 may be of March or of April: the form's country writes the day first, its writer
    perhaps not.
    """
    found: list[tuple[int, int, int]] = []
    for year, month, day in _ISO.findall(text):
        found.append((int(year), int(month), int(day)))
    for day, word, year in _WORDED.findall(text):
        named = [at for at, name in enumerate(_MONTHS, 1) if name.startswith(word.casefold())]
        if len(named) != 1:
            raise UnreadableError("a month that is none")
        found.append((int(year), named[0], int(day)))
    for day, month, year in _NUMBERED.findall(text):
        if int(month) > len(_MONTHS) or (int(day) <= len(_MONTHS) and day != month):
            raise UnreadableError("a date whose day and month cannot be told apart")
        found.append((int(year), int(month), int(day)))
    for pattern in (_ISO, _WORDED, _NUMBERED):
        text = pattern.sub(" ", text)
    return list(dict.fromkeys(found)), text


def _count(question: Question, lines: Sequence[str]) -> Answer:
    text = " ".join(lines)
    first = _NUMBER.match(text)
    whole = first is not None and not text[first.end() :].strip()
    total = int(first[0].replace(",", "")) if first is not None and whole else None
    return _answered(question, {"text": text, "total": total} if whole else {"text": text})


def _contact(question: Question, lines: Sequence[str]) -> Answer:
    found: dict[str, JSON] = {}
    redacted: list[JSON] = []
    for line in lines:
        part = next((key for key, word in _PARTS.items() if begins_like(line, word)), None)
        if part is None or part in found or part in redacted:
            raise UnreadableError("a line is neither name, e-mail nor telephone")
        said = line[begins_like(line, _PARTS[part]) :].strip()
        if said.casefold() in {"[redacted]", "redacted"}:
            redacted.append(part)
        elif said.casefold() not in _NOTHING:
            found[part] = said
    return _answered(question, {**found, "redacted": redacted}) if found or redacted else BLANK


def _items(question: Question, lines: Sequence[str]) -> Answer:
    key = "name" if question.kind == "organisations" else "text"
    told: list[JSON] = [{key: re.sub(r"^[\W_]+", "", line)} for line in lines]
    return _answered(question, told)


_READERS: Final[Mapping[Kind, Callable[[Question, Sequence[str]], Answer]]] = {
    "text": _prose,
    "long_text": _prose,
    "choice": _choice,
    "choices": _choices,
    "tick": _tick,
    "moment": _moment,
    "count": _count,
    "contact": _contact,
    "organisations": _items,
    "measures": _items,
}
