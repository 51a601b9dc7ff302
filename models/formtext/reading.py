"""The lines of a printed form, parted by the questions they stand under, and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from models.answer import BLANK, Answer
from models.errors import ShapeError, UsageError
from models.formtext.anchors import ANCHORS, DETAILS, DETAILS_OF, HEADINGS
from models.formtext.likeness import begins_like, closest, goes_on_in
from models.formtext.marks import box
from models.formtext.values import UnreadableError, value
from models.pack import Pack, Question
from models.prefill import TAKEN_OVER
from models.text import normalise

UNREADABLE: Final = "unreadable"
"""The source of an answer that stands in the text and cannot be told: it stays blank."""
SOURCE: Final = f"{TAKEN_OVER}the form as it came"
_MOST_LINES: Final = 1_500
_WRAPPED: Final = 3  # lines that a question may go on over
_SAME: Final = "Same details as above"


Printed: TypeAlias = Mapping[str, Sequence[str]]
"""By question, each way in which forms print it."""


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a question: its answer, and why it is unreadable, or empty."""

    question: str
    answer: Answer
    why: str = ""


@dataclass(frozen=True, slots=True)
class FormText:
    """A form that was read: what stood in it, in the form's order, and what stood nowhere.

    `missing` are the questions whose print was not found.
    """

    reads: tuple[Read, ...]
    missing: tuple[str, ...]

    @property
    def answers(self) -> Mapping[str, Answer]:
        """Return the answers that say something, each to be confirmed, or marked unreadable."""
        return {each.question: each.answer for each in self.reads if each.answer != BLANK}


def read_form(pack: Pack, text: str) -> FormText:
    """Return what a printed form says, without guessing.

    Lost ticks, swallowed letters and missing lines leave an answer blank, its source `unreadable`;
    what could be read waits to be confirmed by a person. No time zone is ever supplied. Raises
    UsageError for a form whose print is not known, ShapeError for text that is no such form.
    """
    printed = ANCHORS.get(pack.id)
    if printed is None:
        raise UsageError(
            f"the print of {pack.id} is not known", hint=f"forms: {', '.join(ANCHORS)}"
        )
    lines = normalise(text).split("\n")
    if len(lines) > _MOST_LINES:
        raise ShapeError("more lines than any form has", hint="give the text of one form")
    parts = _parted(pack, lines, printed)
    if not parts:
        raise ShapeError(
            f"no question of {pack.id} was found in it", hint="is it the text of that form?"
        )
    asked = [each for each in pack.questions if each.id in parts]
    reads = tuple(_read(question, parts[question.id]) for question in asked)
    missing = (each.id for each in pack.questions if each.id not in parts)
    return FormText(reads, tuple(missing))


def _read(question: Question, lines: Sequence[str]) -> Read:
    try:
        answer = value(question, lines)
    except UnreadableError as error:
        return Read(question.id, Answer(state="blank", source=UNREADABLE), error.message)
    if answer == BLANK:
        return Read(question.id, BLANK)
    return Read(
        question.id, Answer(state=answer.state, value=answer.value, note=None, source=SOURCE)
    )


@dataclass(slots=True)
class _Parting:
    """The lines seen so far, by the question they stand under; a question printed twice is one."""

    pack: Pack
    printed: Printed
    at: str = ""
    parts: dict[str, list[str]] = field(default_factory=dict)

    def take(self, lines: Sequence[str]) -> int:
        """Take the first of these lines, with those its question goes on in; return how many."""
        if self._is_box(lines[0]):
            return 1
        for count in range(min(_WRAPPED, len(lines)), 0, -1):
            found, end = self._asked(lines[:count])
            if found is not None:
                self.at = found
                if found:
                    self.parts.setdefault(found, [])
                    self._add(" ".join(lines[:count])[end:])
                return count
        self._add(lines[0])
        return 1

    def _is_box(self, line: str) -> bool:
        """Take a line that is an option of the question, or has a mark; it asks nothing."""
        found = box(line)
        if self.at == "dpo" and begins_like(found.label, _SAME):
            self.parts["dpo_same"] = [line]
            return True
        asked = next((each for each in self.pack.questions if each.id == self.at), None)
        named = asked is not None and closest(found.label, asked.options) is not None
        if found.ticked is None and not named:
            return False
        self._add(line)
        return True

    def _asked(self, lines: Sequence[str]) -> tuple[str | None, int]:
        """Return the question that lines ask, empty for a heading, None for none; where it ends."""
        whole = " ".join(lines)
        begun = [" ".join(lines[:count]) for count in range(1, len(lines))]
        known = [(name, text) for name, texts in self.printed.items() for text in texts]
        if self.at in DETAILS_OF:
            known += [(DETAILS_OF[self.at], text) for text in DETAILS]
        known += [("", text) for text in HEADINGS]
        ends = [
            (end, name)
            for name, text in known
            if all(goes_on_in(part, text) for part in begun) and (end := begins_like(whole, text))
        ]
        if not ends:
            return None, 0
        end, name = max(ends)
        return name, end

    def _add(self, line: str) -> None:
        if self.at and line.strip():
            self.parts[self.at].append(line)


def _parted(pack: Pack, lines: Sequence[str], printed: Printed) -> Mapping[str, Sequence[str]]:
    parting, at = _Parting(pack, printed), 0
    while at < len(lines):
        at += parting.take(lines[at : at + _WRAPPED])
    return parting.parts
