"""Answers as a person types and reads them: one text each way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from models.answer import (
    BLANK,
    CONTACT_FIELDS,
    NOT_YET_KNOWN,
    Answer,
    Contact,
    Count,
    Measure,
    Organisation,
    State,
)
from models.errors import ShapeError
from models.kinds import parse_answer
from models.moment import Moment
from models.pack import Kind, Question
from models.strictjson import JSON, scan
from models.text import normalise

# What stands for a state without a value, in either direction.
_WORDS: dict[State, str] = {
    "blank": "",
    "not_applicable": "N/A",
    "not_yet_known": NOT_YET_KNOWN,
    "redacted": "[redacted]",
    "not_asked": "[not asked]",
}
_STATES = {word.casefold(): state for state, word in _WORDS.items()}
# How the JSON of a value begins; text of the other kinds may begin so too and stays text.
_OPENING: dict[Kind, str] = {
    "count": "{",
    "contact": "{",
    "choices": "[",
    "organisations": "[",
    "measures": "[",
}
_WORD_YES, _WORD_NO = ("yes", "y", "true", "x"), ("no", "n", "false")

_Single: TypeAlias = str | bool | Moment | Count | Contact

_NUMBER = re.compile(r"[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+")
_NUMBERS = re.compile(r"[0-9]+(?:\s*,\s*[0-9]+)*")
_SUFFIX = re.compile(r"\s@(done:)?(\S+)$")  # one blank: a run of them would cost its square
_DATE_BLANK_TIME = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) (?=[0-9])|^(?=[0-9]{2}:)")
_TELEPHONE_HINT = "write name; e-mail; telephone, with nothing between two semicolons for none"


def typed_answer(question: Question, text: str, zone: str | None = None) -> Answer:
    """Return the answer that a person means by `text`.

    Empty is blank; "N/A", "Not yet known" and "[redacted]" are states. An option goes by its
    label, its beginning or its number from 1; several are parted by `;` or line ends (numbers also
    by `,`). A count is `121,109 | with a bank account: 48,740`; a contact `name; e-mail;
    telephone`; organisations and measures one a line (or `;`), each with ` @MOMENT`, ` @planned`
    or ` @done:MOMENT`. The JSON of a list or object is taken as such, and that of a whole answer
    with a state. `zone` is given to a moment that states none; without it the zone
    stays unknown. Raises ShapeError with a hint that lists the options.
    """
    text = normalise(text)
    bare = text.strip()
    state = _STATES.get(bare.casefold())
    if state is not None:
        return _without_value(question, state)
    if bare.startswith("{") and '"state"' in bare:
        return parse_answer(question, scan(bare.encode()))
    if bare.startswith(_OPENING.get(question.kind, "\n")):
        value = scan(bare.encode())
    else:
        value = _READERS[question.kind](question, text, zone)
    if value in (NOT_YET_KNOWN, [NOT_YET_KNOWN]):
        return parse_answer(question, {"state": "not_yet_known", "value": value})
    return parse_answer(question, {"state": "answered", "value": value})


def _without_value(question: Question, state: State) -> Answer:
    if state == "blank":
        return BLANK
    if state == "not_yet_known" and NOT_YET_KNOWN in question.options:
        value: JSON = NOT_YET_KNOWN if question.kind == "choice" else [NOT_YET_KNOWN]
        return parse_answer(question, {"state": state, "value": value})
    return Answer(state=state)


def _items(text: str, *, numbers: bool = False) -> Iterator[str]:
    parts = text.split(",") if numbers and _NUMBERS.fullmatch(text) else re.split("[;\n]", text)
    return (part.strip() for part in parts if part.strip())


def _option(question: Question, text: str) -> str:
    if re.fullmatch("[0-9]{1,4}", text) and 1 <= int(text) <= len(question.options):
        return question.options[int(text) - 1]
    wanted = text.casefold()
    exact = [option for option in question.options if option.casefold() == wanted]
    begun = [option for option in question.options if option.casefold().startswith(wanted)]
    found = exact or begun
    if len(found) == 1:
        return found[0]
    raise ShapeError(
        f"{question.id} has {'several options that begin so' if found else 'no such option'}",
        hint="; ".join(f"{number} {label}" for number, label in enumerate(question.options, 1)),
    )


def _moment(text: str, zone: str | None) -> Moment:
    moment = Moment.parse(_DATE_BLANK_TIME.sub(lambda found: f"{found[1] or ''}T", text))
    if zone is None or moment.zone is not None or moment.offset is not None:
        return moment
    return replace(moment, zone=zone).canonical()


def _count(text: str) -> JSON:
    head, *lines = (part.strip() for part in text.split("|"))
    if head.startswith("-") and _number(head[1:].strip()) is not None:
        raise ShapeError("a count is not negative", hint="write 12,000, or in words what is known")
    total = _number(head)
    if not lines:
        return {"text": text, "total": total}
    parts: list[JSON] = []
    for line in lines:
        label, _, number = line.rpartition(":")
        count = _number(number.strip())
        if count is None:
            raise ShapeError(
                "a line of the breakdown has no number",
                hint="write 12,000 | with a bank account: 4,800",
            )
        parts.append({"label": label.strip(), "count": count})
    return {"text": text, "total": total, "parts": parts}


def _number(text: str) -> int | None:
    return int(re.sub("[, ]", "", text)[:20]) if _NUMBER.fullmatch(text) else None


def _contact(text: str) -> JSON:
    fields = [part.strip() for part in text.split(";")]
    if len(fields) > len(CONTACT_FIELDS):
        raise ShapeError("a contact has three fields", hint=_TELEPHONE_HINT)
    given = dict(zip(CONTACT_FIELDS, fields, strict=False))
    redacted: list[JSON] = [
        key for key, part in given.items() if part.casefold() == _WORDS["redacted"]
    ]
    return {
        **{key: part for key, part in given.items() if part and key not in redacted},
        "redacted": redacted,
    }


def _suffixes(text: str) -> tuple[str, list[tuple[bool, str]]]:
    """Return the text before its ` @...` suffixes, and those: (whether `done:`, the rest)."""
    found: list[tuple[bool, str]] = []
    while suffix := _SUFFIX.search(text):
        found.append((suffix[1] is not None, suffix[2]))
        text = text[: suffix.start()].rstrip()
    return text, found


def _organisation(text: str, zone: str | None) -> JSON:
    name, suffixes = _suffixes(text)
    found: dict[str, JSON] = {"name": name}
    for _, word in suffixes:
        if word.casefold() == "planned":
            found["planned"] = True
        else:
            found["told_on"] = str(_moment(word, zone))
    return found


def _measure(text: str, zone: str | None) -> JSON:
    step, suffixes = _suffixes(text)
    found: dict[str, JSON] = {"text": step}
    for done, word in suffixes:
        found["done" if done else "due"] = str(_moment(word, zone))
    return found


def _tick(question: Question, text: str) -> bool:
    if text.casefold() in _WORD_YES:
        return True
    if text.casefold() in _WORD_NO:
        return False
    raise ShapeError(f"{question.id} is ticked or not", hint="yes or no")


_READERS: dict[Kind, Callable[[Question, str, str | None], JSON]] = {
    "text": lambda _question, text, _zone: text.strip(),
    "long_text": lambda _question, text, _zone: text,
    "choice": lambda question, text, _zone: _option(question, text.strip()),
    "choices": lambda question, text, _zone: [
        _option(question, item) for item in _items(text.strip(), numbers=True)
    ],
    "moment": lambda _question, text, zone: str(_moment(text.strip(), zone)),
    "count": lambda _question, text, _zone: _count(text.strip()),
    "contact": lambda _question, text, _zone: _contact(text),
    "organisations": lambda _question, text, zone: [
        _organisation(item, zone) for item in _items(text)
    ],
    "measures": lambda _question, text, zone: [_measure(item, zone) for item in _items(text)],
    "tick": lambda question, text, _zone: _tick(question, text.strip()),
}


def answer_text(question: Question, answer: Answer) -> str:
    """Return one text of an answer for people: what `typed_answer` reads, where it can be typed.

    Not passed through `visible`: the one who shows it does that.
    """
    value = answer.value
    if value is None:
        return _WORDS.get(answer.state, "")
    if isinstance(value, tuple):
        apart = "; " if question.kind == "choices" else "\n"
        return apart.join(_item_text(item) for item in value)
    return _one_text(value)


def _one_text(value: _Single) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Count):
        return _count_text(value)
    return _contact_text(value) if isinstance(value, Contact) else str(value)


def _count_text(count: Count) -> str:
    if count.total is None:
        return count.text
    return " | ".join(
        [f"{count.total:,}", *(f"{part.label}: {part.count:,}" for part in count.parts)]
    )


def _contact_text(contact: Contact) -> str:
    fields = [
        _WORDS["redacted"] if key in contact.redacted else getattr(contact, key) or ""
        for key in CONTACT_FIELDS
    ]
    return "; ".join(fields).rstrip("; ")


def _item_text(item: str | Organisation | Measure) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, Organisation):
        told = f" @{item.told_on}" if item.told_on else ""
        return f"{item.name}{' @planned' if item.planned else ''}{told}"
    due = f" @{item.due}" if item.due else ""
    return f"{item.text}{due}{f' @done:{item.done}' if item.done else ''}"
