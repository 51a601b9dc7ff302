"""The letters of a case as lines of text and as JSON, for show and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import record
from models.form import load_pack
from models.request import requests
from models.stamp import stamp_of
from tui.commands.reports import foreign_lines, report_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.case import Case
    from models.record import Message
    from models.request import Request
    from models.strictjson import JSON

_ITEMS = {"questions": "question", "replies": "answer"}


def messages_json(case: Case, revoked: Mapping[str, str]) -> list[dict[str, JSON]]:
    """Return what is published of each letter: its head, its payload, what came with it.

    A request says of each question whether it is answered, and how. `revoked` says by id since
    when the key that signed a letter is revoked.
    """
    asked = {each.id: each for each in requests(case)}
    return [
        {
            **_message_json(case, each, asked.get(each.id)),
            "key_revoked_since": revoked.get(each.id),
        }
        for each in case.messages
    ]


def _message_json(case: Case, message: Message, request: Request | None) -> dict[str, JSON]:
    told: dict[str, JSON] = {
        "id": message.id,
        "kind": message.kind,
        "direction": message.direction,
        "at": str(message.at) if message.at else None,
        "amber": message.amber,
        "manifest": message.manifest,
        "in_reply_to": message.in_reply_to or None,
        "via": message.via or "bundle",
        "payload": dict(message.payload),
        "filing_stamp": stamp_of(case, message) or None,
        "attachments": [
            {"name": each.name, "size": each.size, "sha256": each.sha256}
            for each in message.enclosures
        ],
    }
    return told if request is None else {**told, "questions": request_json(request)["questions"]}


def request_json(request: Request) -> dict[str, JSON]:
    """Return a request with its questions, when each is wanted and what was answered."""
    return {
        "id": request.id,
        "at": str(request.at) if request.at else None,
        "by_us": request.by_us,
        "questions": [
            {
                "number": each.number,
                "text": each.text,
                "due": str(each.due) if each.due else None,
                "reply": each.reply or None,
            }
            for each in request.questions
        ],
    }


def message_lines(case: Case, message: Message) -> Iterator[tuple[str, str]]:
    """Yield a letter as (name, text): its id and time, each stated member of its payload, files."""
    yield from _head_lines(message)
    asked = next((each for each in requests(case) if each.id == message.id), None)
    if asked is not None:
        yield from _question_lines(asked)
    for name, value in message.payload.items():
        if name == "report" and isinstance(value, dict):
            yield from _carried_lines(message, value)
        elif not (asked and name == "questions"):
            yield from _member_lines(name, value)
    for each in message.enclosures:
        yield "attachment", f"{each.name} ({each.size:,} bytes)"
    if stamp := stamp_of(case, message):
        yield "but", stamp


def _head_lines(message: Message) -> Iterator[tuple[str, str]]:
    yield "letter" if message.via else "bundle", message.id[:8]
    if message.at is not None:
        yield "dated" if message.via else "sealed", str(message.at)
    if message.via:
        yield "came by", f"{message.via}, in plain words: nobody signed it"
    if message.amber:
        yield "amber", "the other office's number was not compared yet"


def _question_lines(request: Request) -> Iterator[tuple[str, str]]:
    for each in request.questions:
        due = f"due {each.due}, " if each.due else ""
        standing = "answered" if each.reply else "open"
        yield f"question {each.number}", f"{each.text}\n({due}{standing})"


def _member_lines(name: str, value: JSON) -> Iterator[tuple[str, str]]:
    if isinstance(value, list) and name in _ITEMS:
        yield from _numbered_lines(_ITEMS[name], value)
    elif isinstance(value, list):
        yield name, "\n".join(f"{place}. {text}" for place, text in enumerate(value, 1))
    elif isinstance(value, str):
        yield name, value


def _numbered_lines(name: str, items: Sequence[JSON]) -> Iterator[tuple[str, str]]:
    for item in items:
        match item:
            case {"number": int(number), "text": str(text)}:
                yield f"{name} {number}", text
            case _:  # of a later version
                pass


def _carried_lines(message: Message, value: Mapping[str, JSON]) -> Iterator[tuple[str, str]]:
    """Yield a report that is none of the case's own: a processor's, or one of an unknown form."""
    report = record.report(dict(value))
    if report is None:
        yield "form", f"{value.get('form')}: cannot be read here; shown as it came, not checked"
        yield from foreign_lines(value)
    elif message.kind == "processor_notice":
        yield from report_lines(load_pack(report.form), report, blanks=False)
