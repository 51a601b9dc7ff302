"""A guide: what an assessment asks, chapter by chapter, as data (`models/guides/*.toml`).

Its questions are those of a form in shape, so they are answered, typed, shown and merged alike.
They are nobody's form: no regulator takes them, and each may stay open.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from models.answer import BLANK, Answer
from models.errors import CaseError, MissingError
from models.kinds import parse_answer
from models.pack import Name, PackId, Question
from models.strictjson import JSON
from models.text import Line

CASE: Final = "oaic-2014"
"""The four steps, for a case as a whole."""
GROUP: Final = "oaic-2014-group"
"""The risk table, the decision and the notice of one group of information."""
SEVERITY: Final = "enisa-2013"


class Chapter(BaseModel):
    """A heading; `source` is the part of the guide that it is from."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Name
    title: Line
    help: str
    source: Line


class Guide(BaseModel):
    """The chapters and questions of a guide, in its order; a question's `section` is a chapter."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: PackId
    title: Line
    source: Line
    chapters: Annotated[tuple[Chapter, ...], Field(strict=False, min_length=1)]
    questions: Annotated[tuple[Question, ...], Field(strict=False, min_length=1)]

    def question(self, name: str) -> Question:
        """Return the question of that number (`S1.2`, in either case) or id; MissingError."""
        wanted = name.casefold()
        for question in self.questions:
            if wanted in {question.id, question.number.casefold()}:
                return question
        raise MissingError(
            "the guide has no item of that name",
            hint=f"items: {', '.join(each.number for each in self.questions)}",
        )

    def of(self, chapter: str) -> tuple[Question, ...]:
        """Return the questions of a chapter."""
        return tuple(each for each in self.questions if each.section == chapter)


_CONSIDERED: Final[Mapping[str, str]] = {
    "answered": "done",
    "redacted": "done",
    "not_applicable": "not applicable",
    "not_asked": "not considered",
}
Answers = Mapping[str, Answer]
"""Answers to a guide's questions by their ids; one that is not there is open."""


@cache
def guide(guide_id: str) -> Guide:
    """Return a guide that comes with this version."""
    raw = (files("models") / "guides" / f"{guide_id}.toml").read_bytes()
    found = tomllib.loads(raw.decode())
    sources = {each["id"]: f"{found['source']}, {each['source']}" for each in found["chapters"]}
    questions = [_question(each, sources) for each in found["questions"]]
    return Guide.model_validate({**found, "questions": questions})


def _question(found: dict[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    chapter = found.pop("chapter")
    return {**found, "section": chapter, "source": sources[chapter], "need": "optional"}


def read_answers(guide_id: str, values: Mapping[str, JSON]) -> tuple[dict[str, Answer], list[str]]:
    """Return the answers that registers hold, in the guide's order, and the names of the odd ones.

    A name that no question has is odd too: a later version may have asked it.
    """
    questions = {each.id: each for each in guide(guide_id).questions}
    odd = sorted(values.keys() - questions.keys())
    answers: dict[str, Answer] = {}
    for name, question in questions.items():
        if name not in values:
            continue
        try:
            answers[name] = parse_answer(question, values[name])
        except CaseError:
            odd.append(name)
    return {name: each for name, each in answers.items() if each != BLANK}, odd


def question_at(field: str) -> Question | None:
    """Return the question that a register of a case's assessment answers, None for another one."""
    match field.split("/"):
        case ["assessment", "severity", name]:
            of = SEVERITY
        case ["assessment", name]:
            of = CASE
        case ["group", _, name]:
            of = GROUP
        case _:
            return None
    return next((each for each in guide(of).questions if each.id == name), None)


def said(answers: Answers, name: str) -> str:
    """Return the text of an answer: an option's label or a text; empty where there is none."""
    value = answers.get(name, BLANK).value
    return value if isinstance(value, str) else ""


def reason(answers: Answers, name: str) -> str:
    """Return why an answer is as it is, empty where nobody said."""
    return answers.get(name, BLANK).note or ""


def considered(answer: Answer) -> str:
    """Return `done`, `not applicable`, `not considered` (marked so) or `open`.

    "Not yet known" is open: somebody looked, and has to look again.
    """
    return _CONSIDERED.get(answer.state, "open")
