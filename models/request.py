"""Requests for information in a case: what was asked, when it is wanted, what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.case import Case
from models.moment import Moment
from models.record import Message, moment, place
from models.strictjson import JSON


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a request; `reply` is the latest answer to it, empty while there is none."""

    number: int
    text: str
    due: Moment | None
    reply: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request for information, sent or received, with its questions in order.

    `id` is its bundle id, `manifest` the sha256 that answers name, `contact` the other office.
    """

    id: str
    manifest: str
    contact: str
    by_us: bool
    at: Moment | None
    questions: tuple[Asked, ...]

    @property
    def open(self) -> tuple[Asked, ...]:
        """The questions without an answer, the one that is wanted first before the others."""
        waiting = [each for each in self.questions if not each.reply]
        return tuple(sorted(waiting, key=lambda each: (*place(each.due), each.number)))


def requests(case: Case) -> tuple[Request, ...]:
    """Return the requests of a case, oldest first; what is odd in them is left out."""
    return tuple(
        Request(
            id=each.id,
            manifest=each.manifest,
            contact=each.contact,
            by_us=each.direction == "out",
            at=each.at,
            questions=tuple(_questions(each, _replies(case, each))),
        )
        for each in case.messages
        if each.kind == "information_request"
    )


def _replies(case: Case, request: Message) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for each in case.messages:
        if each.kind == "information_response" and each.in_reply_to == request.manifest:
            found.update(
                (number, said) for number, said, _ in _numbered(each.payload.get("replies"))
            )
    return found


def _questions(request: Message, replies: Mapping[int, str]) -> Iterator[Asked]:
    for number, said, due in _numbered(request.payload.get("questions")):
        yield Asked(number, said, moment(due), replies.get(number, ""))


def _numbered(value: JSON) -> Iterator[tuple[int, str, JSON]]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            match each.get("number"), each.get("text"):
                case int(number), str(said):
                    yield number, said, each.get("due")
                case _:
                    pass
