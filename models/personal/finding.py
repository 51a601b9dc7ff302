"""Findings: what the scan found in the texts of a report or a letter, and in which of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from models.answer import Answer, Measure
from models.pack import Pack, Question
from models.personal.confirmed import NOTHING, Confirmed
from models.personal.hit import Hit
from models.report import Report

_WORTH: Final = re.compile(r"\d|[^\w\s.,-]|,[^,]*,[^,]*,|\n[^\n]+\n")
"""Without a digit, a sign, a list or lines a text holds nothing to find: no rule is loaded."""
_OFFICE_FACTS: Final = frozenset({"controller_name", "controller_address", "case_reference"})
_AROUND: Final = 30  # characters shown on each side of a finding


class Finding(NamedTuple):
    """A hit in a text; `place` is the id of its question, or of the part of a letter."""

    place: str
    text: str
    hit: Hit

    @property
    def found(self) -> str:
        """The personal data itself: for its mark, and for a person who asks to see it."""
        return self.text[self.hit.start : self.hit.end]

    def around(self, among: Iterable[Finding] = ()) -> tuple[str, str]:
        """Return the words before and after it, with what else was found there masked.

        Inside a table there are none: the cells beside it are other people's.
        """
        start, end = self.hit.start, self.hit.end
        beside = [each.hit for each in among if each.text == self.text and each.hit != self.hit]
        if any(hit.start <= start and end <= hit.end for hit in beside):
            return "", ""
        before, after = self.text[:start], self.text[end:]
        for hit in sorted(beside, key=lambda one: -one.start):  # last first: places stay right
            if hit.end <= start:
                before = before[: hit.start] + hit.excerpt + before[hit.end :]
            elif hit.start >= end:
                after = after[: hit.start - end] + hit.excerpt + after[hit.end - end :]
        return before[-_AROUND:], after[:_AROUND]


def findings(
    texts: Iterable[tuple[str, str]], confirmed: Confirmed = NOTHING
) -> tuple[Finding, ...]:
    """Return what was found in (place, text) pairs and nobody has confirmed yet, in their order."""
    found = [Finding(place, text, hit) for place, text in texts for hit in _hits(text)]
    return tuple(
        each for each in found if not confirmed.covers(each.place, each.hit.kind, each.found)
    )


def masked(place: str, text: str, confirmed: Confirmed) -> str:
    """Return a text with everything masked in it that was found and nobody has confirmed."""
    for each in reversed(findings([(place, text)], confirmed)):  # last first: places stay right
        text = text[: each.hit.start] + each.hit.excerpt + text[each.hit.end :]
    return text


def narratives(report: Report, pack: Pack) -> Iterator[tuple[str, str]]:
    """Yield each (question id, text) of a report in which people tell a story, notes too.

    Who the controller is, where it sits and how to reach it the form asks for: left out.
    """
    for question in pack.questions:
        answer = report.answer(question.id)
        for text in _texts(question, answer):
            yield question.id, text


def _texts(question: Question, answer: Answer) -> Iterator[str]:
    if answer.note:
        yield answer.note
    match answer.value:
        case str(text) if question.kind in {"text", "long_text"}:
            if question.fact not in _OFFICE_FACTS:
                yield text
        case [*items]:
            yield from (each.text for each in items if isinstance(each, Measure))
        case _:
            pass


def _hits(text: str) -> tuple[Hit, ...]:
    if not _WORTH.search(text):
        return ()
    from models.personal.scan import scan  # noqa: PLC0415 -- its rules cost 30 ms to load

    return scan(text)
